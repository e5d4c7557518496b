/**
 * Reading, writing and copying a thread's registers: where it starts, and with which arguments.
 *
 * A thread whose registers were written starts anew when it runs next; a call it was blocked in
 * is abandoned.
 *
 * Source: seL4 reference manual, section 10.3.3.
 */
import { REG_COUNT } from '../../../kernel-as/abi.ts';
import { type Invocation, act, answer, arg, extra } from './invocation.ts';
import { illegalOperation, invalidCapability, rangeError, truncatedMessage } from './refusal.ts';
import type { Kernel, Tcb } from './state.ts';
import { rescheduleRequired, restart, startAnew, suspend } from './thread.ts';

/** IP, SP and FLAGS; the others are integer registers. */
const FRAME_REGISTERS = 3;

export function decodeReadRegisters(k: Kernel, call: Invocation, tcb: Tcb): void {
  if (call.length < 2) throw truncatedMessage();
  const [flags, count] = [arg(call, 0), arg(call, 1)];
  if (count < 1 || count > REG_COUNT) throw rangeError(1, REG_COUNT);
  if (tcb === call.thread) throw illegalOperation();
  act(k, call);
  if (flags & 1) suspend(k, tcb);
  answer(k, call, tcb.registers.slice(0, count));
}

export function decodeWriteRegisters(k: Kernel, call: Invocation, tcb: Tcb): void {
  if (call.length < 2) throw truncatedMessage();
  const [flags, count] = [arg(call, 0), arg(call, 1)];
  if (count > call.length - 2) throw truncatedMessage();
  if (tcb === call.thread) throw illegalOperation();
  act(k, call);
  for (let i = 0; i < Math.min(count, REG_COUNT); i++) tcb.registers[i] = arg(call, i + 2);
  startAnew(k, tcb);
  if (flags & 1) restart(k, tcb);
}

export function decodeCopyRegisters(k: Kernel, call: Invocation, tcb: Tcb): void {
  if (call.length < 1 || !call.caps[0]) throw truncatedMessage();
  const { cap } = extra(call, 0);
  if (cap.type !== 'thread') throw invalidCapability(1);
  const flags = arg(call, 0);
  act(k, call);
  if (flags & 1) suspend(k, cap.object);
  if (flags & 2) restart(k, tcb);
  if (flags & 4) copy(cap.object, tcb, 0, FRAME_REGISTERS);
  if (flags & 8) copy(cap.object, tcb, FRAME_REGISTERS, REG_COUNT);
  if (flags & 4 && tcb !== call.thread) startAnew(k, tcb);
  if (tcb === call.thread) rescheduleRequired(k);
}

function copy(from: Tcb, to: Tcb, first: number, end: number): void {
  for (let i = first; i < end; i++) to.registers[i] = from.registers[i]!;
}
