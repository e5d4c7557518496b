/**
 * Making a process: kernel objects, memory, first thread, and what drivers and the host's agent
 * have beside.
 *
 *   makeProcess(executive, parts, options)   a process that is not loaded yet, or why not
 *   destroyObjects(executive, process)       all of it, in one go
 *   discardProcess(executive, process)       the same for one that never ran
 *
 * Whatever fails half-way is undone by discardProcess: a process is either there or has left
 * nothing behind.
 */
import {
  BELL_HOST,
  BELL_INTERRUPT,
  BELL_PACKETS,
  BELL_TIMER,
  CSPACE_BITS,
  HEAP_BASE,
  HEAP_INITIAL,
  PACKETS_IN,
  PACKETS_OUT,
  PACKETS_SIZE,
  SLOT_DOORBELL,
  SLOT_HOST_IRQ,
} from '../../rtl/layout.ts';
import * as Status from '../../rtl/ntstatus.ts';
import {
  HOST_IRQ,
  seL4_CanRead,
  seL4_CanWrite,
  seL4_CapTableObject,
  seL4_IRQHandler_Ack,
  seL4_IRQHandler_SetNotification,
  seL4_NBSend,
  seL4_NoError,
  seL4_NotificationObject,
} from '../../sel4/index.ts';
import type { CPtr } from '../../sel4/types.ts';
import type { PsNeeds } from './needs.ts';
import type { ObType } from '../ob/types.ts';
import type { DriverProcess, ProcessOptions } from './types.ts';
import { KGate } from '../ke/wait/gate.ts';
import { mapFresh, releaseSpace } from '../mm/virtual.ts';
import type { Token } from '../se/token.ts';
import { CSpace } from './cspace.ts';
import type { Membership } from './family.ts';
import { ProcessBody } from './process.ts';
import { PRIORITY_CLIENT, PRIORITY_DRIVER } from './priorities.ts';
import { makeThread, type ThreadIdentity } from './thread.ts';

const SUCCESS = Status.STATUS_SUCCESS;
const NO_RESOURCES: number = Status.STATUS_INSUFFICIENT_RESOURCES;
const WAIT_AND_SIGNAL = seL4_CanRead | seL4_CanWrite;
const HOST_REQUESTS = { type: 'IRQHandler', about: "the host's requests" } as const;

/**
 * A capability to the notification under another badge, in a slot that goes with the process; 0:
 * none left.
 */
function mintBell(executive: PsNeeds, process: ProcessBody, ntfn: CPtr, badge: number): CPtr {
  const { slots } = executive.mm;
  const slot = slots.allocateFor(process.quota);
  if (slot === 0) return 0;
  process.slots.push(slot);
  return slots.mint(ntfn, slot, seL4_CanWrite, badge) === seL4_NoError ? slot : 0;
}

/**
 * The doorbell in SLOT_DOORBELL. What the process itself signals there (its interrupt threads) is
 * BELL_INTERRUPT.
 */
function makeDoorbell(process: ProcessBody): CPtr {
  const ntfn = process.store.create(seL4_NotificationObject);
  if (ntfn === 0) return 0;
  const what = { type: 'Notification', about: 'the doorbell' } as const;
  const { cspace } = process;
  return cspace.mint(ntfn, SLOT_DOORBELL, WAIT_AND_SIGNAL, BELL_INTERRUPT, what) ? ntfn : 0;
}

function addDriverParts(
  executive: PsNeeds,
  process: ProcessBody,
  driver: NonNullable<ProcessOptions['driver']>,
): number {
  const { mm, thread } = executive;
  const ntfn = makeDoorbell(process);
  const packets = ntfn && mintBell(executive, process, ntfn, BELL_PACKETS);
  const timer = ntfn && mintBell(executive, process, ntfn, BELL_TIMER);
  if (!packets || !timer) return NO_RESOURCES;
  const { space } = process;
  const readOnly = { writable: false, contiguous: true };
  const incoming = mapFresh(mm, space, PACKETS_IN, PACKETS_SIZE, readOnly);
  if (incoming.status !== SUCCESS) return incoming.status;
  const shared = { writable: true, contiguous: true };
  const outgoing = mapFresh(mm, space, PACKETS_OUT, PACKETS_SIZE, shared);
  if (outgoing.status !== SUCCESS) return outgoing.status;
  const parts: DriverProcess = {
    ...driver,
    assigned: new Set(),
    incoming: mm.ram.slice(incoming.pages[0] ?? 0, PACKETS_SIZE),
    outgoing: mm.ram.slice(outgoing.pages[0] ?? 0, PACKETS_SIZE),
    ring(bell) {
      if (process.state !== 'ended')
        void seL4_NBSend(thread, bell === BELL_TIMER ? timer : packets, 0);
    },
  };
  process.driver = parts;
  return SUCCESS;
}

