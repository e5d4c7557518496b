/**
 * Where every random program begins: a small system of threads that know each other.
 *
 * The root thread has the lowest priority, so it runs when nobody else can, and holds every
 * capability in a window of its CNode. The others share a CNode of 32 slots that also holds
 * itself, so that they can delete, revoke and replace what they live on. All of it is made of one
 * untyped, parts of it of smaller ones, so that revoking takes pieces away.
 *
 *   buildWorld(system)   the calls that make it, for anything that can carry them out
 */
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import type { Message } from './driver.ts';

/** Slots of the root CNode that programs use. */
export const WINDOW = 64;
export const WINDOW_SIZE = 64;
export const ARENA_BITS = 17;

/** Radix of the threads' CNode. */
export const SHARED_BITS = 5;
const SHARED_GUARD = (32 - SHARED_BITS) << layout.CNODE_DATA_SIZE_SHIFT;
const ROOT_NODE = abi.seL4_CapInitThreadCNode;

/** What building a world needs: an invocation of the root thread that must succeed. */
export interface Builder {
  invoke(cptr: number, msg: Message): void;
  /** A system call of the thread that runs then. */
  enter(syscall: number, cptr: number): void;
  /** Slots of the untypeds to build from. */
  readonly kernelUntyped: number;
  readonly ramUntyped: number;
  /** First free slot of the root CNode. */
  readonly emptyStart: number;
}

/** Where the untyped that the arena is part of is put: no program names it by chance. */
export const FAR_SLOT = 240;
/** Slots from here on nothing changes. */
export const SLOTS_END = 256;

/** Where things are in the window, in the order in which they are made. */
export const AT = {
  arena: WINDOW,
  part: WINDOW + 1,
  bytes: WINDOW + 2,
  shared: WINDOW + 3,
  small: WINDOW + 4,
  threads: WINDOW + 5,
  buffers: WINDOW + 9,
  endpoints: WINDOW + 13,
  notifications: WINDOW + 16,
  table: WINDOW + 18,
  directory: WINDOW + 19,
  frame: WINDOW + 20,
  ram: WINDOW + 21,
  ramFrame: WINDOW + 22,
  handler: WINDOW + 23,
  port: WINDOW + 24,
  partThread: WINDOW + 25,
  partEndpoint: WINDOW + 26,
  partNode: WINDOW + 27,
  own: WINDOW + 28,
} as const;

export const THREADS = 4;
export const PRIORITIES = [100, 100, 120, 80];

export function buildWorld(b: Builder): void {
  const call = (cptr: number, label: number, mrs: number[], caps: number[] = []): void =>
    b.invoke(cptr, { label, mrs, caps });
  const retype = (untyped: number, type: number, bits: number, at: number, count = 1): void =>
    call(untyped, abi.UntypedRetype, [type, bits, 0, 0, at, count], [ROOT_NODE]);

  retype(b.kernelUntyped, abi.seL4_UntypedObject, ARENA_BITS, AT.arena);
  retype(AT.arena, abi.seL4_UntypedObject, 13, AT.part);
  retype(AT.arena, abi.seL4_UntypedObject, 8, AT.bytes);
  retype(AT.arena, abi.seL4_UntypedObject, 13, AT.own);
  retype(AT.arena, abi.seL4_CapTableObject, SHARED_BITS, AT.shared);
  retype(AT.arena, abi.seL4_CapTableObject, 2, AT.small);
  retype(AT.arena, abi.seL4_TCBObject, 0, AT.threads, THREADS);
  retype(AT.arena, abi.seL4_X86_4K, 0, AT.buffers, THREADS);
  retype(AT.arena, abi.seL4_EndpointObject, 0, AT.endpoints, 3);
  retype(AT.arena, abi.seL4_NotificationObject, 0, AT.notifications, 2);
  retype(AT.arena, abi.seL4_X86_PageTableObject, 0, AT.table);
  retype(AT.arena, abi.seL4_X86_PageDirectoryObject, 0, AT.directory);
  retype(AT.arena, abi.seL4_X86_4K, 0, AT.frame);
  retype(b.ramUntyped, abi.seL4_UntypedObject, 14, AT.ram);
  retype(AT.ram, abi.seL4_X86_4K, 0, AT.ramFrame);
  call(abi.seL4_CapIRQControl, abi.IRQIssueIRQHandler, [5, AT.handler, 32], [ROOT_NODE]);
  call(AT.handler, abi.IRQSetIRQHandler, [], [AT.notifications]);
  const ports = [0x60, 0x67, AT.port, 32];
  call(abi.seL4_CapIOPortControl, abi.X86IOPortControlIssue, ports, [ROOT_NODE]);
  retype(AT.part, abi.seL4_TCBObject, 0, AT.partThread);
  retype(AT.part, abi.seL4_EndpointObject, 0, AT.partEndpoint);
  retype(AT.part, abi.seL4_CapTableObject, 3, AT.partNode);

  configureThreads(call);
  fillSharedNode(call);
  call(AT.table, abi.X86PageTableMap, [0, 0], [AT.directory]);
  hideUntypeds(b, call);
  buildSecluded(call);
  buildNeighbour(call);
  call(abi.seL4_CapInitThreadTCB, abi.TCBSetPriority, [1], [abi.seL4_CapInitThreadTCB]);
  b.enter(abi.SysRecv, 2);
}

