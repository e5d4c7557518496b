/**
 * Each check of the heap can fail: kernel memory is broken on purpose, and the check must say so
 * by its number. What holds in a sound heap is seen by the random programs.
 */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { compile } from '../kernel/harness.ts';
import { type Arena, openArena } from './arena.ts';
import { confinement, integrity, invariants } from './checks.ts';
import type { Action, Duel } from './driver.ts';
import { Broken } from './heap.ts';
import type { Cap } from './model/caps.ts';
import type { Check } from './program.ts';
import { AT, NEIGHBOUR, SECLUDED } from './world.ts';

/** Kernel memory of the world, and where things are in it. */
class Patient {
  readonly duel: Duel;

  constructor(duel: Duel) {
    this.duel = duel;
  }

  at(address: number): number {
    return this.duel.words[address >>> 2]!;
  }

  put(address: number, value: number): void {
    this.duel.words[address >>> 2] = value;
  }

  /** Turns bits over. */
  flip(address: number, bits: number): void {
    this.put(address, this.at(address) ^ bits);
  }

  /** Slot of the root's CNode. */
  slot(index: number): number {
    return this.duel.booted.rootNode.slot(index).address;
  }

  #cap(index: number): Cap {
    return this.duel.booted.rootNode.slot(index).cap;
  }

  object(index: number): number {
    const cap = this.#cap(index);
    if (!('object' in cap)) throw new Error('no object');
    return cap.object.address;
  }

  /** Slot of the threads' CNode, and of the neighbour's. */
  shared(index: number): number {
    return this.object(AT.shared) + index * layout.SLOT_SIZE;
  }

  own(index: number): number {
    return this.object(NEIGHBOUR.node) + index * layout.SLOT_SIZE;
  }

  get current(): number {
    return this.at(layout.NODES + layout.NODE_CURRENT);
  }

  next(slot: number): number {
    return (this.at(slot + layout.SLOT_NEXT) & ~3) >>> 0;
  }

  setNext(slot: number, next: number): void {
    this.put(slot + layout.SLOT_NEXT, next | (this.at(slot + layout.SLOT_NEXT) & 3));
  }

  /** The words of a capability, not its place in the tree. */
  copy(from: number, to: number): void {
    this.put(to, this.at(from));
    this.put(to + 4, this.at(from + 4));
  }

  queueCurrent(): void {
    const priority = this.at(this.current + layout.TCB_PRIORITY);
    const word = layout.NODES + layout.NODE_BITMAP + (priority >>> 5) * 4;
    this.put(word, this.at(word) | (1 << (priority & 31)));
    this.put(layout.NODES + layout.NODE_QUEUES + priority * 8, this.current);
    this.put(layout.NODES + layout.NODE_QUEUES + priority * 8 + 4, this.current);
    this.put(this.current + layout.TCB_QUEUED, 1);
  }

  /** A thread and what follows it in the tree go round by themselves. */
  makeRing(): void {
    const [first, before] = [this.slot(AT.threads), this.at(this.slot(AT.threads) + 12)];
    const last = this.next(first);
    const after = this.next(last);
    this.setNext(before, after);
    this.put(after + layout.SLOT_PREV, before);
    this.setNext(last, first);
    this.put(first + layout.SLOT_PREV, last);
  }
}

type Case = readonly [number: number, what: string, hurt: (p: Patient) => void];

const line = (n: number) => layout.IRQ_STATE + n * layout.IRQ_STATE_SIZE;

