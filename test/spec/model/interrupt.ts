/**
 * Interrupt lines and their handlers.
 *
 * A line is active while a handler capability to it exists. Raising it latches it; it is
 * delivered as a signal if it is active, not masked and has a notification, and stays masked
 * until it is acknowledged. The latch is this machine's: a line raised meanwhile is delivered
 * once, later.
 *
 * Source: seL4 reference manual, section 9.1; the latch: the kernel's guide.
 */
import * as abi from '../../../kernel-as/abi.ts';
import { cteDeleteOne } from './delete.ts';
import { lookupSlotForCNodeOp } from './cspace.ts';
import { act, type Invocation, arg, extra } from './invocation.ts';
import { cteInsert, ensureEmptySlot } from './mdb.ts';
import { sendSignal } from './notification.ts';
import {
  illegalOperation,
  invalidCapability,
  rangeError,
  revokeFirst,
  truncatedMessage,
} from './refusal.ts';
import type { IrqLine, Kernel } from './state.ts';

export function raiseInterrupt(k: Kernel, line: number): void {
  k.irqs[line]!.latched = true;
  deliver(k, k.irqs[line]!);
}

function deliver(k: Kernel, irq: IrqLine): void {
  const { cap } = irq.slot;
  if (!irq.active || irq.masked || !irq.latched || cap.type !== 'notification') return;
  irq.latched = false;
  irq.masked = true;
  sendSignal(k, cap.object, cap.badge);
}

export function decodeIrqControl(k: Kernel, call: Invocation): void {
  if (call.label !== abi.IRQIssueIRQHandler) throw illegalOperation();
  if (call.length < 3 || !call.caps[0]) throw truncatedMessage();
  const line = arg(call, 0);
  if (line >= abi.IRQ_LINES) throw rangeError(0, abi.IRQ_LINES - 1);
  if (k.irqs[line]!.active) throw revokeFirst();
  const dest = lookupSlotForCNodeOp(false, extra(call, 0).cap, arg(call, 1), arg(call, 2));
  ensureEmptySlot(dest);
  act(k, call);
  k.irqs[line]!.active = true;
  k.irqs[line]!.masked = false;
  cteInsert(k, { type: 'irqHandler', line }, call.slot, dest);
}

export function decodeIrqHandler(k: Kernel, call: Invocation, line: number): void {
  const irq = k.irqs[line]!;
  switch (call.label) {
    case abi.IRQAckIRQ:
      act(k, call);
      irq.masked = false;
      deliver(k, irq);
      return;
    case abi.IRQSetIRQHandler: {
      if (!call.caps[0]) throw truncatedMessage();
      const source = extra(call, 0);
      const { cap } = source;
      if (cap.type !== 'notification' || !cap.rights.write) throw invalidCapability(0);
      act(k, call);
      cteDeleteOne(k, irq.slot);
      cteInsert(k, cap, source, irq.slot);
      deliver(k, irq);
      return;
    }
    case abi.IRQClearIRQHandler:
      act(k, call);
      cteDeleteOne(k, irq.slot);
      return;
    default:
      throw illegalOperation();
  }
}

export function deletingIrqHandler(k: Kernel, line: number): void {
  cteDeleteOne(k, k.irqs[line]!.slot);
}

export function deletedIrqHandler(k: Kernel, line: number): void {
  const irq = k.irqs[line]!;
  irq.active = irq.masked = irq.latched = false;
}