/** Another subject, of which nobody else holds a capability: it waits at its own endpoint. */
export const SECLUDED_BITS = 14;
export const SECLUDED = {
  memory: FAR_SLOT + 2,
  node: FAR_SLOT + 3,
  thread: FAR_SLOT + 4,
  endpoint: FAR_SLOT + 5,
  notification: FAR_SLOT + 6,
  buffer: FAR_SLOT + 7,
  spare: FAR_SLOT + 8,
} as const;

function buildSecluded(call: Call): void {
  const { memory, node, thread, endpoint, notification, buffer, spare } = SECLUDED;
  const retype = (from: number, type: number, bits: number, at: number): void =>
    call(from, abi.UntypedRetype, [type, bits, 0, 0, at, 1], [ROOT_NODE]);
  retype(FAR_SLOT, abi.seL4_UntypedObject, SECLUDED_BITS, memory);
  retype(memory, abi.seL4_CapTableObject, 4, node);
  retype(memory, abi.seL4_TCBObject, 0, thread);
  retype(memory, abi.seL4_EndpointObject, 0, endpoint);
  retype(memory, abi.seL4_NotificationObject, 0, notification);
  retype(memory, abi.seL4_X86_4K, 0, buffer);
  retype(memory, abi.seL4_UntypedObject, 12, spare);
  const held = [thread, endpoint, notification, buffer];
  held.forEach((cap, i) =>
    call(node, abi.CNodeCopy, [1 + i, 4, cap, 32, abi.seL4_AllRights], [ROOT_NODE]),
  );
  call(node, abi.CNodeMove, [5, 4, spare, 32], [ROOT_NODE]);
  const guard = 28 << layout.CNODE_DATA_SIZE_SHIFT;
  const spaces = [node, abi.seL4_CapInitThreadVSpace, buffer];
  call(thread, abi.TCBConfigure, [2, guard, 0, BUFFER_VADDR], spaces);
  call(thread, abi.TCBBindNotification, [], [notification]);
  call(thread, abi.TCBSetSchedParams, [255, 255], [abi.seL4_CapInitThreadTCB]);
  call(thread, abi.TCBResume, []);
}

/** A third subject, with memory of its own, that shares one endpoint with the others. */
export const NEIGHBOUR_BITS = 14;
export const NEIGHBOUR = {
  memory: FAR_SLOT + 9,
  node: FAR_SLOT + 10,
  thread: FAR_SLOT + 11,
  buffer: FAR_SLOT + 12,
} as const;

/** It cannot grant, so that what is its own stays its own; the others may grant to it. */
function buildNeighbour(call: Call): void {
  const { memory, node, thread, buffer } = NEIGHBOUR;
  const retype = (type: number, bits: number, at: number): void =>
    call(memory, abi.UntypedRetype, [type, bits, 0, 0, at, 1], [ROOT_NODE]);
  const sizes = [abi.seL4_UntypedObject, NEIGHBOUR_BITS, 0, 0, memory, 1];
  call(FAR_SLOT, abi.UntypedRetype, sizes, [ROOT_NODE]);
  retype(abi.seL4_CapTableObject, 4, node);
  retype(abi.seL4_TCBObject, 0, thread);
  retype(abi.seL4_X86_4K, 0, buffer);
  const guard = 28 << layout.CNODE_DATA_SIZE_SHIFT;
  const rights = abi.seL4_CanRead | abi.seL4_CanWrite | abi.seL4_CanGrantReply;
  const mint = (slot: number, source: number, data: number): void =>
    call(node, abi.CNodeMint, [slot, 4, source, 32, rights, data], [ROOT_NODE]);
  mint(1, node, guard);
  mint(2, thread, 0);
  mint(3, buffer, 0);
  mint(4, AT.endpoints, 0);
  mint(5, AT.endpoints, 5);
  const spaces = [node, abi.seL4_CapInitThreadVSpace, buffer];
  call(thread, abi.TCBConfigure, [4, guard, 0, BUFFER_VADDR], spaces);
  call(thread, abi.TCBSetSchedParams, [110, 90], [abi.seL4_CapInitThreadTCB]);
  call(thread, abi.TCBResume, []);
}

