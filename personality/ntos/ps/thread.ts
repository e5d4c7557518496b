/**
 * Threads: a TCB with its IPC buffer, badged service and fault endpoints, and a service buffer that
 * the Executive sees too.
 *
 * Thread slot n of a process has the service endpoint in CSpace slot SLOT_SERVICE + n, the fault
 * endpoint in SLOT_FAULT + n and its
 * service buffer at SERVICE_BUFFER_BASE + n * SERVICE_BUFFER_SIZE. The thread's id is the badge
 * (ke/badges.ts).
 *
 * TCB, IPC buffer and service buffer of a slot stay with the process when its thread has ended, and
 * are the next one's: their memory would come back only with the process.
 *
 *   makeThread(executive, process, identity, start)   a status, and the thread, which does not run
 *   startThread(executive, thread), stopThread(executive, thread)
 */
import {
  CSPACE_BITS,
  MAX_THREADS,
  SERVICE_BUFFER_BASE,
  SERVICE_BUFFER_SIZE,
  SLOT_FAULT,
  SLOT_SERVICE,
} from '../../rtl/layout.ts';
import * as Status from '../../rtl/ntstatus.ts';
import {
  IPCBUF_BITS,
  REG_ARG0,
  REG_COUNT,
  REG_IP,
  seL4_CanGrant,
  seL4_CanGrantReply,
  seL4_CanWrite,
  seL4_CapInitThreadTCB,
  seL4_NoError,
  seL4_TCB_Configure,
  seL4_TCB_Resume,
  seL4_TCB_SetAffinity,
  seL4_TCB_SetSchedParams,
  seL4_TCB_Suspend,
  seL4_TCB_WriteRegisters,
  seL4_TCBObject,
  seL4_X86_4K,
} from '../../sel4/index.ts';
import type { CPtr } from '../../sel4/types.ts';
import type { PsNeeds } from './needs.ts';
import type { ObType } from '../ob/types.ts';
import { BADGE_FAULT } from '../ke/badges.ts';
import { mapFresh, unmapFresh } from '../mm/virtual.ts';
import type { ProcessBody } from './process.ts';
import { ThreadBody, type ThreadParts } from './threadbody.ts';

/** CNode capability data: guard 0 of all bits that the radix leaves (manual, 3.3). */
export const CSPACE_GUARD = (32 - CSPACE_BITS) << 3;
/**
 * Where a thread's IPC buffer would be mapped: it is not, the kernel and its library alone reach
 * it.
 */
const IPC_BUFFER_ADDRESS = 1 << IPCBUF_BITS;

export interface ThreadStart {
  readonly entry: number;
  /** At most four; they are told the thread's slot. */
  readonly args: (slot: number) => readonly number[];
  readonly priority: number;
}

/** What a thread is known by. */
export interface ThreadIdentity {
  /** The Executive's endpoint. */
  readonly endpoint: CPtr;
  readonly id: number;
  readonly type: ObType;
}

const SUCCESS = Status.STATUS_SUCCESS;
const NO_RESOURCES = { status: Status.STATUS_INSUFFICIENT_RESOURCES };

/** The two endpoint capabilities of a thread. */
function mintEndpoints(endpoint: CPtr, process: ProcessBody, slot: number, id: number): boolean {
  const { cspace } = process;
  const call = seL4_CanWrite | seL4_CanGrantReply;
  const type = 'Endpoint';
  const [calls, faults] = [
    { type, about: `service calls of thread ${slot}` },
    { type, about: `faults of thread ${slot}` },
  ] as const;
  return (
    cspace.mint(endpoint, SLOT_SERVICE + slot, call, id, calls) &&
    cspace.mint(endpoint, SLOT_FAULT + slot, call | seL4_CanGrant, id | BADGE_FAULT, faults)
  );
}

function clearEndpoints({ cspace }: ProcessBody, slot: number): void {
  for (const index of [SLOT_SERVICE + slot, SLOT_FAULT + slot]) cspace.clear(index);
}

