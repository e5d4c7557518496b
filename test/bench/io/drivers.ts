/**
 * Drivers for the benchmark of requests, each a process of its own.
 *
 *   bottom          makes the devices \Device\Bench0..2: a control request is completed at once, a
 *                   read is pending first
 *   skipping(at)    a filter above a device that passes requests on and hears no more of them
 *   hearing(at)     one that hears of each request's end
 */
import {
  IRP_MJ_CLEANUP,
  IRP_MJ_CLOSE,
  IRP_MJ_CREATE,
  IRP_MJ_DEVICE_CONTROL,
  IRP_MJ_READ,
} from '../../../personality/rtl/irp.ts';
import { DO_BUFFERED_IO, FILE_DEVICE_NULL } from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import type { Image } from '../../../personality/sel4/types.ts';
import {
  type DeviceObject,
  type DriverDispatch,
  driverImage,
  type DriverObject,
  IoAllocateWorkItem,
  IoAttachDevice,
  IoCallDriver,
  IoCompleteRequest,
  IoCopyCurrentIrpStackLocationToNext,
  IoCreateDevice,
  IoMarkIrpPending,
  IoQueueWorkItem,
  IoSetCompletionRoutine,
  IoSkipCurrentIrpStackLocation,
  type Irp,
} from '../../../personality/wdm/index.ts';

interface Below {
  below: DeviceObject;
}

const OPTIONS = { type: FILE_DEVICE_NULL, flags: DO_BUFFERED_IO } as const;
export const benchDevice = (index: number): string => `\\Device\\Bench${index}`;

function fill({ majorFunction: table }: DriverObject, all: DriverDispatch): void {
  for (const major of [
    IRP_MJ_CREATE,
    IRP_MJ_CLEANUP,
    IRP_MJ_CLOSE,
    IRP_MJ_DEVICE_CONTROL,
    IRP_MJ_READ,
  ] as const)
    table[major] = all as never;
}

export const bottom: Image = driverImage(async (driver) => {
  fill(driver, (_device, irp) => IoCompleteRequest(irp, Status.STATUS_SUCCESS));
  driver.majorFunction[IRP_MJ_READ] = (device, irp) => {
    IoMarkIrpPending(irp as Irp);
    const complete = async (): Promise<void> => {
      await undefined;
      IoCompleteRequest(irp, Status.STATUS_SUCCESS, 0, { data: new Uint8Array() });
    };
    IoQueueWorkItem(IoAllocateWorkItem(device), complete, undefined);
    return Status.STATUS_PENDING;
  };
  for (const index of [0, 1, 2])
    await IoCreateDevice(driver, { ...OPTIONS, name: benchDevice(index), extension: undefined });
  return Status.STATUS_SUCCESS;
});

function filter(target: string, pass: DriverDispatch): Image {
  return driverImage(async (driver) => {
    const extension = {} as Below;
    const device = await IoCreateDevice(driver, { ...OPTIONS, name: '', extension });
    extension.below = await IoAttachDevice(device, target);
    fill(driver, pass);
    return Status.STATUS_SUCCESS;
  });
}

export const skipping = (target: string): Image =>
  filter(target, (device, irp) => {
    IoSkipCurrentIrpStackLocation(irp);
    return IoCallDriver((device.extension as Below).below, irp);
  });

export const hearing = (target: string): Image =>
  filter(target, (device, irp) => {
    IoCopyCurrentIrpStackLocationToNext(irp);
    IoSetCompletionRoutine(irp, () => undefined, undefined);
    return IoCallDriver((device.extension as Below).below, irp);
  });