/** The host's requests: its interrupt rings the doorbell, and the process may acknowledge it. */
function addHostParts(executive: PsNeeds, process: ProcessBody): number {
  const { hal, thread } = executive;
  const handler = hal.lines.handler(HOST_IRQ);
  const ntfn = makeDoorbell(process);
  const bell = ntfn && mintBell(executive, process, ntfn, BELL_HOST);
  if (handler === 0 || bell === 0) return NO_RESOURCES;
  const ok =
    seL4_IRQHandler_SetNotification(thread, handler, bell) === seL4_NoError &&
    process.cspace.copy(handler, SLOT_HOST_IRQ, WAIT_AND_SIGNAL, HOST_REQUESTS) &&
    seL4_IRQHandler_Ack(thread, handler) === seL4_NoError;
  return ok ? SUCCESS : NO_RESOURCES;
}

/** Everything but the image. */
function furnish(
  executive: PsNeeds,
  process: ProcessBody,
  thread: ThreadIdentity,
  options: ProcessOptions,
): number {
  const { mm } = executive;
  const fresh = { writable: true, contiguous: false };
  const heap = mapFresh(mm, process.space, HEAP_BASE, HEAP_INITIAL, fresh);
  if (heap.status !== SUCCESS) return heap.status;
  const priority = options.driver ? PRIORITY_DRIVER : PRIORITY_CLIENT;
  const { parameters = new Uint8Array() } = options;
  const main = makeThread(executive, process, thread, {
    entry: 0,
    args: (slot) => [slot, parameters.length],
    priority,
  });
  if (!main.thread) return main.status;
  if (parameters.length > 0) main.thread.buffer.write(0, parameters);
  if (options.driver) return addDriverParts(executive, process, options.driver);
  if (options.host) return addHostParts(executive, process);
  return SUCCESS;
}

/** What it is made with, beside its options. */
export interface MakingParts {
  readonly id: number;
  readonly type: ObType;
  /** Its first thread. */
  readonly thread: ThreadIdentity;
  readonly member: Membership;
  readonly token: Token;
}

export function makeProcess(
  executive: PsNeeds,
  { id, type, thread, member, token }: MakingParts,
  options: ProcessOptions,
): { status: number; process?: ProcessBody } {
  const { mm, ke } = executive;
  const store = mm.newStore(member.quota);
  const cnode = store.create(seL4_CapTableObject, CSPACE_BITS);
  const space = cnode === 0 ? undefined : mm.createSpace(store, member.quota);
  if (!space) {
    store.destroy();
    return { status: NO_RESOURCES };
  }
  const { image, commandLine = '' } = options;
  const ended = new KGate(ke);
  const parent = options.maker?.id ?? 0;
  const created = ke.systemTime();
  const own = { id, parent, created, image, commandLine };
  const cspace = new CSpace(mm.slots, cnode);
  const parts = { ...own, store, space, cspace, ended, type, member, token };
  const process = new ProcessBody(parts);
  const status = furnish(executive, process, thread, options);
  if (status === SUCCESS) return { status, process };
  discardProcess(executive, process);
  return { status };
}

/** One whose threads never ran. */
export function discardProcess(executive: PsNeeds, process: ProcessBody): void {
  process.quota.giveBack('threads', process.threads.length);
  destroyObjects(executive, process);
}

export function destroyObjects(executive: PsNeeds, process: ProcessBody): void {
  const { mm, platform } = executive;
  if (process.processor >= 0) platform.release(process.processor, process.space.vspace);
  releaseSpace(mm, process.space);
  for (const slot of process.slots) mm.slots.clear(slot);
  process.slots.length = 0;
  process.store.destroy();
}
