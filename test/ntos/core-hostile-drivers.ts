/** Drivers that do what no driver may, and the program that asks each of them. */
import { callService } from '../../personality/ntdll/call.ts';
import {
  NtCancelIoFile,
  NtCreateFile,
  NtDeviceIoControlFile,
  NtReadFile,
  NtWaitForSingleObject,
} from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import {
  IRP_MJ_CLEANUP,
  IRP_MJ_CLOSE,
  IRP_MJ_CREATE,
  IRP_MJ_DEVICE_CONTROL,
  IRP_MJ_READ,
} from '../../personality/rtl/irp.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { PAGE_SIZE } from '../../personality/rtl/layout.ts';
import { encodePacket, OWN_IRP } from '../../personality/rtl/packets.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { Image } from '../../personality/sel4/index.ts';
import {
  type DeviceObject,
  type DriverDispatch,
  driverImage,
  IoCompleteRequest,
  IoCreateDevice,
  IoMarkIrpPending,
  IoSetCancelRoutine,
  type Irp,
  MmGetSystemAddressForMdlSafe,
} from '../../personality/wdm/index.ts';

type Control = DriverDispatch<'device_control'>;
const { STATUS_SUCCESS, STATUS_PENDING } = Status;

/** More packets than a driver has requests. */
const FLOOD = 5000;
const SECTOR = 512;

/** What a driver says that is done with a request, whatever the library thinks of it. */
function say({ driverObject: { runtime } }: DeviceObject, id: number, status: number): void {
  const outcome = { major: IRP_MJ_DEVICE_CONTROL, status, information: 0, result: {} };
  runtime.outbox.push(encodePacket({ kind: 'done', id, ...outcome }));
}

/** By name, what each does with a request. */
const misdeeds: Record<string, Control> = {
  loops: () => {
    for (;;);
  },
  throws: () => {
    throw new Error('as if it had a fault');
  },
  twice: (_device, irp) => {
    IoCompleteRequest(irp, STATUS_SUCCESS);
    return IoCompleteRequest(irp, STATUS_SUCCESS);
  },
  loses: () => STATUS_SUCCESS,
  never: (_device, irp) => {
    IoMarkIrpPending(irp as Irp);
    return STATUS_PENDING;
  },
  floods: (device, irp) => {
    for (let id = 1; id <= FLOOD; id++) if (id !== irp.id) say(device, id, 0);
    return IoCompleteRequest(irp, STATUS_SUCCESS);
  },
  // The Executive's ids are its own: none of these is a request of this driver's.
  forges: (device, irp) => {
    for (const id of [0, irp.id + 1, irp.id + OWN_IRP, OWN_IRP, 0xffff_ffff]) say(device, id, 0);
    return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_STATE);
  },
  // Given up, it is completed; and then again, with something else.
  cancelled: (device, irp) => {
    IoMarkIrpPending(irp as Irp);
    IoSetCancelRoutine(irp as Irp, () => {
      IoCompleteRequest(irp, Status.STATUS_CANCELLED);
      say(device, irp.id, STATUS_SUCCESS);
    });
    return STATUS_PENDING;
  },
  // Its part is in `past`: the request is a READ.
  past: (_device, irp) => IoCompleteRequest(irp, STATUS_SUCCESS),
};

/** Writes in the page behind the last of the request's memory. */
async function past({ driverObject }: DeviceObject, irp: Irp<'read'>): Promise<number> {
  const { address, length } = await MmGetSystemAddressForMdlSafe(irp.MdlAddress!);
  const behind = (Math.floor((address + length - 1) / PAGE_SIZE) + 1) * PAGE_SIZE;
  driverObject.runtime.transport.window(behind, 4, true).setUint32(0, 0xbad);
  return IoCompleteRequest(irp, STATUS_SUCCESS, length);
}

export const hostileDrivers: readonly string[] = Object.keys(misdeeds);
/** A loop that never returns takes the processor of all, where there is one. */
export const hostileInSingle = hostileDrivers.filter((name) => name !== 'loops');

const succeed: DriverDispatch = (_device, irp) => IoCompleteRequest(irp, STATUS_SUCCESS);

const deviceOf = (name: string): string => `\\Device\\${name}`;

export const hostileImages: Record<string, Image> = Object.fromEntries(
  Object.entries(misdeeds).map(([name, control]) => [
    `${name}.sys`,
    driverImage(async (driver) => {
      const flags = name === 'past' ? nt.DO_DIRECT_IO : nt.DO_BUFFERED_IO;
      const facts = { type: nt.FILE_DEVICE_NULL, flags, extension: undefined };
      await IoCreateDevice(driver, { name: deviceOf(name), ...facts });
      const { majorFunction: table } = driver;
      for (const major of [IRP_MJ_CREATE, IRP_MJ_CLEANUP, IRP_MJ_CLOSE] as const)
        table[major] = succeed as never;
      table[IRP_MJ_DEVICE_CONTROL] = control;
      table[IRP_MJ_READ] = past;
      return STATUS_SUCCESS;
    }),
  ]),
);

/** What whoever asks each of them is answered. */
export async function askHostileDrivers(
  process: NtProcess,
  names = hostileDrivers,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of names) found[name] = await askOne(process, name);
  // The system lives: the one that has not ended is asked again.
  found['again'] = await askOne(process, 'floods');
  return found;
}

async function askOne(process: NtProcess, name: string): Promise<string> {
  const { status } = await callService(process, 'NtLoadDriver', { name });
  if (status !== STATUS_SUCCESS && status !== Status.STATUS_IMAGE_ALREADY_LOADED)
    return `loading: ${statusName(status)}`;
  const opened = await NtCreateFile(process, {
    name: deviceOf(name),
    root: 0,
    access: nt.FILE_READ_DATA | nt.SYNCHRONIZE,
    attributes: 0,
    share: nt.FILE_SHARE_ALL,
    disposition: nt.FILE_OPEN,
    options: name === 'cancelled' ? 0 : nt.FILE_SYNCHRONOUS_IO_NONALERT,
    allocation: 0,
  });
  if (opened.status !== STATUS_SUCCESS) return `opening: ${statusName(opened.status)}`;
  const { handle } = opened;
  const answer = await request(process, name, handle);
  await callService(process, 'NtClose', { handle });
  return statusName(answer);
}

async function request(process: NtProcess, name: string, handle: number): Promise<number> {
  const buffer = process.heap.allocate(SECTOR);
  const { address } = buffer;
  try {
    if (name === 'past')
      return (await NtReadFile(process, { handle, address, length: SECTOR, offset: 0 })).status;
    const control = { handle, code: 0, input: new Uint8Array(), outputLength: 0 };
    if (name !== 'cancelled') return (await NtDeviceIoControlFile(process, control)).status;
    await NtDeviceIoControlFile(process, { ...control, iosb: address });
    await NtCancelIoFile(process, { handle });
    const wait = { handle, alertable: false, timeout: -100_000_000 };
    const { status } = await NtWaitForSingleObject(process, wait);
    return status === STATUS_SUCCESS ? buffer.memory.getUint32(0) : status;
  } finally {
    process.heap.free(buffer);
  }
}
