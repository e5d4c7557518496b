/**
 * TCB_Configure, TCB_SetSpace, TCB_SetIPCBuffer: the capabilities in a thread's own slots.
 *
 * Everything new is derived and checked before anything old is deleted. Deleting an old root may
 * be preempted; the call is then made again, and finds less to delete.
 *
 * Source: seL4 reference manual, section 10.3.3.
 */
import { IPCBUF_BITS } from '../../../kernel-as/abi.ts';
import { type Cap, NULL_CAP } from './caps.ts';
import { cteDelete } from './delete.ts';
import { deriveCap, updateCapData } from './derive.ts';
import { type Invocation, act, arg, extra } from './invocation.ts';
import { cteInsert, isFinalCapability } from './mdb.ts';
import { alignmentError, illegalOperation, truncatedMessage } from './refusal.ts';
import { sameObjectAs } from './region.ts';
import { BUFFER, CTABLE, type Kernel, type Slot, type Tcb, VTABLE } from './state.ts';
import { isCurrent, rescheduleRequired } from './thread.ts';

/** A capability for a thread's slot, and where it came from. */
interface NewCap {
  readonly cap: Cap;
  readonly source: Slot;
}

interface NewBuffer {
  readonly address: number;
  readonly frame: NewCap | null;
}

interface NewSpace {
  readonly faultHandler: number;
  readonly cspace: NewCap;
  readonly vspace: NewCap;
}

export function decodeConfigure(k: Kernel, call: Invocation, tcb: Tcb): void {
  if (call.length < 4 || call.caps.length < 3) throw truncatedMessage();
  const buffer = checkBuffer(arg(call, 3), extra(call, 2));
  const space = checkSpace(call, tcb);
  act(k, call);
  installSpace(k, call, tcb, space);
  installBuffer(k, call, tcb, buffer);
}

export function decodeSetSpace(k: Kernel, call: Invocation, tcb: Tcb): void {
  if (call.length < 3 || call.caps.length < 2) throw truncatedMessage();
  const space = checkSpace(call, tcb);
  act(k, call);
  installSpace(k, call, tcb, space);
}

export function decodeSetIPCBuffer(k: Kernel, call: Invocation, tcb: Tcb): void {
  if (call.length < 1 || !call.caps[0]) throw truncatedMessage();
  const buffer = checkBuffer(arg(call, 0), extra(call, 0));
  act(k, call);
  installBuffer(k, call, tcb, buffer);
}

/** Address 0 is no buffer, whatever the capability. */
function checkBuffer(address: number, source: Slot): NewBuffer {
  if (address === 0) return { address, frame: null };
  const cap = deriveCap(source, source.cap);
  if (cap.type !== 'frame' || cap.device) throw illegalOperation();
  if (address % 2 ** IPCBUF_BITS !== 0) throw alignmentError();
  return { address, frame: { cap, source } };
}

function checkSpace(call: Invocation, tcb: Tcb): NewSpace {
  if (isLongDeletion(tcb.slot(CTABLE)) || isLongDeletion(tcb.slot(VTABLE)))
    throw illegalOperation();
  const cspace = deriveRoot(extra(call, 0), arg(call, 1));
  if (cspace.cap.type !== 'cnode') throw illegalOperation();
  const vspace = deriveRoot(extra(call, 1), arg(call, 2));
  if (vspace.cap.type !== 'pageDirectory') throw illegalOperation();
  return { faultHandler: arg(call, 0), cspace, vspace };
}

/** Data 0 keeps the guard. */
function deriveRoot(source: Slot, data: number): NewCap {
  const cap = data === 0 ? source.cap : updateCapData(false, data, source.cap);
  return { cap: deriveCap(source, cap), source };
}

/** What is in the slot could not be deleted at once. */
function isLongDeletion(slot: Slot): boolean {
  const { type } = slot.cap;
  if (type === 'null' || !isFinalCapability(slot)) return false;
  return type === 'thread' || type === 'cnode' || type === 'zombie';
}

function installSpace(k: Kernel, call: Invocation, tcb: Tcb, space: NewSpace): void {
  tcb.faultHandler = space.faultHandler;
  cteDelete(k, tcb.slot(CTABLE), true);
  install(k, call, tcb, space.cspace, CTABLE);
  cteDelete(k, tcb.slot(VTABLE), true);
  install(k, call, tcb, space.vspace, VTABLE);
}

function installBuffer(k: Kernel, call: Invocation, tcb: Tcb, buffer: NewBuffer): void {
  cteDelete(k, tcb.slot(BUFFER), true);
  tcb.bufferAddress = buffer.address;
  if (buffer.frame) install(k, call, tcb, buffer.frame, BUFFER);
  if (isCurrent(k, tcb)) rescheduleRequired(k);
}

/** Deleting the old capability may have taken the new one's source, or the thread's own. */
function install(k: Kernel, call: Invocation, tcb: Tcb, made: NewCap, index: number): void {
  const { cap, source } = made;
  const threadCap: Cap = { type: 'thread', object: tcb };
  if (cap.type === NULL_CAP.type || !sameObjectAs(cap, source.cap)) return;
  if (!sameObjectAs(threadCap, call.slot.cap)) return;
  cteInsert(k, cap, source, tcb.slot(index));
}
