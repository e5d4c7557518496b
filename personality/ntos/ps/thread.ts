/**
 * Threads: a TCB with its IPC buffer, badged service and fault endpoints, and a service buffer that
 * the Executive sees too.
 *
 * Thread slot n of a process has the service endpoint in CSpace slot SLOT_SERVICE + n, the fault
 * endpoint in SLOT_FAULT + n and its
 * service buffer at SERVICE_BUFFER_BASE + n * SERVICE_BUFFER_SIZE. The thread's id is the badge
 * (ke/badges.ts).
 *
 *   makeThread(executive, endpoint, process, id, start)   a status, and the thread, configured but
 *   not running
 *   startThread(executive, thread)
 */
import {
  CSPACE_BITS,
  MAX_THREADS,
  SERVICE_BUFFER_BASE,
  SERVICE_BUFFER_SIZE,
  SLOT_FAULT,
  SLOT_SERVICE,
} from '../../rtl/layout.ts';
import { Status } from '../../rtl/status.ts';
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
  seL4_TCB_WriteRegisters,
  seL4_TCBObject,
  seL4_X86_4K,
} from '../../sel4/index.ts';
import type { CPtr } from '../../sel4/types.ts';
import type { Executive, NtThread } from '../executive.ts';
import { BADGE_FAULT } from '../ke/badges.ts';
import { mapFresh, unmapFresh } from '../mm/virtual.ts';
import type { ProcessBody } from './process.ts';

export const PRIORITY_CLIENT = 100;
export const PRIORITY_DRIVER = 150;
/** Interrupt threads come before drivers, the Executive (255) before all. */
export const PRIORITY_ISR = 200;
/** CNode capability data: guard 0 of all bits that the radix leaves (manual, 3.3). */
export const CSPACE_GUARD = (32 - CSPACE_BITS) << 3;
/**
 * Where a thread's IPC buffer would be mapped: it is not, the kernel and its library alone reach
 * it.
 */
const IPC_BUFFER_ADDRESS = 1 << IPCBUF_BITS;

export interface ThreadStart {
  readonly entry: number;
  readonly args: readonly number[];
  readonly priority: number;
}

const NO_RESOURCES = { status: Status.STATUS_INSUFFICIENT_RESOURCES };

/** The two endpoint capabilities of a thread. */
function mintEndpoints(
  executive: Executive,
  endpoint: CPtr,
  process: ProcessBody,
  slot: number,
  id: number,
): boolean {
  const { slots } = executive.mm;
  const { cnode } = process;
  const service = seL4_CanWrite | seL4_CanGrantReply;
  return (
    slots.mintTo(endpoint, cnode, SLOT_SERVICE + slot, service, id) === seL4_NoError &&
    slots.mintTo(
      endpoint,
      cnode,
      SLOT_FAULT + slot,
      seL4_CanWrite | seL4_CanGrant | seL4_CanGrantReply,
      id | BADGE_FAULT,
    ) === seL4_NoError
  );
}

function configure(
  executive: Executive,
  process: ProcessBody,
  tcb: CPtr,
  buffer: CPtr,
  slot: number,
  start: ThreadStart,
): boolean {
  const { thread } = executive;
  const registers = new Array<number>(REG_COUNT).fill(0);
  registers[REG_IP] = start.entry;
  start.args.slice(0, 4).forEach((value, index) => (registers[REG_ARG0 + index] = value));
  const steps = [
    () =>
      seL4_TCB_Configure(
        thread,
        tcb,
        SLOT_FAULT + slot,
        process.cnode,
        CSPACE_GUARD,
        process.space.vspace,
        0,
        IPC_BUFFER_ADDRESS,
        buffer,
      ),
    () => seL4_TCB_SetSchedParams(thread, tcb, seL4_CapInitThreadTCB, 0, start.priority),
    () => seL4_TCB_WriteRegisters(thread, tcb, false, 0, registers),
  ];
  return steps.every((step) => step() === seL4_NoError);
}

/** TCB and IPC buffer with all that they hold; nothing of it where one step fails. */
function makeObjects(
  executive: Executive,
  endpoint: CPtr,
  process: ProcessBody,
  id: number,
  start: ThreadStart,
): CPtr {
  const { slots } = executive.mm;
  const { store, cnode } = process;
  const slot = process.threads.length;
  const tcb = store.create(seL4_TCBObject);
  const ipcBuffer = store.create(seL4_X86_4K);
  const made =
    tcb !== 0 &&
    ipcBuffer !== 0 &&
    mintEndpoints(executive, endpoint, process, slot, id) &&
    configure(executive, process, tcb, ipcBuffer, slot, start);
  if (made) return tcb;
  for (const index of [SLOT_SERVICE + slot, SLOT_FAULT + slot]) slots.clearIn(cnode, index);
  store.discard(tcb);
  store.discard(ipcBuffer);
  return 0;
}

export function makeThread(
  executive: Executive,
  endpoint: CPtr,
  process: ProcessBody,
  id: number,
  start: ThreadStart,
): { status: number; thread?: NtThread } {
  const { mm } = executive;
  const { quota, space } = process;
  const slot = process.threads.length;
  if (slot >= MAX_THREADS) return NO_RESOURCES;
  const charged = quota.charge('threads', 1);
  if (charged !== Status.STATUS_SUCCESS) return { status: charged };
  const address = SERVICE_BUFFER_BASE + slot * SERVICE_BUFFER_SIZE;
  const fresh = { writable: true, contiguous: true };
  const { status, pages } = mapFresh(mm, space, address, SERVICE_BUFFER_SIZE, fresh);
  const mapped = status === Status.STATUS_SUCCESS;
  const tcb = mapped ? makeObjects(executive, endpoint, process, id, start) : 0;
  if (tcb === 0) {
    if (mapped) unmapFresh(mm, space, address, pages);
    quota.giveBack('threads', 1);
    return mapped ? NO_RESOURCES : { status };
  }
  const buffer = mm.ram.slice(pages[0] ?? 0, SERVICE_BUFFER_SIZE);
  const thread: NtThread = { id, process, slot, tcb, buffer };
  process.threads.push(thread);
  return { status, thread };
}

/** Lets it run on the processor that its process's image is loaded on. */
export function startThread(executive: Executive, thread: NtThread): void {
  seL4_TCB_SetAffinity(executive.thread, thread.tcb, thread.process.processor);
  seL4_TCB_Resume(executive.thread, thread.tcb);
}
