/**
 * Random invocations and system calls, mostly nonsense, with all invariants checked as they go.
 *
 * Weighted towards making, moving, deleting and revoking among a few slots, so that zombies, shared
 * CNodes and dead threads are common. A failure names its seed: the same seed repeats it.
 */
import { assert } from 'chai';
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type TestKernel, startKernel } from './harness.ts';
import { assertInvariants } from './invariants.ts';

const NODE = abi.seL4_CapInitThreadCNode;
const SLOTS = 24;
const STEPS = 400;

/** mulberry32: small, seeded, good enough to choose by. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

class Chaos {
  readonly k: TestKernel;
  readonly pick: (below: number) => number;
  readonly base: number;

  constructor(k: TestKernel, seed: number) {
    this.k = k;
    this.pick = random(seed);
    this.base = k.freeSlot();
    for (let i = 0; i < SLOTS; i++) k.freeSlot();
    k.ok(NODE, abi.CNodeCopy, [this.base + 1, 32, NODE, 32, 15], [NODE]);
  }

  slot(): number {
    return this.base + this.pick(SLOTS);
  }

  /** Mostly a slot with such a capability, if there is one. */
  slotOf(type: number): number {
    if (this.pick(6) === 0) return this.slot();
    const all = Array.from({ length: SLOTS }, (_, i) => this.base + i);
    const fitting = all.filter((slot) => this.k.capType(slot) === type);
    return fitting.length ? fitting[this.pick(fitting.length)]! : this.slot();
  }

  /** Root, index and depth of a slot of ours, or of one in a CNode in one of them. */
  place(): [number, number, number] {
    if (this.pick(3)) return [NODE, this.slot(), 32];
    const radix = 2 + this.pick(2);
    return [this.slotOf(layout.CAP_CNODE), this.pick(1 << radix), radix];
  }

  dest(): [number, number, number] {
    return this.pick(3) ? [NODE, this.slotOf(layout.CAP_NULL), 32] : this.place();
  }

  /** Revoking often takes the last untyped along. */
  refill(): void {
    const { k } = this;
    const slots = Array.from({ length: SLOTS }, (_, i) => this.base + i);
    if (slots.some((slot) => k.capType(slot) === layout.CAP_UNTYPED)) return;
    const empty = slots.find((slot) => k.capType(slot) === layout.CAP_NULL);
    if (empty) k.retype(k.untypedSlot(false, 21), abi.seL4_UntypedObject, 15, empty, 1);
  }

  retype(): void {
    const types = [1, 2, 3, 4, 4, 4, 5, 6, 7, 0];
    const type = types[this.pick(types.length)]!;
    const bits = type === 4 ? 2 + this.pick(2) : type === 0 ? 8 + this.pick(7) : 0;
    const args = [type, bits, 0, 0, this.slotOf(layout.CAP_NULL), 1 + this.pick(2)];
    this.refill();
    this.invoke(this.slotOf(layout.CAP_UNTYPED), abi.UntypedRetype, args, [NODE]);
  }

  onSlots(): void {
    const labels = [
      abi.CNodeCopy,
      abi.CNodeMint,
      abi.CNodeMove,
      abi.CNodeMove,
      abi.CNodeMutate,
      abi.CNodeDelete,
      abi.CNodeDelete,
      abi.CNodeRevoke,
      abi.CNodeCancelBadgedSends,
      abi.CNodeSaveCaller,
    ];
    const label = labels[this.pick(labels.length)]!;
    const adding = label >= abi.CNodeCopy && label <= abi.CNodeMutate;
    const [root, index, depth] = adding ? this.dest() : this.place();
    const [from, source, sourceDepth] = this.place();
    const args = [index, depth, source, sourceDepth, 15, this.pick(4)];
    this.invoke(root, label, args, [from]);
  }

  rotate(): void {
    const args = [this.slot(), 32, 0, this.slot(), 32, 0, this.slot(), 32];
    this.invoke(NODE, abi.CNodeRotate, args, [NODE, NODE]);
  }

  onThread(): void {
    const t = this.slotOf(layout.CAP_THREAD);
    const node = this.slotOf(layout.CAP_CNODE);
    const frame = this.slotOf(layout.CAP_FRAME);
    const directory = this.slotOf(layout.CAP_PAGE_DIRECTORY);
    const table = this.slotOf(layout.CAP_PAGE_TABLE);
    const ntfn = this.slotOf(layout.CAP_NOTIFICATION);
    const vspace = abi.seL4_CapInitThreadVSpace;
    const choices: [number, number, number[], number[]][] = [
      [t, abi.TCBConfigure, [this.slot(), 0, 0, 512], [NODE, vspace, frame]],
      [t, abi.TCBConfigure, [0, 0, 0, 0], [node, directory, frame]],
      [t, abi.TCBSetSchedParams, [255, 2 + this.pick(200)], [abi.seL4_CapInitThreadTCB]],
      [t, abi.TCBResume, [], []],
      [t, abi.TCBResume, [], []],
      [t, abi.TCBSuspend, [], []],
      [t, abi.TCBBindNotification, [], [ntfn]],
      [t, abi.TCBUnbindNotification, [], []],
      [t, abi.TCBWriteRegisters, [1, 1, 7], []],
      [t, abi.TCBSetAffinity, [this.pick(2)], []],
      [table, abi.X86PageTableMap, [this.pick(3) << 22, 0], [directory]],
      [frame, abi.X86PageMap, [this.pick(4) << 12, 3, 0], [directory]],
      [frame, abi.X86PageUnmap, [], []],
      [table, abi.X86PageTableUnmap, [], []],
    ];
    const [cptr, label, args, caps] = choices[this.pick(choices.length)]!;
    this.invoke(cptr, label, args, caps);
  }

  /** The root never blocks: it is the one who goes on with the test. */
  invoke(cptr: number, label: number, args: number[], caps: number[]): void {
    this.k.invokeRaw(cptr, label, args, caps);
  }

  /** Other threads run for a while: whatever they call, their processor must come back. */
  others(): void {
    const calls = [-1, -1, -2, -3, -4, -5, -5, -6, -7, -8];
    const { k } = this;
    const cpu = this.pick(2);
    k.cpu = cpu;
    for (let i = 0; i < 3; i++) {
      const current = k.current(cpu);
      if (!current || current === k.root) break;
      const call = calls[this.pick(calls.length)]!;
      const target = this.slotOf(this.pick(3) ? layout.CAP_ENDPOINT : layout.CAP_NOTIFICATION);
      k.kernel.enter(cpu, call, target, (this.pick(3) << 12) | this.pick(5));
    }
    k.kernel.schedule(cpu);
    k.cpu = 0;
  }

  step(): void {
    const { k } = this;
    if (k.current(0) !== k.root) return this.others();
    const kind = this.pick(10);
    if (kind < 3) this.retype();
    else if (kind < 6) this.onSlots();
    else if (kind < 8) this.onThread();
    else if (kind < 9) this.rotate();
    else this.yieldToOthers();
  }

  yieldToOthers(): void {
    const { k } = this;
    const tcb = abi.seL4_CapInitThreadTCB;
    k.ok(tcb, abi.TCBSetPriority, [1], [tcb]);
    for (let i = 0; i < 4; i++) this.others();
    // Whoever runs now stops, one after another, until the root is alone.
    for (let i = 0; i < 200 && k.current(0) !== k.root; i++) k.kernel.enter(0, -5, 0xdead_0000, 0);
    if (k.current(0) !== k.root) k.kernel.schedule(0);
    if (k.current(0) === k.root) k.ok(tcb, abi.TCBSetPriority, [255], [tcb]);
  }
}

suite('kernel: random calls', function () {
  this.timeout(60_000);
  for (let seed = 1; seed <= 16; seed++) {
    test(`seed ${seed}`, async () => {
      const k = await startKernel();
      k.kernel.processorOnline(1);
      k.setU32(layout.WORK_LIMIT, seed % 2 ? 1 : 100);
      const chaos = new Chaos(k, seed * 7919);
      for (let step = 0; step < STEPS; step++) {
        chaos.step();
        if (step % 16 === 0) assertInvariants(k);
      }
      assertInvariants(k);
      while (k.current(0) !== k.root) k.kernel.enter(0, -5, 0xdead_0000, 0);
      // In the end one revoke gives all the memory back.
      k.setU32(layout.WORK_LIMIT, 100);
      const ground = k.untypedSlot(false, 21);
      const status = k.revoke(ground);
      assert.equal(status.error, 0);
      assert.equal(k.retype(ground, abi.seL4_UntypedObject, 21, k.freeSlot(), 1).error, 0);
      assertInvariants(k);
    });
  }
});
