/**
 * Contexts: the JavaScript side of the kernel's threads, and the images that they start in.
 *
 * A context belongs to one life of a TCB: the kernel gives each life an epoch that no other ever
 * has, and keeps it in the TCB. What was parked under another epoch belongs to a thread that is
 * gone.
 */
import {
  REG_ARG0,
  REG_IP,
  seL4_CanRead,
  seL4_CanWrite,
  seL4_PageBits,
  seL4_TCBBits,
} from '../../kernel-as/abi.ts';
import {
  CAP_FRAME,
  CAP_PAGE_DIRECTORY,
  FRAME_RIGHTS_SHIFT,
  TCB_BUFFER,
  TCB_BUFFER_ADDRESS,
  TCB_EPOCH,
  TCB_REGISTERS,
  TCB_VTABLE,
} from '../../kernel-as/layout.ts';
import type { Fault } from './fault.ts';
import { emptyList, emptyTable } from './intrinsics.ts';
import type { Answer, Entry, ImageInstance, MessageInfo } from './types.ts';

export interface Context {
  readonly tcb: number;
  readonly epoch: number;
  /** Resolves what the thread awaits, while it is parked in a system call. */
  resume: ((info: MessageInfo) => void) | undefined;
  /**
   * A thread that answers on its callers' stacks, while it waits for a message: what answers, and
   * the capability that it receives from (dispatcher.ts, `receive`).
   */
  answer: Answer | undefined;
  port: number;
  /** What its function ended with. */
  ended: Fault | undefined;
}

/** The page directory of a thread, 0 for none. */
export function directoryOf(words: Int32Array, tcb: number): number {
  const cap = words[(tcb + TCB_VTABLE) >>> 2] ?? 0;
  return (cap & 15) === CAP_PAGE_DIRECTORY ? (cap & ~0xfff) >>> 0 : 0;
}

/**
 * Address of a thread's IPC buffer, 0 where it has none that it may read, or write. Asked for at
 * each access: the frame may be taken away at any time.
 */
export function bufferOf(words: Int32Array, tcb: number, write: boolean): number {
  const cap = words[(tcb + TCB_BUFFER) >>> 2] ?? 0;
  const need = write ? seL4_CanRead | seL4_CanWrite : seL4_CanRead;
  if ((cap & 15) !== CAP_FRAME || ((cap >>> FRAME_RIGHTS_SHIFT) & need) !== need) return 0;
  const offset = (words[(tcb + TCB_BUFFER_ADDRESS) >>> 2] ?? 0) & 0xfff;
  return ((cap & ~0xfff) >>> 0) + offset;
}

export function epochOf(words: Int32Array, tcb: number): number {
  return words[(tcb + TCB_EPOCH) >>> 2] ?? 0;
}

function register(words: Int32Array, tcb: number, index: number): number {
  return (words[((tcb + TCB_REGISTERS) >>> 2) + index] ?? 0) >>> 0;
}

/** Where a thread starts: its entry's number and arguments. */
export function startOf(
  words: Int32Array,
  tcb: number,
): { ip: number; args: [number, number, number, number] } {
  const arg = (i: number): number => register(words, tcb, REG_ARG0 + i);
  return { ip: register(words, tcb, REG_IP), args: [arg(0), arg(1), arg(2), arg(3)] };
}

export interface Contexts {
  /** The context of this life of the thread, if it has one here; none for what is no TCB. */
  find(tcb: number): Context | undefined;
  create(tcb: number): Context;
}

export function createContexts(words: Int32Array): Contexts {
  const table = emptyTable<Context>((words.length * 4) >>> seL4_TCBBits);
  let live = emptyList<Context>();

  /** Lets go of threads whose memory has become something else. */
  function sweep(): void {
    const kept = emptyList<Context>();
    for (let i = 0; i < live.length; i++) {
      const context = live[i] as Context;
      const slot = context.tcb >>> seL4_TCBBits;
      if (table[slot] !== context) continue;
      if (epochOf(words, context.tcb) === context.epoch) kept[kept.length] = context;
      else table[slot] = undefined;
    }
    live = kept;
  }

  return {
    find(tcb) {
      if (tcb <= 0) return undefined;
      const context = table[tcb >>> seL4_TCBBits];
      return context !== undefined && context.epoch === epochOf(words, tcb) ? context : undefined;
    },
    create(tcb) {
      sweep();
      const context: Context = {
        tcb,
        epoch: epochOf(words, tcb),
        resume: undefined,
        answer: undefined,
        port: 0,
        ended: undefined,
      };
      table[tcb >>> seL4_TCBBits] = context;
      live[live.length] = context;
      return context;
    },
  };
}

export interface Images {
  /**
   * From now on, threads of the VSpace with this page directory start in this image: one that
   * readImage (image.ts) has taken apart, if a program's code made it.
   */
  bind(directory: number, image: ImageInstance): void;
  forget(directory: number): void;
  entry(directory: number, ip: number): Entry | undefined;
}

export function createImages(words: Int32Array): Images {
  const table = emptyTable<ImageInstance>((words.length * 4) >>> seL4_PageBits);
  return {
    bind(directory, image) {
      table[directory >>> seL4_PageBits] = image;
    },
    forget(directory) {
      table[directory >>> seL4_PageBits] = undefined;
    },
    entry(directory, ip) {
      return directory === 0 ? undefined : table[directory >>> seL4_PageBits]?.entries[ip];
    },
  };
}
