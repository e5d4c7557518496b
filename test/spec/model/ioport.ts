/**
 * I/O ports: ranges of the 16-bit port space, each given out once.
 *
 * The kernel checks an access and hands it to the user library, which performs it; only `invoke`
 * can do that, so that through any other call it is an IllegalOperation.
 *
 * Source: seL4 reference manual, section 10.5 (X86IOPortControl, X86IOPort).
 */
import * as abi from '../../../kernel-as/abi.ts';
import type { IoPortCap } from './caps.ts';
import { lookupSlotForCNodeOp } from './cspace.ts';
import { type Invocation, act, answer, arg, extra } from './invocation.ts';
import { cteInsert, ensureEmptySlot } from './mdb.ts';
import { illegalOperation, invalidArgument, revokeFirst, truncatedMessage } from './refusal.ts';
import type { Kernel } from './state.ts';

const WIDTHS = new Map<number, { bytes: number; writing: boolean }>([
  [abi.X86IOPortIn8, { bytes: 1, writing: false }],
  [abi.X86IOPortIn16, { bytes: 2, writing: false }],
  [abi.X86IOPortIn32, { bytes: 4, writing: false }],
  [abi.X86IOPortOut8, { bytes: 1, writing: true }],
  [abi.X86IOPortOut16, { bytes: 2, writing: true }],
  [abi.X86IOPortOut32, { bytes: 4, writing: true }],
]);

export function decodePortControl(k: Kernel, call: Invocation): void {
  if (call.label !== abi.X86IOPortControlIssue) throw illegalOperation();
  if (call.length < 4 || !call.caps[0]) throw truncatedMessage();
  const first = arg(call, 0) & 0xffff;
  const last = arg(call, 1) & 0xffff;
  if (first > last) throw invalidArgument(1);
  for (let port = first; port <= last; port++) if (k.ports.has(port)) throw revokeFirst();
  const dest = lookupSlotForCNodeOp(false, extra(call, 0).cap, arg(call, 2), arg(call, 3));
  ensureEmptySlot(dest);
  act(k, call);
  for (let port = first; port <= last; port++) k.ports.add(port);
  cteInsert(k, { type: 'ioPort', first, last }, call.slot, dest);
}

export interface PortAccess {
  readonly port: number;
  readonly bytes: number;
  readonly writing: boolean;
  readonly value: number;
}

export function decodePort(k: Kernel, call: Invocation, cap: IoPortCap): PortAccess {
  const width = WIDTHS.get(call.label);
  if (!width) throw illegalOperation();
  const { bytes, writing } = width;
  if (call.length < (writing ? 2 : 1)) throw truncatedMessage();
  const port = arg(call, 0) & 0xffff;
  if (port < cap.first || port + bytes - 1 > cap.last) throw illegalOperation();
  if (!call.portsAllowed) throw illegalOperation();
  const value = writing ? arg(call, 1) & (2 ** (8 * bytes) - 1) : 0;
  act(k, call);
  // What was read is put into register 0 by the user library.
  call.thread.info = writing ? 0 : 1;
  call.thread.badge = 0;
  answerNothing(k, call);
  return { port, bytes, writing, value };
}

function answerNothing(k: Kernel, call: Invocation): void {
  const { info, mr } = call.thread;
  const kept = mr[0]!;
  answer(k, call, []);
  call.thread.mr[0] = kept;
  call.thread.info = info;
}

export function deletedPorts(k: Kernel, cap: IoPortCap): void {
  for (let port = cap.first; port <= cap.last; port++) k.ports.delete(port);
}
