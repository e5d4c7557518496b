/**
 * Authority confinement (24): over one action no subject comes to hold what it must not.
 *
 * For each subject, everything that it holds afterwards comes from something as strong that it held
 * before, or that somebody held before who acted and could give it: because the two share a CNode,
 * because the giver has the other's TCB, or by a message with the grant right. Otherwise it is an
 * object that was made just now of an untyped of theirs, or the right to answer somebody who calls.
 *
 *   new Confinement(words, rootNode)   at the beginning of a program
 *     .check(cpu)                      after each action; throws Broken
 *
 * Source: l4v, access control (take-grant, with the policy of each moment); manual, section 3.1.4.
 */
import { seL4_CanGrant, seL4_CanRead, seL4_CanWrite } from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type Found, Heap, must } from './heap.ts';
import { actorsOf, reachOf } from './subjects.ts';

export class Confinement {
  readonly #words: Uint32Array;
  readonly #rootNode: number;
  #before: Heap;

  constructor(words: Uint32Array, rootNode: number) {
    this.#words = words;
    this.#rootNode = rootNode;
    this.#before = this.#read();
  }

  #read(): Heap {
    return new Heap(this.#words, this.#rootNode).read();
  }

  check(cpu: number): void {
    const after = this.#read();
    const flows = new Flows(this.#before, after, cpu);
    for (const tcb of after.threads) checkSubject(flows, tcb);
    this.#before = after;
  }
}

function checkSubject(flows: Flows, tcb: number): void {
  const { before, after } = flows;
  const own = reachOf(before, tcb);
  let sources: Found[] | null = null;
  for (const cap of reachOf(after, tcb).caps) {
    const old = before.bySlot.get(cap.slot);
    if (old && own.slots.has(cap.slot) && covers(old, cap)) continue;
    sources ??= flows.sourcesOf(tcb);
    const explained = sources.some((source) => covers(source, cap)) || isNew(flows, sources, cap);
    must(explained || mayAnswer(flows, tcb, sources, cap), 24, 'authority from nowhere', cap.slot);
  }
}

const rightsOf = ({ high }: Found) => high & 15;
const badgeOf = ({ high }: Found) => high >>> 4;
const subset = (inner: number, outer: number) => (inner & ~outer) === 0;
const isWithin = (a: Found, b: Found) =>
  b.object >= a.object && b.object + b.size <= a.object + a.size;

/** Whether who holds `a` may come to hold `b`, without help from anybody. */
function covers(a: Found, b: Found): boolean {
  const same = a.type === b.type && a.object === b.object;
  switch (b.type) {
    case layout.CAP_ENDPOINT:
    case layout.CAP_NOTIFICATION:
      if (!same || !subset(rightsOf(b), rightsOf(a))) return false;
      return badgeOf(a) === badgeOf(b) || badgeOf(a) === 0;
    case layout.CAP_FRAME:
      return same && subset((b.low >>> 4) & 3, (a.low >>> 4) & 3);
    case layout.CAP_UNTYPED:
      return a.type === b.type && isWithin(a, b);
    case layout.CAP_IRQ_HANDLER:
      return a.type === layout.CAP_IRQ_CONTROL || (same && a.high === b.high);
    case layout.CAP_IOPORT:
      return a.type === layout.CAP_IOPORT_CONTROL || (same && a.high === b.high);
    case layout.CAP_REPLY:
      return same && subset(b.high & 3, a.high & 3);
    case layout.CAP_ZOMBIE:
      // No authority: it can only be deleted.
      return true;
    default:
      return same;
  }
}

/** Made of an untyped that was there, where nothing was before. */
function isNew({ before }: Flows, sources: readonly Found[], cap: Found): boolean {
  if (cap.size === 0 || before.objects.has(cap.object)) return false;
  return sources.some((source) => source.type === layout.CAP_UNTYPED && isWithin(source, cap));
}

/**
 * Who received a call may answer it: one that was made or arrived in this entry. Capabilities may
 * go with the answer only if the receiver could be granted some itself, when it asked.
 */
function mayAnswer(flows: Flows, receiver: number, own: readonly Found[], cap: Found): boolean {
  const { before, after, actors } = flows;
  if (cap.type !== layout.CAP_REPLY || (cap.high & 2) !== 0) return false;
  const caller = cap.object;
  if (after.saved(caller + layout.TCB_STATE) !== layout.STATE_BLOCKED_ON_REPLY) return false;
  const waited = before.saved(caller + layout.TCB_STATE) === layout.STATE_BLOCKED_ON_SEND;
  if (!waited && !actors.has(caller)) return false;
  if ((cap.high & 1) === 0 || waitsWithGrant(before, receiver)) return true;
  return own.some((c) => c.type === layout.CAP_ENDPOINT && (rightsOf(c) & seL4_CanGrant) !== 0);
}

function waitsWithGrant(before: Heap, tcb: number): boolean {
  if (!before.threads.has(tcb)) return false;
  const flags = before.saved(tcb + layout.TCB_IPC_FLAGS);
  const state = before.saved(tcb + layout.TCB_STATE);
  return state === layout.STATE_BLOCKED_ON_RECEIVE && (flags & layout.BLOCKED_CAN_GRANT) !== 0;
}

/** Who could have given something to whom in one entry. */
class Flows {
  readonly before: Heap;
  readonly after: Heap;
  readonly actors: ReadonlySet<number>;