/** Programs change the arena only: of all other memory there is no capability they could name. */
function hideUntypeds(b: Builder, call: Call): void {
  call(ROOT_NODE, abi.CNodeMove, [FAR_SLOT, 32, b.kernelUntyped, 32], [ROOT_NODE]);
  call(ROOT_NODE, abi.CNodeMove, [FAR_SLOT + 1, 32, b.ramUntyped, 32], [ROOT_NODE]);
  for (let slot = abi.seL4_NumInitialCaps; slot < b.emptyStart; slot++) {
    call(ROOT_NODE, abi.CNodeDelete, [slot, 32]);
  }
}

type Call = (cptr: number, label: number, mrs: number[], caps?: number[]) => void;

/** Slots of the shared CNode: what the threads can name. */
function fillSharedNode(call: Call): void {
  const mint = (slot: number, source: number, rights: number, data: number): void =>
    call(AT.shared, abi.CNodeMint, [slot, SHARED_BITS, source, 32, rights, data], [ROOT_NODE]);
  const copy = (slot: number, source: number, rights = abi.seL4_AllRights): void =>
    call(AT.shared, abi.CNodeCopy, [slot, SHARED_BITS, source, 32, rights], [ROOT_NODE]);
  const move = (slot: number, source: number): void =>
    call(AT.shared, abi.CNodeMove, [slot, SHARED_BITS, source, 32], [ROOT_NODE]);
  mint(1, AT.shared, abi.seL4_AllRights, SHARED_GUARD);
  // Of two threads the CNode holds the only capability: deleting it ends them.
  for (let i = 0; i < 2; i++) copy(2 + i, AT.threads + i);
  for (let i = 2; i < 4; i++) move(2 + i, AT.threads + i);
  copy(6, AT.endpoints);
  mint(7, AT.endpoints, abi.seL4_AllRights, 1);
  mint(8, AT.endpoints, abi.seL4_CanWrite | abi.seL4_CanGrantReply, 2);
  copy(9, AT.endpoints, abi.seL4_CanRead);
  copy(10, AT.endpoints + 1);
  mint(11, AT.endpoints + 1, abi.seL4_CanWrite, 7);
  copy(12, AT.notifications);
  mint(13, AT.notifications, abi.seL4_AllRights, 4);
  mint(14, AT.notifications + 1, abi.seL4_CanWrite | abi.seL4_CanRead, 9);
  copy(15, AT.small);
  copy(16, AT.directory);
  copy(17, AT.frame);
  mint(18, AT.endpoints + 2, abi.seL4_AllRights, 3);
  copy(19, AT.handler);
  move(20, AT.bytes);
  move(23, AT.own);
  copy(21, AT.partThread);
  copy(22, abi.seL4_CapDomain);
}

const BUFFER_VADDR = 0x1000_0000;

function configureThreads(call: Call): void {
  // Fault handlers, as the threads name them: an endpoint, a badged one, one that may not be
  // called.
  const handlers = [18, 18, 11, 0];
  for (let i = 0; i < THREADS; i++) {
    const thread = AT.threads + i;
    const buffer = BUFFER_VADDR + (i & 1) * 512;
    const spaces = [AT.shared, abi.seL4_CapInitThreadVSpace, AT.buffers + i];
    call(thread, abi.TCBConfigure, [handlers[i]!, SHARED_GUARD, 0, buffer], spaces);
    const mcp = i === 1 ? 110 : 150;
    const priority = PRIORITIES[i]!;
    call(thread, abi.TCBSetSchedParams, [mcp, priority], [abi.seL4_CapInitThreadTCB]);
    call(thread, abi.TCBResume, []);
  }
  call(AT.threads + 1, abi.TCBBindNotification, [], [AT.notifications + 1]);
}
