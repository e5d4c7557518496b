/**
 * Invocations of memory, interrupts and I/O ports. Conventions as in invocations.ts.
 *
 * A port access is checked by the kernel against the capability's range and then made by the
 * processor on its bus, with no kernel lock held. The access functions give the value and throw
 * PortError where the kernel refuses: a driver's register access has no use for an error number.
 */
import {
  IRQAckIRQ,
  IRQClearIRQHandler,
  IRQIssueIRQHandler,
  IRQSetIRQHandler,
  X86IOPortControlIssue,
  X86IOPortIn16,
  X86IOPortIn32,
  X86IOPortIn8,
  X86IOPortOut16,
  X86IOPortOut32,
  X86IOPortOut8,
  X86PageGetAddress,
  X86PageMap,
  X86PageTableMap,
  X86PageTableUnmap,
  X86PageUnmap,
} from '../../kernel-as/abi.ts';
import { MessageInfo_new } from './message.ts';
import { PortError } from './port-error.ts';
import type { CPtr, SeL4Error, Thread } from './types.ts';

/**
 * Makes the handler capability of an interrupt line. RevokeFirst where it has been made already.
 */
export function seL4_IRQControl_Get(
  thread: Thread,
  control: CPtr,
  irq: number,
  root: CPtr,
  index: number,
  depth: number,
): SeL4Error {
  thread.setMR(0, irq);
  thread.setMR(1, index);
  thread.setMR(2, depth);
  thread.setCap(0, root);
  return thread.invoke(control, MessageInfo_new(IRQIssueIRQHandler, 0, 1, 3)) >>> 12;
}

/** The interrupt has been handled: the line may fire again. */
export function seL4_IRQHandler_Ack(thread: Thread, handler: CPtr): SeL4Error {
  return thread.invoke(handler, MessageInfo_new(IRQAckIRQ, 0, 0, 0)) >>> 12;
}

export function seL4_IRQHandler_SetNotification(
  thread: Thread,
  handler: CPtr,
  ntfn: CPtr,
): SeL4Error {
  thread.setCap(0, ntfn);
  return thread.invoke(handler, MessageInfo_new(IRQSetIRQHandler, 0, 1, 0)) >>> 12;
}

export function seL4_IRQHandler_Clear(thread: Thread, handler: CPtr): SeL4Error {
  return thread.invoke(handler, MessageInfo_new(IRQClearIRQHandler, 0, 0, 0)) >>> 12;
}

/**
 * Maps a frame; at its own address again: changes the rights. FailedLookup where the page table is
 * missing.
 */
export function seL4_X86_Page_Map(
  thread: Thread,
  frame: CPtr,
  vspace: CPtr,
  vaddr: number,
  rights: number,
  attributes: number,
): SeL4Error {
  thread.setMR(0, vaddr);
  thread.setMR(1, rights);
  thread.setMR(2, attributes);
  thread.setCap(0, vspace);
  return thread.invoke(frame, MessageInfo_new(X86PageMap, 0, 1, 3)) >>> 12;
}

export function seL4_X86_Page_Unmap(thread: Thread, frame: CPtr): SeL4Error {
  return thread.invoke(frame, MessageInfo_new(X86PageUnmap, 0, 0, 0)) >>> 12;
}

/** Physical address of a frame, as DMA uses it. */
export function seL4_X86_Page_GetAddress(
  thread: Thread,
  frame: CPtr,
): { error: SeL4Error; value: number } {
  const error = thread.invoke(frame, MessageInfo_new(X86PageGetAddress, 0, 0, 0)) >>> 12;
  return { error, value: error === 0 ? thread.getMR(0) : 0 };
}

export function seL4_X86_PageTable_Map(
  thread: Thread,
  table: CPtr,
  vspace: CPtr,
  vaddr: number,
  attributes: number,
): SeL4Error {
  thread.setMR(0, vaddr);
  thread.setMR(1, attributes);
  thread.setCap(0, vspace);
  return thread.invoke(table, MessageInfo_new(X86PageTableMap, 0, 1, 2)) >>> 12;
}

export function seL4_X86_PageTable_Unmap(thread: Thread, table: CPtr): SeL4Error {
  return thread.invoke(table, MessageInfo_new(X86PageTableUnmap, 0, 0, 0)) >>> 12;
}

/** Makes a capability to ports first..last, both included. */
export function seL4_X86_IOPortControl_Issue(
  thread: Thread,
  control: CPtr,
  firstPort: number,
  lastPort: number,
  root: CPtr,
  index: number,
  depth: number,
): SeL4Error {
  thread.setMR(0, firstPort);
  thread.setMR(1, lastPort);
  thread.setMR(2, index);
  thread.setMR(3, depth);
  thread.setCap(0, root);
  return thread.invoke(control, MessageInfo_new(X86IOPortControlIssue, 0, 1, 4)) >>> 12;
}

function portIn(thread: Thread, ports: CPtr, label: number, port: number): number {
  thread.setMR(0, port);
  const error = thread.invoke(ports, MessageInfo_new(label, 0, 0, 1)) >>> 12;
  if (error !== 0) throw new PortError(port, error);
  return thread.getMR(0);
}

function portOut(thread: Thread, ports: CPtr, label: number, port: number, value: number): void {
  thread.setMR(0, port);
  thread.setMR(1, value);
  const error = thread.invoke(ports, MessageInfo_new(label, 0, 0, 2)) >>> 12;
  if (error !== 0) throw new PortError(port, error);
}

export function seL4_X86_IOPort_In8(thread: Thread, ports: CPtr, port: number): number {
  return portIn(thread, ports, X86IOPortIn8, port);
}

export function seL4_X86_IOPort_In16(thread: Thread, ports: CPtr, port: number): number {
  return portIn(thread, ports, X86IOPortIn16, port);
}

export function seL4_X86_IOPort_In32(thread: Thread, ports: CPtr, port: number): number {
  return portIn(thread, ports, X86IOPortIn32, port);
}

export function seL4_X86_IOPort_Out8(
  thread: Thread,
  ports: CPtr,
  port: number,
  value: number,
): void {
  portOut(thread, ports, X86IOPortOut8, port, value);
}

export function seL4_X86_IOPort_Out16(
  thread: Thread,
  ports: CPtr,
  port: number,
  value: number,
): void {
  portOut(thread, ports, X86IOPortOut16, port, value);
}

export function seL4_X86_IOPort_Out32(
  thread: Thread,
  ports: CPtr,
  port: number,
  value: number,
): void {
  portOut(thread, ports, X86IOPortOut32, port, value);
}
