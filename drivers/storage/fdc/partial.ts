/**
 * Requests in sectors of 512 bytes, as the cache makes them, on a medium whose own are larger: what
 * covers whole sectors goes straight through; of others the sectors around are read into pages of
 * the driver's own, and written from there.
 *
 *   transferAny(drive, irp, override, toDevice)   as transfer(), for any medium
 *
 * The caller has the controller, so that there is one such request at a time.
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import {
  type Irp,
  type Mdl,
  MmAllocatePagesForMdl,
  MmFreePagesFromMdl,
  MmGetSystemAddressForMdlSafe,
  type Window,
} from '../../../personality/wdm/index.ts';
import type { Drive } from './controller.ts';
import { type Outcome, transfer } from './transfer.ts';

type Request = Irp<'read'> | Irp<'write'>;

const SMALL_SECTOR = 512;
const BOUNCE = 0x4000;

export async function transferAny(
  drive: Drive,
  irp: Request,
  override: boolean,
  toDevice: boolean,
): Promise<Outcome> {
  const { offset, length } = irp.parameters;
  const { sectorSize, length: end } = drive.media!;
  const whole = offset % sectorSize === 0 && length % sectorSize === 0;
  const small = offset % SMALL_SECTOR === 0 && length % SMALL_SECTOR === 0;
  if (whole || !small || offset < 0 || offset + length > end)
    return transfer(drive, irp, override, toDevice);
  let bounce: Mdl;
  try {
    bounce = await MmAllocatePagesForMdl(drive.controller.driver, BOUNCE);
  } catch (error) {
    if (error instanceof NtException) return { status: error.status, information: 0 };
    throw error;
  }
  try {
    return await inParts(drive, irp, bounce, override, toDevice);
  } finally {
    await MmFreePagesFromMdl(bounce);
  }
}

async function inParts(
  drive: Drive,
  irp: Request,
  bounce: Mdl,
  override: boolean,
  toDevice: boolean,
): Promise<Outcome> {
  const { offset, length } = irp.parameters;
  const { sectorSize } = drive.media!;
  const window = await MmGetSystemAddressForMdlSafe(bounce);
  const move = (at: number, count: number, writes: boolean) => {
    const parameters = { ...irp.parameters, offset: at, length: count };
    return transfer(drive, { ...irp, id: bounce.id, parameters } as Request, override, writes);
  };
  let done = 0;
  while (done < length) {
    const from = Math.floor((offset + done) / sectorSize) * sectorSize;
    const rest = Math.ceil((offset + length) / sectorSize) * sectorSize - from;
    const span = Math.min(BOUNCE, rest);
    const within = offset + done - from;
    const count = Math.min(span - within, length - done);
    // What is written whole need not be read before.
    const read = toDevice && count === span ? undefined : await move(from, span, false);
    if (read && read.status !== Status.STATUS_SUCCESS) return { ...read, information: done };
    await exchange(irp, done, window, within, count, toDevice);
    const written = toDevice ? await move(from, span, true) : undefined;
    if (written && written.status !== Status.STATUS_SUCCESS)
      return { ...written, information: done };
    done += count;
  }
  return { status: Status.STATUS_SUCCESS, information: done };
}

/** Between the request's buffer from `start` on and the driver's own pages. */
async function exchange(
  irp: Request,
  start: number,
  window: Window,
  within: number,
  count: number,
  toDevice: boolean,
): Promise<void> {
  let at = 0;
  for (let mdl = irp.MdlAddress; mdl && at < start + count; mdl = mdl.next) {
    const from = Math.max(start, at);
    const until = Math.min(start + count, at + mdl.byteCount);
    if (from < until) {
      const buffer = await MmGetSystemAddressForMdlSafe(mdl);
      const own = within + from - start;
      if (toDevice) buffer.copyTo(from - at, window, own, until - from);
      else window.copyTo(own, buffer, from - at, until - from);
    }
    at += mdl.byteCount;
  }
}
