/**
 * A kernel that starts each program from the same world, cheaply.
 *
 * The world is built once, call by call and compared; kernel memory is then remembered. For each
 * program the parts of memory that programs can change are put back, and the model is built anew.
 *
 *   const arena = await openArena(module)
 *   arena.begin(workLimit)             a Duel at the beginning
 *   arena.end()                        the last, long comparison, of all of kernel memory
 */
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { type KernelExports, instantiateOver } from '../kernel/harness.ts';
import { Difference } from './compare.ts';
import { Duel, KERNEL_BYTES, type Message, RAM_BYTES, writeMessage } from './driver.ts';
import { type Booted, bootModel } from './model/boot.ts';
import * as entry from './model/entry.ts';
import { infoLabel, makeInfo } from './model/message.ts';
import {
  ARENA_BITS,
  AT,
  type Builder,
  NEIGHBOUR,
  NEIGHBOUR_BITS,
  SECLUDED,
  SECLUDED_BITS,
  SLOTS_END,
  buildWorld,
} from './world.ts';

/** How many processors take part in programs that use more than one. */
export const PROCESSORS = 2;

interface Range {
  readonly start: number;
  readonly end: number;
}

export class Arena {
  readonly duel: Duel;
  readonly #bytes: Uint8Array;
  readonly #snapshot: Uint8Array;
  readonly #ranges: readonly Range[];

  constructor(exports: KernelExports, memory: WebAssembly.Memory) {
    this.duel = new Duel(exports, memory);
    buildWorld(new DuelBuilder(this.duel));
    for (let i = 1; i < PROCESSORS; i++) exports.processorOnline(i);
    setOnline(this.duel.booted);
    this.#bytes = new Uint8Array(memory.buffer, 0, KERNEL_BYTES);
    this.#snapshot = this.#bytes.slice();
    this.#ranges = this.#changing();
  }

  /** `slow`: nothing takes the fast path. */
  begin(workLimit: number, slow = false): Duel {
    for (const { start, end } of this.#ranges) {
      this.#bytes.set(this.#snapshot.subarray(start, end), start);
    }
    const booted = bootModel(RAM_BYTES, KERNEL_BYTES);
    buildWorld(new ModelBuilder(booted));
    setOnline(booted);
    this.duel.restart(booted);
    this.duel.words[layout.WORK_LIMIT / 4] = workLimit;
    this.duel.words[layout.TRACE_ENABLED / 4] = slow ? layout.WATCH_SLOW : 0;
    booted.kernel.workLimit = workLimit;
    return this.duel;
  }

  /** The state once more, with what is not looked at each time. */
  end(): void {
    this.duel.comparison.state();
    this.duel.comparison.rest();
  }

  /** Nothing but the parts that programs may change has changed since the beginning. */
  outside(): void {
    let from = 0;
    for (const { start, end } of [...this.#ranges, { start: KERNEL_BYTES, end: KERNEL_BYTES }]) {
      const length = (start - from) >>> 2;
      const now = new Uint32Array(this.#bytes.buffer, from, length);
      const before = new Uint32Array(this.#snapshot.buffer, from, length);
      const at = now.findIndex((word, i) => word !== before[i]);
      if (at >= 0) throw new Difference(`memory of nobody changed at ${from + at * 4}`);
      from = end;
    }
  }

  #changing(): Range[] {
    const { rootNode } = this.duel.booted;
    const arena = rootNode.slot(AT.arena).cap;
    const secluded = rootNode.slot(SECLUDED.memory).cap;
    const neighbour = rootNode.slot(NEIGHBOUR.memory).cap;
    if (arena.type !== 'untyped' || secluded.type !== 'untyped') throw new Error('no arena');
    if (neighbour.type !== 'untyped') throw new Error('no neighbour');
    const slots = rootNode.address;
    const used = SLOTS_END * layout.SLOT_SIZE;
    const ranges = [
      { start: layout.GLOBAL_BASE, end: layout.TRACE },
      { start: layout.HEAP_BASE, end: layout.HEAP_BASE + 5 * 4096 },
      { start: slots, end: slots + used },
      { start: arena.base, end: arena.base + 2 ** ARENA_BITS },
      { start: secluded.base, end: secluded.base + 2 ** SECLUDED_BITS },
      { start: neighbour.base, end: neighbour.base + 2 ** NEIGHBOUR_BITS },
    ];
    return ranges.sort((a, b) => a.start - b.start);
  }
}

function setOnline({ kernel }: Booted): void {
  for (let i = 1; i < PROCESSORS; i++) kernel.processors[i]!.online = true;
}

function untypedSlots(booted: Booted): { kernelUntyped: number; ramUntyped: number } {
  const find = (device: boolean, bits: number): number => {
    for (let i = abi.seL4_NumInitialCaps; i < booted.emptyStart; i++) {
      const { cap } = booted.rootNode.slot(i);
      if (cap.type === 'untyped' && cap.device === device && cap.bits >= bits) return i;
    }
    throw new Error('no such untyped');
  };
  return { kernelUntyped: find(false, ARENA_BITS), ramUntyped: find(true, 16) };
}

class DuelBuilder implements Builder {
  readonly kernelUntyped: number;
  readonly ramUntyped: number;
  readonly emptyStart: number;
  readonly #duel: Duel;

  constructor(duel: Duel) {
    this.#duel = duel;
    const { kernelUntyped, ramUntyped } = untypedSlots(duel.booted);
    this.kernelUntyped = kernelUntyped;
    this.ramUntyped = ramUntyped;
    this.emptyStart = duel.booted.emptyStart;
  }

  invoke(cptr: number, msg: Message): void {
    this.#duel.run({ do: 'invoke', cptr, msg });
    mustSucceed(this.#duel.booted, cptr, msg);
  }

  enter(syscall: number, cptr: number): void {
    this.#duel.run({ do: 'schedule' });
    this.#duel.run({ do: 'enter', syscall, cptr, msg: { label: 0, mrs: [], caps: [] } });
  }
}

class ModelBuilder implements Builder {
  readonly kernelUntyped: number;
  readonly ramUntyped: number;
  readonly emptyStart: number;
  readonly #booted: Booted;

  constructor(booted: Booted) {
    this.#booted = booted;
    const { kernelUntyped, ramUntyped } = untypedSlots(booted);
    this.kernelUntyped = kernelUntyped;
    this.ramUntyped = ramUntyped;
    this.emptyStart = booted.emptyStart;
  }

  invoke(cptr: number, msg: Message): void {
    writeMessage(this.#booted.rootThread, msg);
    const info = makeInfo(msg.label, 0, msg.caps.length, msg.mrs.length);
    entry.invoke(this.#booted.kernel, 0, cptr, info);
    mustSucceed(this.#booted, cptr, msg);
  }

  enter(syscall: number, cptr: number): void {
    entry.schedule(this.#booted.kernel, 0);
    entry.enter(this.#booted.kernel, 0, syscall, cptr, makeInfo(0, 0, 0, 0));
  }
}

function mustSucceed(booted: Booted, cptr: number, msg: Message): void {
  const { info } = booted.rootThread;
  const error = infoLabel(info ?? 0);
  if (error) throw new Error(`world: capability ${cptr}, label ${msg.label}: error ${error}`);
}

export async function openArena(module: WebAssembly.Module): Promise<Arena> {
  const memory = new WebAssembly.Memory({ initial: 256, maximum: 1024, shared: true });
  return new Arena(await instantiateOver(memory, module), memory);
}
