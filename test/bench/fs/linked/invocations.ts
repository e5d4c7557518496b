/**
 * The kernel's invocations (personality/sel4/invocations.ts) as what they mean for objects that are
 * entries of maps. All succeed.
 */
import {
  seL4_CapInitThreadCNode,
  seL4_CapTableObject,
  seL4_NoError,
  seL4_NotificationObject,
  seL4_TCBObject,
  seL4_UntypedObject,
  seL4_X86_4K,
  seL4_X86_PageDirectoryObject,
} from '../../../../kernel-as/abi.ts';
import { SLOT_SERVICE } from '../../../../personality/rtl/layout.ts';
import type { Thread } from '../../../../personality/sel4/types.ts';
import {
  type Capability,
  type KernelObject,
  type LinkedThread,
  makeNotification,
  makeSpace,
} from './kernel.ts';

const PAGE = 4096;
const of = (thread: Thread): LinkedThread => thread as LinkedThread;

function slotsOf(thread: Thread, cnode: number): Map<number, Capability> {
  if (cnode === seL4_CapInitThreadCNode) return of(thread).objects;
  const object = of(thread).objects.get(cnode)?.object;
  if (object?.kind !== 'cnode') throw new Error(`linked: ${cnode} is no CNode`);
  return object.slots;
}

function objectIn<K extends KernelObject['kind']>(thread: Thread, slot: number, kind: K) {
  const object = of(thread).objects.get(slot)?.object;
  if (object?.kind !== kind) throw new Error(`linked: ${slot} is no ${kind}`);
  return object as Extract<KernelObject, { kind: K }>;
}

function make(type: number, source: Extract<KernelObject, { kind: 'untyped' }>): KernelObject {
  switch (type) {
    case seL4_UntypedObject:
      return { kind: 'untyped', next: 0, device: false };
    case seL4_TCBObject:
      return {
        kind: 'tcb',
        space: undefined,
        objects: undefined,
        registers: [],
        started: false,
        stopped: false,
      };
    case seL4_NotificationObject:
      return makeNotification();
    case seL4_CapTableObject:
      return { kind: 'cnode', slots: new Map() };
    case seL4_X86_PageDirectoryObject:
      return makeSpace();
    case seL4_X86_4K: {
      const address = source.next;
      if (source.device) source.next += PAGE;
      return { kind: 'frame', address };
    }
    default:
      return { kind: 'other' };
  }
}

export function seL4_Untyped_Retype(
  thread: Thread,
  untyped: number,
  type: number,
  _bits: number,
  root: number,
  _index: number,
  _depth: number,
  first: number,
  count: number,
): number {
  const source = objectIn(thread, untyped, 'untyped');
  const slots = slotsOf(thread, root);
  for (let i = 0; i < count; i++) slots.set(first + i, { object: make(type, source), badge: 0 });
  return seL4_NoError;
}

export function seL4_CNode_Copy(
  thread: Thread,
  cnode: number,
  to: number,
  _toDepth: number,
  root: number,
  from: number,
): number {
  return place(thread, cnode, to, root, from);
}

export function seL4_CNode_Mint(
  thread: Thread,
  cnode: number,
  to: number,
  _toDepth: number,
  root: number,
  from: number,
  _fromDepth: number,
  _rights: number,
  badge: number,
): number {
  return place(thread, cnode, to, root, from, badge);
}

function place(
  thread: Thread,
  cnode: number,
  to: number,
  root: number,
  from: number,
  badge?: number,
): number {
  const source = slotsOf(thread, root).get(from);
  if (!source) throw new Error(`linked: nothing in ${from}`);
  slotsOf(thread, cnode).set(to, { object: source.object, badge: badge ?? source.badge });
  return seL4_NoError;
}

/** Where a frame is mapped, by the capability that it was mapped through. */
const mapped = new WeakMap<Capability, { pages: Int32Array; page: number }>();

export function seL4_CNode_Delete(thread: Thread, cnode: number, slot: number): number {
  const slots = slotsOf(thread, cnode);
  const capability = slots.get(slot);
  const place = capability && mapped.get(capability);
  if (place) place.pages[place.page] = -1;
  slots.delete(slot);
  return seL4_NoError;
}

export function seL4_CNode_Revoke(): number {
  return seL4_NoError;
}

