/**
 * Random actions that make sense: from one number, what the current thread does next.
 *
 * What is chosen depends on the model's state, so that most calls name something that is there;
 * some name what is not. The weights favour what has gone wrong in kernels before: revoke,
 * delete, retype, zombies, capabilities sent into bad slots, bound notifications, threads stopped
 * in a call.
 *
 *   choose(thread, isRoot, kind, seed)   kind: 0 .. KINDS - 1
 *   chooseForNobody(dual, seed)          on a processor that has no thread
 */
import * as abi from '../../kernel-as/abi.ts';
import type { Action, Message } from './driver.ts';
import { chooseMethod, chooseRevival } from './choose-method.ts';
import { type Chooser, nameOf } from './chooser.ts';
import { CALLER, type Tcb } from './model/state.ts';
import { type Place, holds, isFull, reach } from './places.ts';
import { Random } from './random.ts';

const SENDS = [abi.SysCall, abi.SysCall, abi.SysSend, abi.SysNBSend];
const RECEIVES = [abi.SysRecv, abi.SysRecv, abi.SysReplyRecv, abi.SysReplyRecv, abi.SysNBRecv];

export const KINDS = 100;

export function choose(thread: Tcb, isRoot: boolean, kind: number, seed: number): Action {
  const random = new Random(seed);
  const c: Chooser = { random, thread, places: reach(thread) };
  if (isRoot) return chooseForRoot(c, kind);
  if (kind < 20) return send(c);
  if (kind < 32) return receive(c);
  if (kind < 36) return { do: 'enter', syscall: abi.SysReply, cptr: 0, msg: message(c) };
  if (kind < 38) return { do: 'enter', syscall: abi.SysYield, cptr: 0, msg: message(c) };
  if (kind < 39) return { do: 'schedule' };
  if (kind < 40) return { do: 'tick' };
  if (kind < 42) return { do: 'irq', line: random.chance(80) ? 5 : random.below(34) };
  if (kind < 45) return fault(c);
  if (kind < 46) return unknown(c);
  if (kind < 48) return garbage(c);
  const { cptr, msg } = chooseMethod(c);
  return asCall(c, cptr, msg);
}

/**
 * On a processor that has no thread: it sleeps and wakes, hardware interrupts it, or code runs on
 * whose thread another processor has deleted.
 */
export function chooseForNobody(dual: boolean, seed: number): Action {
  const random = new Random(seed);
  const way = random.below(10);
  if (!dual || way < 5) return { do: random.chance(80) ? 'schedule' : 'tick' };
  if (way < 7) return { do: 'irq', line: 5 };
  const msg = { label: random.below(46), mrs: [], caps: [] };
  const cptr = random.below(32);
  if (way < 8) return { do: 'invoke', cptr, msg };
  return { do: 'enter', syscall: random.pick([...SENDS, ...RECEIVES]), cptr, msg };
}

/** The root thread keeps the others going, and never blocks. */
function chooseForRoot(c: Chooser, kind: number): Action {
  const { random } = c;
  if (kind < 8) return { do: 'enter', syscall: abi.SysYield, cptr: 0, msg: message(c) };
  if (kind < 12) return { do: 'irq', line: 5 };
  if (kind < 30) {
    const cptr = nameOf(c, holds(random.chance(60) ? 'endpoint' : 'notification'));
    return { do: 'enter', syscall: abi.SysNBSend, cptr, msg: message(c) };
  }
  const { cptr, msg } = kind < 60 ? chooseRevival(c) : chooseMethod(c);
  if (random.chance(30)) return { do: 'invoke', cptr, msg };
  return { do: 'enter', syscall: abi.SysNBSend, cptr, msg };
}

/** What the thread was to do through Call it may do through Send or invoke() as well. */
function asCall(c: Chooser, cptr: number, msg: Message): Action {
  const way = c.random.below(100);
  if (way < 45) return { do: 'invoke', cptr, msg };
  if (way < 90) return { do: 'enter', syscall: abi.SysCall, cptr, msg };
  return { do: 'enter', syscall: way < 95 ? abi.SysSend : abi.SysNBSend, cptr, msg };
}

