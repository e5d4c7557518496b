/**
 * The services on virtual memory, and the memory of other processes: NtReadVirtualMemory,
 * NtWriteVirtualMemory.
 *
 * Who has a handle with the right does to another process what that may do itself. Bytes go page by
 * page, from the Executive's view of one to that of the other; what cannot be reached ends the copy
 * with STATUS_PARTIAL_COPY, and the bytes before it are there.
 */
import { PAGE_SIZE } from '../../rtl/layout.ts';
import { PROCESS_VM_OPERATION, PROCESS_VM_READ, PROCESS_VM_WRITE } from '../../rtl/memory.ts';
import { PROCESS_QUERY_INFORMATION } from '../../rtl/objects.ts';
import { CURRENT_PROCESS } from '../../rtl/services.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { NtThread, Process } from '../ps/types.ts';
import { allocate, free, protect, query } from './allocate.ts';
import type { MmNeeds } from './needs.ts';
import type { Mm } from './types.ts';

/** The process of a handle, or why there is none. */
export function findProcess(
  { ob, ps }: Pick<MmNeeds, 'ob' | 'ps'>,
  caller: NtThread,
  handle: number,
  access: number,
): { status: number; process?: Process } {
  if (handle === CURRENT_PROCESS) return { status: Status.STATUS_SUCCESS, process: caller.process };
  const found = ob.referenceByHandle(caller.process, handle, ps.processType, access);
  if (!found.object) return { status: found.status };
  const process = found.object as Process;
  return process.state === 'ended'
    ? { status: Status.STATUS_PROCESS_IS_TERMINATING }
    : { status: found.status, process };
}

interface Copy {
  readonly from: { readonly process: Process; readonly address: number };
  readonly to: { readonly process: Process; readonly address: number };
  readonly length: number;
}

/** How many bytes went over before something was not there. */
function copy(mm: Mm, { from, to, length }: Copy): number {
  let done = 0;
  while (done < length) {
    const [source, target] = [from.address + done, to.address + done];
    const room = PAGE_SIZE - Math.max(source % PAGE_SIZE, target % PAGE_SIZE);
    const count = Math.min(room, length - done);
    const read = mm.probe(from.process, source, count, false)?.[0];
    const written = mm.probe(to.process, target, count, true)?.[0];
    if (!read || !written) break;
    mm.ram.copyTo(read.address, mm.ram, written.address, count);
    done += count;
  }
  return done;
}

export function registerVirtualServices(executive: MmNeeds): void {
  const { ke, mm } = executive;

  function inProcess<R extends { status: number }>(
    caller: NtThread,
    handle: number | undefined,
    access: number,
    act: (process: Process) => R,
  ): R | { status: number } {
    const { status, process } = findProcess(executive, caller, handle ?? CURRENT_PROCESS, access);
    return process ? act(process) : { status };
  }

  ke.register('NtAllocateVirtualMemory', (caller, input) =>
    inProcess(caller, input.process, PROCESS_VM_OPERATION, (process) =>
      allocate(mm, process, input),
    ),
  );
  ke.register('NtFreeVirtualMemory', (caller, input) =>
    inProcess(caller, input.process, PROCESS_VM_OPERATION, (process) => free(mm, process, input)),
  );
  ke.register('NtProtectVirtualMemory', (caller, input) =>
    inProcess(caller, input.process, PROCESS_VM_OPERATION, (process) => protect(process, input)),
  );
  ke.register('NtQueryVirtualMemory', (caller, input) =>
    inProcess(caller, input.process, PROCESS_QUERY_INFORMATION, (process) => query(process, input)),
  );

  function transfer(
    caller: NtThread,
    { address, buffer, length }: { address: number; buffer: number; length: number },
    other: Process,
    write: boolean,
  ): { status: number; moved?: number } {
    if (!mm.probe(caller.process, buffer, length, !write))
      return { status: Status.STATUS_ACCESS_VIOLATION };
    const own = { process: caller.process, address: buffer };
    const theirs = { process: other, address };
    const [from, to] = write ? [own, theirs] : [theirs, own];
    const moved = copy(mm, { from, to, length });
    const status = moved === length ? Status.STATUS_SUCCESS : Status.STATUS_PARTIAL_COPY;
    return { status, moved };
  }

  ke.register('NtReadVirtualMemory', (caller, input) =>
    inProcess(caller, input.process, PROCESS_VM_READ, (other) =>
      transfer(caller, input, other, false),
    ),
  );
  ke.register('NtWriteVirtualMemory', (caller, input) =>
    inProcess(caller, input.process, PROCESS_VM_WRITE | PROCESS_VM_OPERATION, (other) =>
      transfer(caller, input, other, true),
    ),
  );
}
