/**
 * A filter above the floppy drives, in a process of its own, that counts what is read and written.
 *
 * It stands above the disks of the drivers whose service keys name it among their UpperFilters, as
 * soon as it is loaded: by name, or by who opens its control device. Every request is handed on as
 * it is; of READ and WRITE it hears how they went. It answers IOCTL_DISK_PERFORMANCE on the drive's
 * name itself, and knows nothing of file systems. It counts from its beginning, or the drive's.
 */
import {
  encodeDiskPerformance,
  IOCTL_DISK_PERFORMANCE,
} from '../../../personality/rtl/diskperf.ts';
import {
  DISK_PERFORMANCE_LENGTH,
  DISKPERF_DEVICE,
  type DiskPerformance,
} from '../../../personality/rtl/diskperf.ts';
import {
  IRP_MJ_DEVICE_CONTROL,
  IRP_MJ_MAXIMUM_FUNCTION,
  IRP_MJ_READ,
  IRP_MJ_WRITE,
} from '../../../personality/rtl/irp.ts';
import {
  DO_DIRECT_IO,
  FILE_DEVICE_DISK,
  FILE_DEVICE_UNKNOWN,
} from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../personality/rtl/status.ts';
import {
  type DeviceObject,
  type DriverDispatch,
  type DriverEntry,
  driverImage,
  type DriverObject,
  IoCallDriver,
  IoCompleteRequest,
  IoCopyCurrentIrpStackLocationToNext,
  IoCreateDevice,
  type Irp,
  IoSetCompletionRoutine,
  IoSkipCurrentIrpStackLocation,
  KeQueryTime,
  type NTSTATUS,
  OPENING,
  type PnpExtension,
  serveDevices,
} from '../../../personality/wdm/index.ts';

/** 100 ns per microsecond of KeQueryTime. */
const UNITS = 10;
const MANAGER = 'DISKPERF';

interface Filter extends PnpExtension {
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
  serveDevices<Filter>(driver, { add: addFilter });
  const facts = { name: DISKPERF_DEVICE, type: FILE_DEVICE_UNKNOWN, extension: undefined };
  await IoCreateDevice(driver, facts);
  return Status.STATUS_SUCCESS;
};

/** Above a disk that can be used already. */
function addFilter(driver: DriverObject, physical: DeviceObject): Promise<DeviceObject<Filter>> {
  const counted = nothing(Number(/\d+$/.exec(physical.name)?.[0] ?? 0));
  return IoCreateDevice<Filter>(driver, {
    name: '',
    type: FILE_DEVICE_DISK,
    flags: DO_DIRECT_IO,
    sectorSize: 512,
    extension: { below: physical, started: true, counted, idleSince: KeQueryTime(driver) },
  });
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

/** The control device has nothing below it, and nothing to do. */
const diskperfPass: DriverDispatch = (device, irp) => {
  const { extension } = device as DeviceObject<Filter | undefined>;
  if (!extension) {
    const opens = OPENING.includes(irp.majorFunction);
    const status = opens ? Status.STATUS_SUCCESS : Status.STATUS_INVALID_DEVICE_REQUEST;
    return IoCompleteRequest(irp, status);
  }
  IoSkipCurrentIrpStackLocation(irp);
  return IoCallDriver(extension.below, irp);
};

function diskperfReadWrite(
  device: DeviceObject,
  irp: Irp<'read' | 'write'>,
): NTSTATUS | Promise<NTSTATUS> {
  const filter = (device as DeviceObject<Filter | undefined>).extension;
  if (!filter) return diskperfPass(device, irp as Irp);
  const start = KeQueryTime(device.driverObject);
  const { counted } = filter;
  if (counted.queueDepth++ === 0) counted.idleTime += (start - filter.idleSince) * UNITS;
  IoCopyCurrentIrpStackLocationToNext(irp as Irp);
  IoSetCompletionRoutine(irp as Irp, diskperfDone, { device, start, major: irp.majorFunction });
  return IoCallDriver(filter.below, irp as Irp);
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
  const filter = (device as DeviceObject<Filter | undefined>).extension;
  const { code, outputLength } = irp.parameters;
  if (!filter || code !== IOCTL_DISK_PERFORMANCE) return diskperfPass(device, irp as Irp);
  if (outputLength < DISK_PERFORMANCE_LENGTH)
    return IoCompleteRequest(irp, Status.STATUS_BUFFER_TOO_SMALL);
  const { counted } = filter;
  counted.queryTime = KeQueryTime(device.driverObject) * UNITS;
  const output = encodeDiskPerformance(counted, MANAGER);
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS, output.length, { output });
}

export const image = driverImage(diskperfDriverEntry);