  constructor(before: Heap, after: Heap, cpu: number) {
    this.before = before;
    this.after = after;
    this.actors = actorsOf(before, after, cpu);
  }

  /** What a subject held itself, and what those held from whom something could come to it. */
  sourcesOf(tcb: number): Found[] {
    const givers = new Set([tcb]);
    for (const to of givers) {
      for (const from of this.before.threads) {
        if (!givers.has(from) && this.#gives(from, to)) givers.add(from);
      }
    }
    const sources: Found[] = [];
    for (const from of givers) {
      // One that only passed something on has given nothing of its own.
      if (from !== tcb && !this.actors.has(from) && !this.#sent(from)) continue;
      sources.push(...reachOf(this.before, from).caps);
    }
    return sources;
  }

  #gives(from: number, to: number): boolean {
    return this.#shares(from, to) || this.#controls(from, to) || this.#grants(from, to);
  }

  #shares(from: number, to: number): boolean {
    const other = reachOf(this.before, to).nodes;
    for (const node of reachOf(this.before, from).nodes) if (other.has(node)) return true;
    return false;
  }

  #controls(from: number, to: number): boolean {
    if (!this.actors.has(from)) return false;
    const { caps } = reachOf(this.before, from);
    return caps.some(({ type, object }) => type === layout.CAP_THREAD && object === to);
  }

  #state(tcb: number): number {
    return this.before.saved(tcb + layout.TCB_STATE);
  }

  /** A sender that waited and has been served. */
  #sent(from: number): boolean {
    if (this.#state(from) !== layout.STATE_BLOCKED_ON_SEND) return false;
    const flags = this.before.saved(from + layout.TCB_IPC_FLAGS);
    if (!(flags & layout.BLOCKED_CAN_GRANT)) return false;
    if (!this.after.threads.has(from)) return true;
    return this.after.saved(from + layout.TCB_STATE) !== layout.STATE_BLOCKED_ON_SEND;
  }

  /** By a message: to who waits for it or asks for it, from who may grant. */
  #grants(from: number, to: number): boolean {
    if (this.#sent(from)) {
      return (
        this.actors.has(to) && this.#mayReceive(to, this.before.saved(from + layout.TCB_BLOCKED_ON))
      );
    }
    if (!this.actors.has(from)) return false;
    const { caps } = reachOf(this.before, from);
    if (this.#state(to) === layout.STATE_BLOCKED_ON_REPLY) {
      return caps.some((c) => c.type === layout.CAP_REPLY && c.object === to && (c.high & 1) === 1);
    }
    const wanted = seL4_CanWrite | seL4_CanGrant;
    return caps.some(
      (c) =>
        c.type === layout.CAP_ENDPOINT &&
        subset(wanted, rightsOf(c)) &&
        (this.#waitsAt(to, c.object) || (this.actors.has(to) && this.#mayReceive(to, c.object))),
    );
  }

  #waitsAt(tcb: number, endpoint: number): boolean {
    const on = this.before.saved(tcb + layout.TCB_BLOCKED_ON);
    return this.#state(tcb) === layout.STATE_BLOCKED_ON_RECEIVE && on === endpoint;
  }

  #mayReceive(tcb: number, endpoint: number): boolean {
    return reachOf(this.before, tcb).caps.some(
      (c) =>
        c.type === layout.CAP_ENDPOINT &&
        c.object === endpoint &&
        (rightsOf(c) & seL4_CanRead) !== 0,
    );
  }
}
