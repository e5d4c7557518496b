/**
 * NtDeviceIoControlFile.
 */
import * as nt from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_ERROR } from '../../../rtl/status.ts';
import type { Mdl } from '../../mm/mdl.ts';
import { type FileObject, fileState } from '../file/fileobject.ts';
import type { Irp } from '../request/irp.ts';
import type { CancelScope } from '../request/scope.ts';
import { callDriver } from '../request/send.ts';
import type { UserBuffers } from '../request/userbuffers.ts';
import type { IoContext } from '../context.ts';

/** Longest answer that fits into a service buffer beside everything else. */
export const ANSWER_LIMIT = 0x3800;

export interface ControlInput {
  readonly code: number;
  readonly input: Uint8Array;
  readonly outputLength: number;
}

/** What a control has beside its input, by its method (directcontrol.ts). */
export interface ControlMemory {
  readonly mdl?: Mdl;
  readonly user?: UserBuffers;
}

export interface ControlResult {
  readonly status: number;
  readonly information?: number;
  readonly output?: Uint8Array;
}

/** The access that a control code asks of its handle: bits 14 and 15 (CTL_CODE, winioctl.h). */
export function requiredAccess(code: number): number {
  const bits = (code >>> 14) & 3;
  return ((bits & 1) !== 0 ? nt.FILE_READ_DATA : 0) | ((bits & 2) !== 0 ? nt.FILE_WRITE_DATA : 0);
}

export async function deviceControl(
  io: IoContext,
  file: FileObject,
  { code, input, outputLength }: ControlInput,
  scope: CancelScope,
  { mdl, user }: ControlMemory = {},
): Promise<ControlResult> {
  const state = fileState(file);
  if (state !== Status.STATUS_SUCCESS) return { status: state };
  if (file.fcb) return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
  const volume = file.device.volume;
  const writes = (requiredAccess(code) & nt.FILE_WRITE_DATA) !== 0;
  if (writes && volume && volume.lockedBy !== file) return { status: Status.STATUS_ACCESS_DENIED };
  const limit =
    (code & nt.METHOD_MASK) === nt.METHOD_BUFFERED
      ? Math.min(outputLength, ANSWER_LIMIT)
      : outputLength;
  const parameters = { code, input, outputLength: limit };
  const request = { major: 'device_control', file: file.id, parameters } as const;
  let output: Uint8Array = new Uint8Array();
  let information = 0;
  const ask = async () => {
    // An IRP takes its MDL along.
    const memory = { user, ...(mdl && { mdl: mdl.partial(0, mdl.byteCount) }) };
    const irp = await callDriver(io, file.device, { ...request, ...memory }, scope);
    output = buffered(irp, limit);
    information = NT_ERROR(irp.status) ? 0 : irp.information;
    return irp.status;
  };
  // A disk that was changed is looked at first, as before a read.
  const status = await (file.volume ? file.volume.verified(ask) : ask());
  return { status, information, output };
}

/** What the caller gets: as much as the driver says, as there is, and as there is room for. */
function buffered(
  { status, information, result }: Irp<'device_control'>,
  limit: number,
): Uint8Array {
  const failed = status >>> 30 === 3;
  const length = failed ? 0 : Math.min(information, limit);
  return (result.output ?? new Uint8Array()).subarray(0, length);
}