function configure(
  executive: PsNeeds,
  process: ProcessBody,
  tcb: CPtr,
  buffer: CPtr,
  slot: number,
): boolean {
  const error = seL4_TCB_Configure(
    executive.thread,
    tcb,
    SLOT_FAULT + slot,
    process.cnode,
    CSPACE_GUARD,
    process.space.vspace,
    0,
    IPC_BUFFER_ADDRESS,
    buffer,
  );
  return error === seL4_NoError;
}

/** Writing its registers makes it a new thread for the kernel, whoever ran on the TCB before. */
function prepare(
  { thread }: PsNeeds,
  tcb: CPtr,
  slot: number,
  { entry, args, priority }: ThreadStart,
): boolean {
  const registers = new Array<number>(REG_COUNT).fill(0);
  registers[REG_IP] = entry;
  args(slot)
    .slice(0, 4)
    .forEach((value, index) => (registers[REG_ARG0 + index] = value));
  return (
    seL4_TCB_SetSchedParams(thread, tcb, seL4_CapInitThreadTCB, 0, priority) === seL4_NoError &&
    seL4_TCB_WriteRegisters(thread, tcb, false, 0, registers) === seL4_NoError
  );
}

/** Gives the parts their TCB's surroundings, which do not change from thread to thread. */
function makeParts(
  executive: PsNeeds,
  process: ProcessBody,
  slot: number,
): { status: number; parts?: ThreadParts } {
  const { mm } = executive;
  const { store, space } = process;
  const address = SERVICE_BUFFER_BASE + slot * SERVICE_BUFFER_SIZE;
  const fresh = { writable: true, contiguous: true };
  const { status, pages } = mapFresh(mm, space, address, SERVICE_BUFFER_SIZE, fresh);
  if (status !== SUCCESS) return { status };
  const tcb = store.create(seL4_TCBObject);
  const ipcBuffer = tcb && store.create(seL4_X86_4K);
  if (ipcBuffer !== 0 && configure(executive, process, tcb, ipcBuffer, slot)) {
    const parts = { tcb, buffer: mm.ram.slice(pages[0] ?? 0, SERVICE_BUFFER_SIZE) };
    process.parts.set(slot, parts);
    return { status, parts };
  }
  store.discard(ipcBuffer);
  store.discard(tcb);
  unmapFresh(mm, space, address, pages);
  return NO_RESOURCES;
}

function freeSlot({ threads }: ProcessBody): number {
  for (let slot = 0; ; slot++) if (!threads.some((thread) => thread.slot === slot)) return slot;
}

export function makeThread(
  executive: PsNeeds,
  process: ProcessBody,
  { endpoint, id, type }: ThreadIdentity,
  start: ThreadStart,
): { status: number; thread?: ThreadBody } {
  const { quota } = process;
  const slot = freeSlot(process);
  if (slot >= MAX_THREADS) return NO_RESOURCES;
  const charged = quota.charge('threads', 1);
  if (charged !== SUCCESS) return { status: charged };
  const known = process.parts.get(slot);
  const { status, parts } = known
    ? { status: SUCCESS, parts: known }
    : makeParts(executive, process, slot);
  const ready =
    parts !== undefined &&
    mintEndpoints(endpoint, process, slot, id) &&
    prepare(executive, parts.tcb, slot, start);
  if (!ready) {
    clearEndpoints(process, slot);
    quota.giveBack('threads', 1);
    return parts ? NO_RESOURCES : { status };
  }
  const thread = new ThreadBody(executive.ke, type, process, { id, slot, ...parts });
  process.threads.push(thread);
  return { status, thread };
}

/** Lets it run on the processor that its process's image is loaded on. */
export function startThread(executive: PsNeeds, thread: ThreadBody): void {
  thread.stopped = false;
  seL4_TCB_SetAffinity(executive.thread, thread.tcb, thread.process.processor);
  seL4_TCB_Resume(executive.thread, thread.tcb);
}

/** It runs no more, and nothing comes from it any more; its slot is free. */
export function stopThread(executive: PsNeeds, thread: ThreadBody): void {
  seL4_TCB_Suspend(executive.thread, thread.tcb);
  clearEndpoints(thread.process, thread.slot);
}
