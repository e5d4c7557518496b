/**
 * A filter above the floppy drives, in a process of its own, that counts what is read and written.
 *
 * Every request is handed on as it is; of READ and WRITE it hears how they went. It answers
 * IOCTL_DISK_PERFORMANCE on the drive's name itself, and knows nothing of file systems.
 */
import {
  encodeDiskPerformance,
  IOCTL_DISK_PERFORMANCE,
} from '../../../personality/rtl/diskperf.ts';
import {
  DISK_PERFORMANCE_LENGTH,
  type DiskPerformance,
} from '../../../personality/rtl/diskperf.ts';
import {
  IRP_MJ_DEVICE_CONTROL,
  IRP_MJ_MAXIMUM_FUNCTION,
  IRP_MJ_READ,
  IRP_MJ_WRITE,
} from '../../../personality/rtl/irp.ts';
import { DO_DIRECT_IO, FILE_DEVICE_DISK } from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../../../personality/rtl/status.ts';
import {
  type DeviceObject,
  type DriverDispatch,
  type DriverEntry,
  driverImage,
  type DriverObject,
  IoAttachDevice,
  IoCallDriver,
  IoCompleteRequest,
  IoCopyCurrentIrpStackLocationToNext,
  IoCreateDevice,
  IoDeleteDevice,
  type Irp,
  IoSetCompletionRoutine,
  IoSkipCurrentIrpStackLocation,
  KeQueryTime,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';

const DRIVES = 2;
/** 100 ns per microsecond of KeQueryTime. */
const UNITS = 10;
const MANAGER = 'DISKPERF';

interface Filter {
  below: DeviceObject | undefined;
  readonly counted: DiskPerformance;
  /** When the drive last had nothing to do, while that is so. */
  idleSince: number;
}

export const diskperfDriverEntry: DriverEntry = async (driver) => {
  const table = driver.majorFunction as Record<number, DriverDispatch>;
  for (let major = 0; major <= IRP_MJ_MAXIMUM_FUNCTION; major++) table[major] = diskperfPass;
  driver.majorFunction[IRP_MJ_READ] = diskperfReadWrite;
  driver.majorFunction[IRP_MJ_WRITE] = diskperfReadWrite;
  driver.majorFunction[IRP_MJ_DEVICE_CONTROL] = diskperfControl;
  let found = 0;
  for (let drive = 0; drive < DRIVES; drive++) if (await addFilter(driver, drive)) found++;
  return found > 0 ? Status.STATUS_SUCCESS : Status.STATUS_NO_SUCH_DEVICE;
};

/** Whether there is such a drive. */
async function addFilter(driver: DriverObject, drive: number): Promise<boolean> {
  const device = await IoCreateDevice<Filter>(driver, {
    name: '',
    type: FILE_DEVICE_DISK,
    flags: DO_DIRECT_IO,
    sectorSize: 512,
    extension: { below: undefined, counted: nothing(drive), idleSince: KeQueryTime(driver) },
  });
  try {
    device.extension.below = await IoAttachDevice(device, `\\Device\\Floppy${drive}`);
    return true;
  } catch (error) {
    if (!(error instanceof NtException)) throw error;
    await IoDeleteDevice(device);
    return false;
  }
}

function nothing(deviceNumber: number): DiskPerformance {
  return {
    bytesRead: 0,
    bytesWritten: 0,
    readTime: 0,
    writeTime: 0,
    idleTime: 0,
    readCount: 0,
    writeCount: 0,
    queueDepth: 0,
    queryTime: 0,
    deviceNumber,
  };
}

const diskperfPass: DriverDispatch = (device, irp) => {
  IoSkipCurrentIrpStackLocation(irp);
  return IoCallDriver((device.extension as Filter).below!, irp);
};

function diskperfReadWrite(device: DeviceObject, irp: Irp<'read' | 'write'>): Promise<NTSTATUS> {
  const filter = device.extension as Filter;
  const start = KeQueryTime(device.driverObject);
  const { counted } = filter;
  if (counted.queueDepth++ === 0) counted.idleTime += (start - filter.idleSince) * UNITS;
  IoCopyCurrentIrpStackLocationToNext(irp as Irp);
  IoSetCompletionRoutine(irp as Irp, diskperfDone, { device, start, major: irp.majorFunction });
  return IoCallDriver(filter.below!, irp as Irp);
}

interface Begun {
  readonly device: DeviceObject;
  readonly start: number;
  readonly major: number;
}

/** `information` is what went through, also where the end was an error. */
function diskperfDone(
  _device: DeviceObject | undefined,
  irp: Irp,
  { device, start, major }: Begun,
): void {
  const filter = device.extension as Filter;
  const { counted } = filter;
  const now = KeQueryTime(device.driverObject);
  const time = (now - start) * UNITS;
  const { status, information } = irp.ioStatus;
  const bytes = NT_SUCCESS(status) ? information : 0;
  if (--counted.queueDepth === 0) filter.idleSince = now;
  if (major === IRP_MJ_READ) {
    counted.readCount++;
    counted.bytesRead += bytes;
    counted.readTime += time;
  } else {
    counted.writeCount++;
    counted.bytesWritten += bytes;
    counted.writeTime += time;
  }
}

function diskperfControl(
  device: DeviceObject,
  irp: Irp<'device_control'>,
): NTSTATUS | Promise<NTSTATUS> {
  const { code, outputLength } = irp.parameters;
  if (code !== IOCTL_DISK_PERFORMANCE) return Promise.resolve(diskperfPass(device, irp as Irp));
  if (outputLength < DISK_PERFORMANCE_LENGTH)
    return IoCompleteRequest(irp, Status.STATUS_BUFFER_TOO_SMALL);
  const { counted } = device.extension as Filter;
  counted.queryTime = KeQueryTime(device.driverObject) * UNITS;
  const output = encodeDiskPerformance(counted, MANAGER);
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS, output.length, { output });
}

export const image = driverImage(diskperfDriverEntry);
