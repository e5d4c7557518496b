/**
 * The buffer methods of controls: one driver and one table of requests, run against the double and
 * the real system alike (methods.test.ts).
 *
 *   methodsEntry   the driver: each control adds 1 to each byte that it is given, or says why not
 *   rows           a request, what is in its memory before, and how it ends
 */
import { IRP_MJ_DEVICE_CONTROL } from '../../personality/rtl/irp.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { recordOf } from '../../personality/rtl/seh/codes.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { NtException } from '../../personality/rtl/status.ts';
import * as wdm from '../../personality/wdm/index.ts';
import type { Window } from '../../personality/sel4/types.ts';

export const METHODS_DEVICE = '\\Device\\Methods';

const code = (number: number, method: number) =>
  wdm.CTL_CODE(nt.FILE_DEVICE_NULL, 0x800 + number, method, 0);
/** The first byte of the input and the sum of the memory: the last information. */
export const SUM = code(1, nt.METHOD_IN_DIRECT);
/** Writes into the memory that it may only read. */
export const SPOIL = code(2, nt.METHOD_IN_DIRECT);
/** Adds the first byte of the input to each byte of the memory. */
export const ADD = code(3, nt.METHOD_OUT_DIRECT);
/** Copies the input's memory to the output's, with 1 added. */
export const COPY = code(4, nt.METHOD_NEITHER);
/** Reads one byte before the input's memory. */
export const BEFORE = code(5, nt.METHOD_NEITHER);
/** Wants to write into the input's memory. */
export const WRITE_INPUT = code(6, nt.METHOD_NEITHER);
/** Locks the input's memory and keeps it, for the next. */
export const KEEP = code(7, nt.METHOD_NEITHER);
/** Tries what was kept. */
export const KEPT = code(8, nt.METHOD_BUFFERED);

export interface Row {
  readonly name: string;
  readonly code: number;
  /** In the message; of METHOD_NEITHER, in memory. */
  readonly input: readonly number[];
  readonly memory: readonly number[];
  /** The client may only read its memory. */
  readonly readOnly?: boolean;
  readonly status: string;
  readonly information?: number;
  readonly after?: readonly number[];
}

const OK = 'STATUS_SUCCESS';
const VIOLATION = 'STATUS_ACCESS_VIOLATION';

export const rows: readonly Row[] = [
  { name: 'in direct', code: SUM, input: [9], memory: [1, 2, 3], status: OK, information: 15 },
  {
    name: 'in direct, memory that the client may only read',
    code: SUM,
    input: [1],
    memory: [1],
    readOnly: true,
    status: OK,
    information: 2,
  },
  { name: 'in direct, no memory', code: SUM, input: [9], memory: [], status: OK, information: 9 },
  { name: 'in direct, written', code: SPOIL, input: [], memory: [5], status: VIOLATION },
  {
    name: 'out direct',
    code: ADD,
    input: [10],
    memory: [1, 2, 3],
    status: OK,
    information: 3,
    after: [11, 12, 13],
  },
  { name: 'out direct, no memory', code: ADD, input: [9], memory: [], status: OK, information: 0 },
  {
    name: 'neither',
    code: COPY,
    input: [1, 2],
    memory: [0, 0, 7],
    status: OK,
    information: 2,
    after: [2, 3, 7],
  },
  {
    name: 'neither, an input that the client may only read',
    code: COPY,
    input: [4],
    memory: [0],
    readOnly: true,
    status: OK,
    information: 1,
    after: [5],
  },
  { name: 'neither, what was not named', code: BEFORE, input: [1], memory: [], status: VIOLATION },
  {
    name: 'neither, more rights than the client has',
    code: WRITE_INPUT,
    input: [1],
    memory: [],
    readOnly: true,
    status: VIOLATION,
  },
  { name: 'neither, written', code: WRITE_INPUT, input: [1], memory: [], status: OK },
  { name: 'neither, no memory', code: COPY, input: [], memory: [], status: OK, information: 0 },
  { name: 'neither, kept', code: KEEP, input: [1], memory: [], status: OK },
  { name: 'what was kept is gone', code: KEPT, input: [], memory: [], status: VIOLATION },
];

type Control = wdm.Irp<'device_control'>;

async function locked(
  driver: wdm.DriverObject,
  buffer: wdm.UserBuffer,
  operation: number,
): Promise<Window | undefined> {
  if (buffer.length === 0) return undefined;
  const mdl = wdm.IoAllocateMdl(driver, buffer);
  await wdm.MmProbeAndLockPages(mdl, operation);
  return wdm.MmGetSystemAddressForMdlSafe(mdl);
}

export const methodsEntry: wdm.DriverEntry = async (driver) => {
  const facts = { type: nt.FILE_DEVICE_NULL, flags: nt.DO_BUFFERED_IO, extension: undefined };
  await wdm.IoCreateDevice(driver, { name: METHODS_DEVICE, ...facts });
  wdm.fillDispatch(driver, wdm.OPENING, wdm.succeed);
  let kept: Window | undefined;

  async function control(irp: Control): Promise<number> {
    const { input } = irp.parameters;
    const { MdlAddress: mdl } = irp;
    const { type3InputBuffer: source, userBuffer: target } = wdm.UserBuffers(irp);
    switch (irp.parameters.code) {
      case SUM: {
        const window = mdl && (await wdm.MmGetSystemAddressForMdlSafe(mdl));
        const bytes = window?.read(0, window.length) ?? [];
        return [...bytes].reduce((sum, byte) => sum + byte, input[0]!);
      }
      case SPOIL:
        (await wdm.MmGetSystemAddressForMdlSafe(mdl!)).setUint8(0, 0);
        return 0;
      case ADD: {
        const window = mdl && (await wdm.MmGetSystemAddressForMdlSafe(mdl));
        for (let at = 0; window && at < window.length; at++)
          window.setUint8(at, window.getUint8(at) + input[0]!);
        return window?.length ?? 0;
      }
      case COPY: {
        const from = await locked(driver, source, wdm.IoReadAccess);
        const to = await locked(driver, target, wdm.IoWriteAccess);
        for (let at = 0; at < source.length; at++) to!.setUint8(at, from!.getUint8(at) + 1);
        return source.length;
      }
      case BEFORE:
        await locked(driver, { ...source, address: source.address - 1 }, wdm.IoReadAccess);
        return 0;
      case WRITE_INPUT:
        (await locked(driver, source, wdm.IoWriteAccess))!.setUint8(0, 1);
        return 0;
      case KEEP:
        kept = await locked(driver, source, wdm.IoReadAccess);
        kept!.getUint8(0);
        return 0;
      default:
        return kept!.getUint8(0);
    }
  }

  driver.majorFunction[IRP_MJ_DEVICE_CONTROL] = async (_device, irp) => {
    try {
      return wdm.IoCompleteRequest(irp, Status.STATUS_SUCCESS, await control(irp));
    } catch (error) {
      const status = error instanceof NtException ? error.status : recordOf(error).code;
      return wdm.IoCompleteRequest(irp, status);
    }
  };
  return Status.STATUS_SUCCESS;
};
