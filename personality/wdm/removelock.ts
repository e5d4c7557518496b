/**
 * Remove locks: a device is not deleted while somebody in the driver works with it.
 *
 * A dispatch routine acquires the lock, and releases it when it is done with the IRP. The handler
 * of IRP_MN_REMOVE_DEVICE acquires it too, and releases it with IoReleaseRemoveLockAndWait: that
 * waits for all others, and from then on nobody can acquire it.
 */
import { Waitable } from '../rtl/coroutines.ts';
import * as Status from '../rtl/ntstatus.ts';
import type { DriverObject, NTSTATUS } from './types.ts';

export interface IoRemoveLock {
  /** By tag, how often it is held. */
  readonly holders: Map<unknown, number>;
  readonly empty: Waitable;
  removed: boolean;
}

/** Held by nobody. */
export function IoInitializeRemoveLock(driver: DriverObject): IoRemoveLock {
  const empty = new Waitable(driver.runtime.coroutines, false, true);
  return { holders: new Map(), empty, removed: false };
}

/** STATUS_DELETE_PENDING once the device is being removed: complete the IRP with it. */
export function IoAcquireRemoveLock(lock: IoRemoveLock, tag: unknown): NTSTATUS {
  if (lock.removed) return Status.STATUS_DELETE_PENDING;
  lock.holders.set(tag, (lock.holders.get(tag) ?? 0) + 1);
  lock.empty.reset();
  return Status.STATUS_SUCCESS;
}

/** With the tag that it was acquired with; another one is a bug check. */
export function IoReleaseRemoveLock(lock: IoRemoveLock, tag: unknown): void {
  const held = lock.holders.get(tag);
  if (held === undefined) throw new Error('a remove lock was released that is not held');
  if (held === 1) lock.holders.delete(tag);
  else lock.holders.set(tag, held - 1);
  if (lock.holders.size === 0) lock.empty.set();
}

/** Releases it for IRP_MN_REMOVE_DEVICE, and waits until nobody else holds it. */
export async function IoReleaseRemoveLockAndWait(lock: IoRemoveLock, tag: unknown): Promise<void> {
  lock.removed = true;
  IoReleaseRemoveLock(lock, tag);
  await lock.empty.wait();
}
