/**
 * Waiting for several objects, counting, and the locks that a driver of one thread needs not.
 *
 *   KeWaitForMultipleObjects, KeInitializeSemaphore, KeReleaseSemaphore, KeReadStateSemaphore
 *   KeInitializeSpinLock, KeAcquireSpinLock, KeReleaseSpinLock, KeSynchronizeExecution
 */
import { Waitable } from '../rtl/coroutines.ts';
import { WaitAll, WaitAny } from '../rtl/objects.ts';
import * as Status from '../rtl/ntstatus.ts';
import type { DispatcherObject, DriverObject, KInterrupt, NTSTATUS } from './types.ts';

const MAXIMUM_WAIT_OBJECTS = 64;

/**
 * `type`: WaitAny or WaitAll. STATUS_WAIT_0 + the index of the object that ended a wait for any,
 * STATUS_SUCCESS for all, or STATUS_TIMEOUT after `timeout` microseconds. A wait for all takes
 * nothing until it can take everything.
 */
export async function KeWaitForMultipleObjects(
  driver: DriverObject,
  objects: readonly DispatcherObject[],
  type: number,
  timeout = Infinity,
): Promise<NTSTATUS> {
  if (objects.length === 0 || objects.length > MAXIMUM_WAIT_OBJECTS)
    throw new RangeError(`a wait for ${objects.length} objects`);
  const { runtime } = driver;
  const end = runtime.now + timeout;
  for (;;) {
    const taken = await take(objects, type);
    if (taken !== undefined) return taken;
    const left = end - runtime.now;
    if (left <= 0 || !(await untilOne(driver, waitedFor(objects, type), left)))
      return (await take(objects, type)) ?? Status.STATUS_TIMEOUT;
  }
}

/** Those without which the wait cannot go on. */
function waitedFor(objects: readonly DispatcherObject[], type: number): DispatcherObject[] {
  return type === WaitAll
    ? objects.filter(({ waitable }) => !waitable.signalled).slice(0, 1)
    : [...objects];
}

/** What satisfies the wait now, if anything does. */
async function take(
  objects: readonly DispatcherObject[],
  type: number,
): Promise<NTSTATUS | undefined> {
  if (type === WaitAny) {
    const index = objects.findIndex(({ waitable }) => waitable.signalled);
    if (index < 0) return undefined;
    await objects[index]!.waitable.wait(0);
    return Status.STATUS_WAIT_0 + index;
  }
  if (!objects.every(({ waitable }) => waitable.signalled)) return undefined;
  for (const { waitable } of objects) await waitable.wait(0);
  return Status.STATUS_SUCCESS;
}

/** Until one of them is signalled, without taking it; false when the time has passed. */
async function untilOne(
  driver: DriverObject,
  objects: readonly DispatcherObject[],
  timeout: number,
): Promise<boolean> {
  const { coroutines } = driver.runtime;
  const woken = new Waitable(coroutines);
  const cancels = new Set<() => void>();
  let over = false;
  for (const { waitable } of objects)
    void coroutines.spawn(async () => {
      if (!(await waitable.wait(Infinity, cancels))) return;
      // It is taken in its turn, by `take`, or by who waited longer.
      waitable.set();
      if (!over) woken.set();
    });
  const came = await woken.wait(timeout);
  over = true;
  for (const cancel of cancels) cancel();
  return came;
}

export interface KSemaphore extends DispatcherObject {
  readonly type: 'semaphore';
  readonly limit: number;
  /** What is left beside the one that a waiter can take at once. */
  count: number;
}

/** A wait takes one of `count`; there are never more than `limit`. */
export function KeInitializeSemaphore(
  driver: DriverObject,
  count: number,
  limit: number,
): KSemaphore {
  const semaphore: KSemaphore = {
    type: 'semaphore',
    waitable: new CountingWaitable(driver.runtime.coroutines, () => {
      if (semaphore.count === 0) return false;
      semaphore.count--;
      return true;
    }),
    limit,
    count: 0,
  };
  KeReleaseSemaphore(semaphore, count);
  return semaphore;
}

/** Set again by itself while there is more to take. */
class CountingWaitable extends Waitable {
  readonly #more: () => boolean;

  constructor(coroutines: ConstructorParameters<typeof Waitable>[0], more: () => boolean) {
    super(coroutines, true);
    this.#more = more;
  }

  override async wait(timeout = Infinity, cancels?: Set<() => void>): Promise<boolean> {
    const came = await super.wait(timeout, cancels);
    if (came && !this.signalled && this.#more()) this.set();
    return came;
  }
}

/** The count before. STATUS_SEMAPHORE_LIMIT_EXCEEDED is a bug check, as it raises in NT. */
export function KeReleaseSemaphore(semaphore: KSemaphore, adjustment = 1): number {
  const before = KeReadStateSemaphore(semaphore);
  if (before + adjustment > semaphore.limit) throw new RangeError('a semaphore over its limit');
  for (let i = 0; i < adjustment; i++)
    if (semaphore.waitable.signalled) semaphore.count++;
    else semaphore.waitable.set();
  return before;
}

export function KeReadStateSemaphore({ count, waitable }: KSemaphore): number {
  return count + (waitable.signalled ? 1 : 0);
}

/**
 * Between two awaits nothing else of the driver runs, so a spin lock guards nothing. It is there to
 * find what would hang elsewhere: held across a wait, and asked for meanwhile, is a bug check.
 */
export interface KSpinLock {
  held: boolean;
}

export function KeInitializeSpinLock(): KSpinLock {
  return { held: false };
}

export function KeAcquireSpinLock(lock: KSpinLock): void {
  if (lock.held) throw new Error('a spin lock is held across a wait, or acquired twice');
  lock.held = true;
}

export function KeReleaseSpinLock(lock: KSpinLock): void {
  if (!lock.held) throw new Error('a spin lock was released that is not held');
  lock.held = false;
}

/**
 * Calls the routine while the interrupt's service routine cannot run: any code of the main thread
 * may say that of itself between two awaits, so the routine must not wait.
 */
export function KeSynchronizeExecution<C>(
  _interrupt: KInterrupt,
  routine: (context: C) => boolean,
  context: C,
): boolean {
  return routine(context);
}