const HEAP: readonly Case[] = [
  [17, 'the current thread is queued', (p) => p.queueCurrent()],
  [18, 'undecided', (p) => p.put(layout.NODES + layout.NODE_ACTION, layout.ACTION_CHOOSE)],
  [18, 'in Restart', (p) => p.put(p.current + layout.TCB_STATE, layout.STATE_RESTART)],
  [18, 'worse than one who is ready', (p) => p.put(p.current + layout.TCB_PRIORITY, 1)],
  [
    6,
    'a thread less in the list',
    (p) => {
      const head = layout.NODES + layout.NODE_THREADS;
      const second = p.at(p.at(head) + layout.TCB_NODE_NEXT);
      p.put(head, second);
      p.put(second + layout.TCB_NODE_PREV, 0);
    },
  ],
  [6, 'of another processor', (p) => p.put(p.object(AT.partThread) + layout.TCB_AFFINITY, 1)],
  [9, 'a ring', (p) => p.makeRing()],
  [9, 'a badge without a start', (p) => p.flip(p.shared(7) + layout.SLOT_NEXT, 3)],
  [
    9,
    'an object at two places',
    (p) => p.put(p.slot(AT.endpoints + 2), p.at(p.slot(AT.endpoints))),
  ],
  [
    10,
    'no handler of its control',
    (p) => {
      p.put(p.shared(22), layout.CAP_IRQ_HANDLER);
      p.put(p.shared(22) + 4, 5);
    },
  ],
  [14, 'an empty slot with a flag', (p) => p.put(p.shared(30) + layout.SLOT_NEXT, 1)],
  [14, 'revocable, but no start', (p) => p.flip(p.slot(AT.frame) + layout.SLOT_NEXT, 2)],
  [14, 'an untyped that is no original', (p) => p.flip(p.slot(AT.own) + 8, 3)],
  [14, 'a master that is no original', (p) => p.flip(p.current + layout.TCB_REPLY + 8, 3)],
  [14, 'a copy for an original', (p) => p.flip(p.shared(2) + layout.SLOT_NEXT, 3)],
  [20, 'a line that is none', (p) => p.put(p.slot(AT.handler) + 4, abi.IRQ_LINES)],
  [2, 'the last port before the first', (p) => p.put(p.slot(AT.port) + 4, (0x60 << 16) | 0x67)],
  [2, 'an address without a directory', (p) => p.put(p.slot(AT.frame) + 4, 0x1000)],
  [2, 'a page that can only be written', (p) => p.flip(p.slot(AT.frame), 0x20)],
  [2, 'a table at no table boundary', (p) => p.flip(p.slot(AT.table) + 4, 0x1000)],
  [
    2,
    'a notification of an endpoint',
    (p) => {
      p.put(p.slot(AT.partEndpoint), p.object(AT.partEndpoint) | layout.CAP_NOTIFICATION);
      p.put(p.slot(AT.partEndpoint) + 4, 3);
    },
  ],
  [20, 'masked without a handler', (p) => p.put(line(6) + layout.IRQ_MASKED, 1)],
  [20, 'latched but not delivered', (p) => p.put(line(5) + layout.IRQ_LATCHED, 1)],
  [22, 'an MCP above all others', (p) => p.put(p.object(AT.threads) + layout.TCB_MCP, 200)],
  [22, 'a priority above all MCPs', (p) => p.put(p.current + layout.TCB_PRIORITY, 151)],
];

const CONFINEMENT: readonly Case[] = [
  [24, 'a right more', (p) => p.flip(p.own(4) + 4, abi.seL4_CanGrant)],
  [24, 'another object', (p) => p.put(p.own(4), p.object(AT.endpoints + 1) | layout.CAP_ENDPOINT)],
  [24, 'a CNode from nowhere', (p) => p.copy(p.slot(AT.shared), p.own(8))],
  [24, 'an untyped of twice the size', (p) => p.put(p.shared(20) + 4, p.at(p.shared(20) + 4) + 1)],
  [24, 'another line', (p) => p.flip(p.shared(19) + 4, 3)],
  [24, 'ports from nowhere', (p) => p.copy(p.slot(AT.port), p.shared(30))],
  [24, 'another badge', (p) => p.flip(p.shared(14) + 4, 0x10)],
  [
    24,
    'an answer to who did not call',
    (p) => {
      p.put(p.shared(30), p.object(AT.threads) | layout.CAP_REPLY);
    },
  ],
  [24, 'a capability to the secluded', (p) => p.copy(p.slot(SECLUDED.endpoint), p.shared(30))],
];

const INTEGRITY: readonly Case[] = [
  [24, 'a capability to the secluded', (p) => p.copy(p.slot(SECLUDED.endpoint), p.shared(30))],
  [
    23,
    'a register of the secluded',
    (p) => {
      p.put(p.object(SECLUDED.thread) + layout.TCB_REGISTERS, 7);
    },
  ],
  [23, 'a word of the neighbour’s buffer', (p) => p.put(p.object(NEIGHBOUR.buffer) + 8, 7)],
  [
    23,
    'a register of the neighbour',
    (p) => {
      p.put(p.object(NEIGHBOUR.thread) + layout.TCB_REGISTERS, 7);
    },
  ],
  [
    23,
    'a message that it did not wait for',
    (p) => {
      p.put(p.object(NEIGHBOUR.thread) + layout.TCB_MR, 7);
    },
  ],
  [23, 'its own CNode', (p) => p.put(p.own(1), 0)],
];

suite('specification: broken heaps', () => {
  let arena: Arena;

  suiteSetup(async () => {
    arena = await openArena(await compile());
  });

  function seen(check: Check, [number, what, hurt]: Case): void {
    const duel = arena.begin(100);
    const observe = check(duel);
    const action: Action = { do: 'schedule' };
    duel.run(action);
    observe(action);
    hurt(new Patient(duel));
    try {
      observe(action);
    } catch (found) {
      if (!(found instanceof Broken)) throw found;
      assert.include(found.message, `[${number}]`, what);
      return;
    }
    assert.fail(`not seen: ${what}`);
  }

  const all = (check: Check, cases: readonly Case[]): void => {
    for (const broken of cases) test(`[${broken[0]}] ${broken[1]}`, () => seen(check, broken));
  };
  all(invariants, HEAP);
  all(integrity, INTEGRITY);
  all(confinement, CONFINEMENT);
});
