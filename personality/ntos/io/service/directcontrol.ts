/**
 * NtDeviceIoControlFile with memory of the caller's, by the method of its code.
 *
 *   METHOD_IN_DIRECT    the input travels as always; what `address` names the driver may read
 *   METHOD_OUT_DIRECT   the same, and it may be written: the caller must be able to do both
 *   METHOD_NEITHER      nothing travels: the driver gets the addresses (request/userbuffers.ts)
 *
 * The pages of the first two are probed and held before the driver hears of the request, and
 * mapped, where it wants that, with no more rights than the direction has.
 */
import * as nt from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import { Mdl } from '../../mm/mdl.ts';
import type { ObType } from '../../ob/types.ts';
import type { NtThread } from '../../ps/types.ts';
import type { FileObject } from '../file/fileobject.ts';
import type { IoContext } from '../context.ts';
import type { CancelScope } from '../request/scope.ts';
import { encodeUserBuffers } from '../request/userbuffers.ts';
import { type ControlInput, deviceControl, requiredAccess } from './control.ts';
import { framed, type FramedInput } from './framed.ts';
import type { DataResult } from './query.ts';

interface Input extends FramedInput, ControlInput {
  readonly inputAddress?: number | undefined;
  readonly inputLength?: number | undefined;
}

export function directControl(io: IoContext, type: ObType, caller: NtThread, input: Input) {
  const neither = (input.code & nt.METHOD_MASK) === nt.METHOD_NEITHER;
  const control = (file: FileObject, scope: CancelScope) =>
    (neither ? withAddresses : withPages)(io, caller, file, input, scope);
  // The answer goes nowhere: the driver has written it.
  const nowhere = { ...input, address: 0 };
  return framed(io, type, caller, nowhere, 0, control, requiredAccess(input.code));
}

function withPages(
  io: IoContext,
  { process }: NtThread,
  file: FileObject,
  input: Input,
  scope: CancelScope,
): Awaitable<DataResult> {
  const { mm } = io.executive;
  const { code, address = 0, outputLength } = input;
  const out = (code & nt.METHOD_MASK) === nt.METHOD_OUT_DIRECT;
  if (outputLength === 0) return informed(deviceControl(io, file, input, scope));
  const pieces = mm.probe(process, address, outputLength, out);
  if (!pieces) return { status: Status.STATUS_ACCESS_VIOLATION };
  const mdl = new Mdl(mm, pieces, out ? 'fromDevice' : 'toDevice');
  const control = deviceControl(io, file, input, scope, { mdl });
  return informed(control.finally(() => mdl.release()));
}

function withAddresses(
  io: IoContext,
  { process }: NtThread,
  file: FileObject,
  { code, input, inputAddress = 0, inputLength = 0, address = 0, outputLength }: Input,
  scope: CancelScope,
): Awaitable<DataResult> {
  // Bytes of a message have no address.
  if (input.length > 0) return { status: Status.STATUS_INVALID_PARAMETER };
  const user = {
    process,
    input: [inputAddress, inputLength],
    output: [address, outputLength],
  } as const;
  const request = { code, input: encodeUserBuffers(user), outputLength };
  return informed(deviceControl(io, file, request, scope, { user }));
}

async function informed(control: ReturnType<typeof deviceControl>): Promise<DataResult> {
  const { status, information = 0 } = await control;
  return { status, information };
}
