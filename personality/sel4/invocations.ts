/**
 * Invocations of kernel objects, by libsel4's names: untyped memory, CNodes, domains.
 *
 * Each returns at once with seL4_NoError or an error number of kernel-as/abi.ts; details of an
 * error are in the message registers (manual: section 10.1). What an invocation makes ready runs
 * after the caller's next system call. Threads are in invocations-tcb.ts, memory, interrupts and
 * ports in invocations-x86.ts; all are re-exported here.
 *
 * Message layout: arguments in the order of the manual's chapter 10 (API reference); capabilities
 * travel as extra capabilities in their order, the other arguments in message registers in theirs.
 */
import {
  CNodeCancelBadgedSends,
  CNodeCopy,
  CNodeDelete,
  CNodeMint,
  CNodeMove,
  CNodeMutate,
  CNodeRevoke,
  CNodeRotate,
  CNodeSaveCaller,
  DomainSetSet,
  UntypedRetype,
} from '../../kernel-as/abi.ts';
import { MessageInfo_new } from './message.ts';
import type { CPtr, SeL4Error, Thread } from './types.ts';

export * from './invocations-tcb.ts';
export * from './invocations-x86.ts';

/**
 * Makes `count` objects of a type in consecutive empty slots of a CNode. `sizeBits` matters for
 * untypeds (log2 of bytes) and CNodes (log2 of slots). With `nodeDepth` 0 the slots are in `root`
 * itself.
 */
export function seL4_Untyped_Retype(
  thread: Thread,
  untyped: CPtr,
  type: number,
  sizeBits: number,
  root: CPtr,
  nodeIndex: number,
  nodeDepth: number,
  nodeOffset: number,
  count: number,
): SeL4Error {
  thread.setMR(0, type);
  thread.setMR(1, sizeBits);
  thread.setMR(2, nodeIndex);
  thread.setMR(3, nodeDepth);
  thread.setMR(4, nodeOffset);
  thread.setMR(5, count);
  thread.setCap(0, root);
  return thread.invoke(untyped, MessageInfo_new(UntypedRetype, 0, 1, 6)) >>> 12;
}

function slotMethod(
  thread: Thread,
  label: number,
  cnode: CPtr,
  index: number,
  depth: number,
): SeL4Error {
  thread.setMR(0, index);
  thread.setMR(1, depth);
  return thread.invoke(cnode, MessageInfo_new(label, 0, 0, 2)) >>> 12;
}

/** Deletes all children of a capability, not itself. */
export function seL4_CNode_Revoke(thread: Thread, cnode: CPtr, index: number, depth: number) {
  return slotMethod(thread, CNodeRevoke, cnode, index, depth);
}

/** Deletes a capability; the last one takes its object with it. */
export function seL4_CNode_Delete(thread: Thread, cnode: CPtr, index: number, depth: number) {
  return slotMethod(thread, CNodeDelete, cnode, index, depth);
}

/** Restarts every blocked send that was made through this badge. */
export function seL4_CNode_CancelBadgedSends(
  thread: Thread,
  cnode: CPtr,
  index: number,
  depth: number,
): SeL4Error {
  return slotMethod(thread, CNodeCancelBadgedSends, cnode, index, depth);
}

/** Moves the reply capability of the last caller into a slot, so that it can be answered later. */
export function seL4_CNode_SaveCaller(
  thread: Thread,
  cnode: CPtr,
  index: number,
  depth: number,
): SeL4Error {
  return slotMethod(thread, CNodeSaveCaller, cnode, index, depth);
}

function setTransfer(
  thread: Thread,
  destIndex: number,
  destDepth: number,
  srcRoot: CPtr,
  srcIndex: number,
  srcDepth: number,
): void {
  thread.setMR(0, destIndex);
  thread.setMR(1, destDepth);
  thread.setMR(2, srcIndex);
  thread.setMR(3, srcDepth);
  thread.setCap(0, srcRoot);
}

/** Copies a capability with at most the given rights. */
export function seL4_CNode_Copy(
  thread: Thread,
  cnode: CPtr,
  destIndex: number,
  destDepth: number,
  srcRoot: CPtr,
  srcIndex: number,
  srcDepth: number,
  rights: number,
): SeL4Error {
  setTransfer(thread, destIndex, destDepth, srcRoot, srcIndex, srcDepth);
  thread.setMR(4, rights);
  return thread.invoke(cnode, MessageInfo_new(CNodeCopy, 0, 1, 5)) >>> 12;
}

/** Copies a capability and gives the copy a badge, or a CNode capability its guard. */
export function seL4_CNode_Mint(
  thread: Thread,
  cnode: CPtr,
  destIndex: number,
  destDepth: number,
  srcRoot: CPtr,
  srcIndex: number,
  srcDepth: number,
  rights: number,
  badge: number,
): SeL4Error {
  setTransfer(thread, destIndex, destDepth, srcRoot, srcIndex, srcDepth);
  thread.setMR(4, rights);
  thread.setMR(5, badge);
  return thread.invoke(cnode, MessageInfo_new(CNodeMint, 0, 1, 6)) >>> 12;
}

export function seL4_CNode_Move(
  thread: Thread,
  cnode: CPtr,
  destIndex: number,
  destDepth: number,
  srcRoot: CPtr,
  srcIndex: number,
  srcDepth: number,
): SeL4Error {
  setTransfer(thread, destIndex, destDepth, srcRoot, srcIndex, srcDepth);
  return thread.invoke(cnode, MessageInfo_new(CNodeMove, 0, 1, 4)) >>> 12;
}

/** Moves a CNode capability and sets its guard. */
export function seL4_CNode_Mutate(
  thread: Thread,
  cnode: CPtr,
  destIndex: number,
  destDepth: number,
  srcRoot: CPtr,
  srcIndex: number,
  srcDepth: number,
  badge: number,
): SeL4Error {
  setTransfer(thread, destIndex, destDepth, srcRoot, srcIndex, srcDepth);
  thread.setMR(4, badge);
  return thread.invoke(cnode, MessageInfo_new(CNodeMutate, 0, 1, 5)) >>> 12;
}

/** Moves pivot to dest and src to pivot in one step; dest = src swaps. */
export function seL4_CNode_Rotate(
  thread: Thread,
  cnode: CPtr,
  destIndex: number,
  destDepth: number,
  destBadge: number,
  pivotRoot: CPtr,
  pivotIndex: number,
  pivotDepth: number,
  pivotBadge: number,
  srcRoot: CPtr,
  srcIndex: number,
  srcDepth: number,
): SeL4Error {
  thread.setMR(0, destIndex);
  thread.setMR(1, destDepth);
  thread.setMR(2, destBadge);
  thread.setMR(3, pivotIndex);
  thread.setMR(4, pivotDepth);
  thread.setMR(5, pivotBadge);
  thread.setMR(6, srcIndex);
  thread.setMR(7, srcDepth);
  thread.setCap(0, pivotRoot);
  thread.setCap(1, srcRoot);
  return thread.invoke(cnode, MessageInfo_new(CNodeRotate, 0, 2, 8)) >>> 12;
}

export function seL4_DomainSet_Set(
  thread: Thread,
  domains: CPtr,
  domain: number,
  tcb: CPtr,
): SeL4Error {
  thread.setMR(0, domain);
  thread.setCap(0, tcb);
  return thread.invoke(domains, MessageInfo_new(DomainSetSet, 0, 1, 1)) >>> 12;
}