function message(c: Chooser): Message {
  const { random } = c;
  const isShort = random.chance(55);
  const length = isShort
    ? random.below(5)
    : random.chance(70)
      ? random.below(8)
      : random.below(128);
  const mrs = Array.from({ length }, () => random.word());
  const withCaps = !isShort && random.chance(70);
  const count = withCaps ? 1 + random.below(3) : 0;
  const caps = Array.from({ length: count }, () => nameOf(c, isFull));
  const label = random.chance(50) ? 0 : random.below(50);
  return { label, mrs, caps, receive: random.chance(30) ? receiveSlot(c) : undefined };
}

/** An empty slot, mostly: where a capability that comes with a message is to go. */
function receiveSlot(c: Chooser): [number, number, number] {
  const { random } = c;
  const nodes = c.places.filter(holds('cnode'));
  if (nodes.length === 0 || random.chance(10)) return [random.below(64), random.below(64), 32];
  const node = random.pick(nodes);
  const { cap } = node.slot;
  if (cap.type !== 'cnode') return [0, 0, 0];
  const free = Array.from({ length: Math.min(cap.object.size, 128) }, (_, i) => i).filter(
    (i) => cap.object.slot(i).cap.type === 'null',
  );
  const index = free.length > 0 && random.chance(90) ? random.pick(free) : random.below(32);
  return [node.cptr, index, cap.guardSize + cap.object.radix];
}

/** Endpoints where somebody waits are better company. */
function endpointWith(c: Chooser, state: 'send' | 'recv'): (place: Place) => boolean {
  const meets = ({ slot: { cap } }: Place) => cap.type === 'endpoint' && cap.object.state === state;
  return c.random.chance(85) && c.places.some(meets) ? meets : holds('endpoint');
}

const someoneReceives = (c: Chooser) =>
  c.places.some(({ slot: { cap } }) => cap.type === 'endpoint' && cap.object.state === 'recv');

/** Where nobody listens, a thread that would talk does better to listen itself. */
function send(c: Chooser): Action {
  const { random } = c;
  if (!someoneReceives(c) && random.chance(70)) return receive(c);
  const other = random.chance(80) ? 'notification' : 'reply';
  const toEndpoint = random.chance(75);
  const cptr = nameOf(c, toEndpoint ? endpointWith(c, 'recv') : holds(other));
  const syscall = toEndpoint && random.chance(50) ? abi.SysCall : random.pick(SENDS);
  return { do: 'enter', syscall, cptr, msg: message(c) };
}

function receive(c: Chooser): Action {
  const { random } = c;
  const state = random.chance(50) ? 'send' : 'recv';
  const wanted = random.chance(80) ? endpointWith(c, state) : holds('notification');
  const cptr = nameOf(c, wanted);
  const msg = { ...message(c), receive: random.chance(60) ? receiveSlot(c) : undefined };
  const owes = c.thread.slot(CALLER).cap.type === 'reply' && random.chance(70);
  return { do: 'enter', syscall: owes ? abi.SysReplyRecv : random.pick(RECEIVES), cptr, msg };
}

function fault(c: Chooser): Action {
  const { random } = c;
  const words = [random.below(4096), random.below(100), random.below(8)];
  const kind = random.pick([abi.seL4_UserException, abi.seL4_VMFault, abi.seL4_UnknownSyscall]);
  const count = kind === abi.seL4_VMFault ? 3 : kind === abi.seL4_UserException ? 2 : 1;
  return { do: 'fault', kind, words: words.slice(0, count) };
}

function unknown(c: Chooser): Action {
  const syscall = c.random.pick([-9, -20, 0, 5]);
  return { do: 'enter', syscall, cptr: c.random.below(32), msg: message(c) };
}

function garbage(c: Chooser): Action {
  const { random } = c;
  const length = random.below(10);
  const small = () => (random.chance(80) ? random.below(40) : random.word());
  const mrs = Array.from({ length }, small);
  const caps = Array.from({ length: random.below(4) }, () => nameOf(c, isFull));
  const msg = { label: random.below(46), mrs, caps };
  return asCall(c, nameOf(c, isFull), msg);
}
