/**
 * Ke: events, mutexes, timers, DPCs and waiting. Process-local: no message leaves the driver for
 * any of them, except the one timer that the Executive keeps for the earliest time that is due.
 *
 * Only coroutines (dispatch routines, work items, DriverEntry) may wait; DPCs and service routines
 * may set events and queue DPCs.
 */
import { Waitable } from '../rtl/coroutines.ts';
import { SynchronizationEvent } from '../rtl/nt.ts';
import * as Status from '../rtl/ntstatus.ts';
import type {
  DispatcherObject,
  DriverObject,
  KDpc,
  KEvent,
  KMutex,
  KTimer,
  NTSTATUS,
} from './types.ts';

/** 100 ns per microsecond: the unit of system times. */
const SYSTEM_TIME_UNITS = 10;

/** `type`: NotificationEvent or SynchronizationEvent (rtl/nt.ts). */
export function KeInitializeEvent(driver: DriverObject, type: number, state: boolean): KEvent {
  const { coroutines } = driver.runtime;
  return {
    type: 'event',
    waitable: new Waitable(coroutines, type === SynchronizationEvent, state),
  };
}

/** The state before. */
export function KeSetEvent(event: KEvent): boolean {
  return event.waitable.set();
}

/** The state before. */
export function KeResetEvent(event: KEvent): boolean {
  return event.waitable.reset();
}

export function KeClearEvent(event: KEvent): void {
  event.waitable.reset();
}

export function KeReadStateEvent(event: KEvent): boolean {
  return event.waitable.signalled;
}

/** STATUS_SUCCESS, or STATUS_TIMEOUT after `timeout` microseconds. Zero polls. */
export async function KeWaitForSingleObject(
  object: DispatcherObject,
  timeout = Infinity,
): Promise<NTSTATUS> {
  return (await object.waitable.wait(timeout)) ? Status.STATUS_SUCCESS : Status.STATUS_TIMEOUT;
}

/** Waiting for it acquires it. */
export function KeInitializeMutex(driver: DriverObject): KMutex {
  return { type: 'mutex', waitable: new Waitable(driver.runtime.coroutines, true, true) };
}

export function KeReleaseMutex(mutex: KMutex): void {
  mutex.waitable.set();
}

export function KeInitializeTimer(driver: DriverObject): KTimer {
  const { runtime } = driver;
  const waitable = new Waitable(runtime.coroutines);
  return { type: 'timer', runtime, waitable, due: Infinity, period: 0, dpc: undefined };
}

/**
 * Sets the timer off in `delay` microseconds, once; replaces an earlier setting. Whether it was
 * set.
 */
export function KeSetTimer(timer: KTimer, delay: number, dpc?: KDpc): boolean {
  const wasSet = KeCancelTimer(timer);
  timer.waitable.reset();
  timer.due = timer.runtime.now + Math.max(0, delay);
  timer.period = 0;
  timer.dpc = dpc;
  timer.runtime.timers.add(timer);
  return wasSet;
}

/** Whether it was set. A DPC that it has queued already still runs. */
export function KeCancelTimer(timer: KTimer): boolean {
  timer.due = Infinity;
  return timer.runtime.timers.delete(timer);
}

export function KeInitializeDpc<C>(
  driver: DriverObject,
  routine: (context: C, argument: unknown) => void,
  context: C,
): KDpc {
  return {
    runtime: driver.runtime,
    routine: routine as KDpc['routine'],
    context,
    queued: false,
    argument: undefined,
  };
}

/** From service routines and DPCs. False, and nothing done, where it is queued already. */
export function KeInsertQueueDpc(dpc: KDpc, argument?: unknown): boolean {
  return dpc.runtime.queueDpc(dpc, argument);
}

/** Waits `interval` microseconds. */
export async function KeDelayExecutionThread(
  driver: DriverObject,
  interval: number,
): Promise<void> {
  await new Waitable(driver.runtime.coroutines).wait(interval);
}

/** Microseconds since boot. */
export function KeQueryTime(driver: DriverObject): number {
  return driver.runtime.now;
}

/** The date: 100 ns since 1601, local time as FAT keeps it. One message, the first time. */
export async function KeQuerySystemTime(driver: DriverObject): Promise<number> {
  const { runtime } = driver;
  if (runtime.bootTime === undefined) {
    const { time } = await runtime.service('NtQuerySystemTime', {});
    runtime.bootTime = time - runtime.now * SYSTEM_TIME_UNITS;
  }
  return runtime.bootTime + runtime.now * SYSTEM_TIME_UNITS;
}

/** To the developer's console. */
export function DbgPrint(driver: DriverObject, ...text: unknown[]): void {
  driver.runtime.transport.log(`${driver.name}:`, ...text);
}
