/**
 * Work for later: a device's DPC, work items of the executive's kind, a timer that goes on.
 *
 *   IoInitializeDpcRequest, IoRequestDpc      from a service routine
 *   ExInitializeWorkItem, ExQueueWorkItem     a coroutine, soon (IoQueueWorkItem: of a device)
 *   IoFreeWorkItem
 *   KeSetTimerEx                              a period behind the first time
 */
import { KeInitializeDpc, KeInsertQueueDpc, KeSetTimer } from './ke.ts';
import type { DeviceObject, DriverObject, IoWorkItem, Irp, KDpc, KTimer } from './types.ts';

/** What runs is given the IRP and context of IoRequestDpc. */
export type IoDpcRoutine = (device: DeviceObject, irp: Irp | undefined, context: unknown) => void;

/** One DPC a device. */
export function IoInitializeDpcRequest(device: DeviceObject, routine: IoDpcRoutine): void {
  device.dpc = KeInitializeDpc(
    device.driverObject,
    (_context, argument) => {
      const { irp, context } = argument as { irp: Irp | undefined; context: unknown };
      routine(device, irp, context);
    },
    undefined,
  );
}

/** False where it is queued already. */
export function IoRequestDpc(
  device: DeviceObject,
  irp: Irp | undefined,
  context: unknown,
): boolean {
  if (!device.dpc) throw new Error('IoRequestDpc before IoInitializeDpcRequest');
  return KeInsertQueueDpc(device.dpc, { irp, context });
}

export interface WorkQueueItem {
  readonly driver: DriverObject;
  readonly routine: () => Promise<void> | void;
  queued: boolean;
}

export function ExInitializeWorkItem<C>(
  driver: DriverObject,
  routine: (context: C) => Promise<void> | void,
  context: C,
): WorkQueueItem {
  return { driver, routine: () => routine(context), queued: false };
}

/** All queues of NT are one here. Queued while it is queued is a bug check; it may queue itself. */
export function ExQueueWorkItem(item: WorkQueueItem): void {
  if (item.queued) throw new Error('a work item is queued twice');
  item.queued = true;
  item.driver.runtime.later(async () => {
    item.queued = false;
    await item.routine();
  });
}

/** Nothing to give back: work that is queued still runs, as in NT it must not be freed before. */
export function IoFreeWorkItem(_item: IoWorkItem): void {}

/** As KeSetTimer, and again each `period` microseconds until it is cancelled. */
export function KeSetTimerEx(timer: KTimer, delay: number, period: number, dpc?: KDpc): boolean {
  const wasSet = KeSetTimer(timer, delay, dpc);
  timer.period = period;
  return wasSet;
}
