/**
 * What METHOD_NEITHER names: addresses of whoever asked, which mean nothing in a driver's process.
 *
 * The driver gets the addresses, and may have that memory held and mapped into its own process as
 * long as it holds the request: the two buffers that were named, no byte beside them, and with no
 * more rights than whoever asked has there at that moment.
 *
 *   encodeUserBuffers(buffers)            the control's input, as the driver gets it
 *   lockUserBuffer(io, process, input)    WdmLockUserBuffer
 *   unlockUserBuffers(io, irp, process)   the IRP leaves that driver
 */
import type { ServiceInput } from '../../../rtl/services.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import type { ServiceResult } from '../../ke/types.ts';
import type { Process } from '../../ps/types.ts';
import type { IoContext } from '../context.ts';
import type { Irp } from './irp.ts';

/** [address, bytes] */
type Range = readonly [number, number];

export interface UserBuffers {
  readonly process: Process;
  readonly input: Range;
  readonly output: Range;
}

export function encodeUserBuffers({ input, output }: UserBuffers): Uint8Array {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  [...input, output[0]].forEach((word, index) => view.setUint32(index * 4, word, true));
  return bytes;
}

function isWithin(address: number, length: number, [start, size]: Range): boolean {
  return address >= start && address + length <= start + size;
}

export function lockUserBuffer(
  io: IoContext,
  process: Process,
  { irp: id, address, length, write }: ServiceInput<'WdmLockUserBuffer'>,
): ServiceResult<'WdmLockUserBuffer'> {
  const irp = io.drivers.get(process)?.held.get(id);
  const { user } = irp ?? {};
  if (!irp || !user || length === 0) return { status: Status.STATUS_INVALID_PARAMETER };
  const named = isWithin(address, length, user.input) || isWithin(address, length, user.output);
  const { mm } = io.executive;
  const pieces = named ? mm.probe(user.process, address, length, write) : undefined;
  if (!pieces) return { status: Status.STATUS_ACCESS_VIOLATION };
  const mdl = mm.lendMdl(process, pieces, write);
  if (mdl === 0) return { status: Status.STATUS_INSUFFICIENT_RESOURCES };
  irp.locked.push(mdl);
  return { status: Status.STATUS_SUCCESS, mdl };
}

export function unlockUserBuffers(io: IoContext, irp: Irp, process: Process): void {
  for (const mdl of irp.locked.splice(0)) io.executive.mm.dropMdl(process, mdl);
}