export function seL4_CNode_SaveCaller(): number {
  throw new Error('linked: nobody calls');
}

export function seL4_X86_Page_Map(
  thread: Thread,
  frame: number,
  vspace: number,
  address: number,
): number {
  const capability = of(thread).objects.get(frame)!;
  const { pages } = vspace === 3 ? of(thread).space : objectIn(thread, vspace, 'space');
  const page = address >>> 12;
  pages[page] = objectIn(thread, frame, 'frame').address;
  mapped.set(capability, { pages, page });
  return seL4_NoError;
}

export function seL4_X86_Page_GetAddress(thread: Thread, frame: number) {
  return { error: seL4_NoError, value: objectIn(thread, frame, 'frame').address };
}

export function seL4_X86_PageTable_Map(): number {
  return seL4_NoError;
}

export function seL4_TCB_Configure(
  thread: Thread,
  tcb: number,
  _fault: number,
  cnode: number,
  _guard: number,
  vspace: number,
): number {
  const object = objectIn(thread, tcb, 'tcb');
  object.objects = slotsOf(thread, cnode);
  object.space = objectIn(thread, vspace, 'space');
  return seL4_NoError;
}

export function seL4_TCB_WriteRegisters(
  thread: Thread,
  tcb: number,
  _resume: boolean,
  _flags: number,
  registers: readonly number[],
): number {
  // A new thread on it: whoever waited on the old one waits for ever.
  const slot = of(thread).objects.get(tcb)!;
  const old = objectIn(thread, tcb, 'tcb');
  const fresh = { ...old, registers: [...registers], started: false, stopped: false };
  of(thread).objects.set(tcb, { ...slot, object: fresh });
  return seL4_NoError;
}

export function seL4_TCB_Resume(thread: Thread, tcb: number): number {
  const object = objectIn(thread, tcb, 'tcb');
  if (object.started) return seL4_NoError;
  object.started = true;
  of(thread).system.start(object, SLOT_SERVICE);
  return seL4_NoError;
}

export function seL4_TCB_Suspend(thread: Thread, tcb: number): number {
  objectIn(thread, tcb, 'tcb').stopped = true;
  return seL4_NoError;
}

export function seL4_TCB_BindNotification(thread: Thread, _tcb: number, slot: number): number {
  of(thread).system.bound = objectIn(thread, slot, 'notification');
  return seL4_NoError;
}

const fine = (): number => seL4_NoError;
export const seL4_TCB_SetSchedParams = fine;
export const seL4_TCB_SetAffinity = fine;
export const seL4_IRQHandler_Ack = fine;

export function seL4_IRQControl_Get(
  thread: Thread,
  _control: number,
  line: number,
  root: number,
  slot: number,
): number {
  slotsOf(thread, root).set(slot, { object: { kind: 'handler', line }, badge: 0 });
  return seL4_NoError;
}

export function seL4_IRQHandler_SetNotification(
  thread: Thread,
  handler: number,
  notification: number,
): number {
  const { line } = objectIn(thread, handler, 'handler');
  of(thread).system.handlers.set(line, of(thread).objects.get(notification)!);
  return seL4_NoError;
}

export function seL4_IRQHandler_Clear(thread: Thread, handler: number): number {
  of(thread).system.handlers.delete(objectIn(thread, handler, 'handler').line);
  return seL4_NoError;
}

export function seL4_X86_IOPortControl_Issue(
  thread: Thread,
  _control: number,
  _first: number,
  _last: number,
  root: number,
  slot: number,
): number {
  slotsOf(thread, root).set(slot, { object: { kind: 'other' }, badge: 0 });
  return seL4_NoError;
}

const reader = (width: 1 | 2 | 4) => (thread: Thread, _ports: number, port: number) =>
  of(thread).system.bus.read(port, width);
const writer =
  (width: 1 | 2 | 4) =>
  (thread: Thread, _ports: number, port: number, value: number): void =>
    of(thread).system.bus.write(port, width, value);

export const seL4_X86_IOPort_In8 = reader(1);
export const seL4_X86_IOPort_In16 = reader(2);
export const seL4_X86_IOPort_In32 = reader(4);
export const seL4_X86_IOPort_Out8 = writer(1);
export const seL4_X86_IOPort_Out16 = writer(2);
export const seL4_X86_IOPort_Out32 = writer(4);
