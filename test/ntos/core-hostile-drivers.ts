/** Drivers that do what no driver may, and the program that asks each of them. */
import { callService } from '../../personality/ntdll/call.ts';
import { NtCreateFile, NtDeviceIoControlFile } from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import {
  IRP_MJ_CLEANUP,
  IRP_MJ_CLOSE,
  IRP_MJ_CREATE,
  IRP_MJ_DEVICE_CONTROL,
} from '../../personality/rtl/irp.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { encodePacket } from '../../personality/rtl/packets.ts';
import { Status, statusName } from '../../personality/rtl/status.ts';
import type { Image } from '../../personality/sel4/index.ts';
import {
  type DriverDispatch,
  driverImage,
  IoCompleteRequest,
  IoCreateDevice,
  IoMarkIrpPending,
  type Irp,
} from '../../personality/wdm/index.ts';

type Control = DriverDispatch<'device_control'>;
const { STATUS_SUCCESS, STATUS_PENDING } = Status;

/** More packets than a driver has requests. */
const FLOOD = 20_000;

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
  floods: ({ driverObject: { runtime } }, irp) => {
    const outcome = { major: IRP_MJ_DEVICE_CONTROL, status: 0, information: 0, result: {} };
    for (let id = 1; id <= FLOOD; id++)
      if (id !== irp.id) runtime.outbox.push(encodePacket({ kind: 'done', id, ...outcome }));
    return IoCompleteRequest(irp, STATUS_SUCCESS);
  },
};

export const hostileDrivers: readonly string[] = Object.keys(misdeeds);

const succeed: DriverDispatch = (_device, irp) => IoCompleteRequest(irp, STATUS_SUCCESS);

const deviceOf = (name: string): string => `\\Device\\${name}`;

export const hostileImages: Record<string, Image> = Object.fromEntries(
  Object.entries(misdeeds).map(([name, control]) => [
    `${name}.sys`,
    driverImage(async (driver) => {
      const facts = { type: nt.FILE_DEVICE_NULL, flags: nt.DO_BUFFERED_IO, extension: undefined };
      await IoCreateDevice(driver, { name: deviceOf(name), ...facts });
      const { majorFunction: table } = driver;
      for (const major of [IRP_MJ_CREATE, IRP_MJ_CLEANUP, IRP_MJ_CLOSE] as const)
        table[major] = succeed as never;
      table[IRP_MJ_DEVICE_CONTROL] = control;
      return STATUS_SUCCESS;
    }),
  ]),
);

/** What whoever asks each of them is answered. */
export async function askHostileDrivers(process: NtProcess): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of hostileDrivers) found[name] = await askOne(process, name);
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
    options: nt.FILE_SYNCHRONOUS_IO_NONALERT,
    allocation: 0,
  });
  if (opened.status !== STATUS_SUCCESS) return `opening: ${statusName(opened.status)}`;
  const { handle } = opened;
  const request = { handle, code: 0, input: new Uint8Array(), outputLength: 0 };
  const answer = await NtDeviceIoControlFile(process, request);
  await callService(process, 'NtClose', { handle });
  return statusName(answer.status);
}
