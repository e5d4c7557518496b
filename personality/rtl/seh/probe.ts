/**
 * Probes: whether memory of this process can be used, asked before it is.
 *
 *   ProbeForRead(seh, address, length, alignment)
 *   ProbeForWrite(seh, address, length, alignment)
 *
 * A probe raises STATUS_DATATYPE_MISALIGNMENT for an address that is not a multiple of `alignment`,
 * and STATUS_ACCESS_VIOLATION for what is not mapped, or not with these rights. Each page is
 * touched: read, and for ProbeForWrite written back as it was. A length of 0 asks nothing.
 *
 * A probe says what holds now. Whoever shares the pages may unmap them a moment later: an access
 * to a window faults by itself then, and does nobody else any harm. So a probe is no wall, as it is
 * in NT's kernel, where it guards a pointer that everybody may have made up; the wall here is the
 * Executive's own probe (ntos/mm/probe.ts), which answers in pieces of RAM.
 *
 * What a probe raises can be continued: the page is then tried again. A filter that maps it (as
 * guard pages and sparse buffers are made) thus has the body go on.
 */
import { PAGE_SIZE, USER_LIMIT } from '../layout.ts';
import * as Status from '../ntstatus.ts';
import { pageFaultOf } from './codes.ts';
import type { ProbedMemory, Seh } from './frames.ts';
import { RtlRaiseException, RtlRaiseStatus } from './raise.ts';
import { EXCEPTION_NONCONTINUABLE, EXCEPTION_READ_FAULT, EXCEPTION_WRITE_FAULT } from './record.ts';

export function ProbeForRead(seh: Seh, address: number, length: number, alignment: number) {
  return probe(seh, address, length, alignment, EXCEPTION_READ_FAULT);
}

export function ProbeForWrite(seh: Seh, address: number, length: number, alignment: number) {
  return probe(seh, address, length, alignment, EXCEPTION_WRITE_FAULT);
}

async function probe(
  seh: Seh,
  address: number,
  length: number,
  alignment: number,
  access: number,
): Promise<void> {
  if (length === 0) return;
  if (address % alignment !== 0) await RtlRaiseStatus(seh, Status.STATUS_DATATYPE_MISALIGNMENT);
  if (address < 0 || length < 0 || address + length > USER_LIMIT)
    await violate(seh, access, address, EXCEPTION_NONCONTINUABLE);
  const end = address + length;
  for (let at = address; at < end; at = (Math.floor(at / PAGE_SIZE) + 1) * PAGE_SIZE)
    while (!touches(seh, at, access)) await violate(seh, access, at, 0);
}

function violate(seh: Seh, access: number, address: number, flags: number): Promise<void> {
  const parameters = [access, address];
  return RtlRaiseException(seh, { code: Status.STATUS_ACCESS_VIOLATION, flags, parameters });
}

/** Anything but a page fault (a thread that is not its processor's) is thrown on. */
function touches(seh: Seh, address: number, access: number): boolean {
  try {
    const writes = access === EXCEPTION_WRITE_FAULT;
    const memory: ProbedMemory = seh.frame.base.host.window(address, 1, writes);
    const byte = memory.getUint8(0);
    if (writes) memory.setUint8(0, byte);
    return true;
  } catch (thrown) {
    if (pageFaultOf(thrown)) return false;
    throw thrown;
  }
}
