/**
 * Thread objects: what a thread's code holds.
 *
 * A thread object works while the kernel has its thread as the processor's current one, and throws
 * RuleError at any other time: message registers live in the thread's TCB, whose memory may be
 * another object's once the thread is gone. Message registers 0-3 are words of the TCB, the others
 * and the capabilities to send are in the IPC buffer; a thread without one gets VMFault for those,
 * as it would on a real machine.
 *
 * Objects and their prototype are frozen; everything that leads further is in private fields. An
 * argument may be anything at all: each is made a number (`>>> 0`, `| 0`) once, first, since doing
 * so may run the caller's code; from there on nothing of the caller's runs until the work is done.
 * Manual: section 4.1 (message registers, IPC buffer).
 */
import {
  IPCBUF_CAPS,
  IPCBUF_MSG,
  IPCBUF_RECEIVE_CNODE,
  IPCBUF_RECEIVE_DEPTH,
  IPCBUF_RECEIVE_INDEX,
  seL4_MsgMaxExtraCaps,
  seL4_MsgMaxLength,
  seL4_MsgRegisters,
} from '../../kernel-as/abi.ts';
import type { Context } from './context.ts';
import type { Dispatcher } from './dispatcher.ts';
import { vmFault } from './errors.ts';
import { freeze, freezeClass, print } from './intrinsics.ts';
import { lineOf } from './text.ts';
import type { Awaitable, CPtr, MessageInfo, Thread, Window } from './types.ts';
import { createWindow } from './window.ts';
import type { Space } from './window.ts';

/**
 * What a thread object asks of its processor. All but `now` and `watching` throw RuleError while
 * the thread does not run.
 */
export interface ThreadHost {
  readonly context: Context;
  /** The dispatcher's, handed on as it is: a message should pass as few functions as it can. */
  readonly enter: Dispatcher['enter'];
  /** Index of the thread's first message register among the heap's words. */
  registers(): number;
  /** Index of the IPC buffer's first word, 0 for none that may be read, or written. */
  buffer(write: boolean): number;
  badge(): number;
  invoke(cptr: CPtr, info: MessageInfo): MessageInfo;
  now(): number;
  watching(): boolean;
  mark(kind: number, a: number, b: number, c: number): void;
  readonly space: Space;
}

class KernelThread implements Thread {
  readonly #host: ThreadHost;
  readonly #words: Int32Array;
  readonly #context: Context;
  readonly #enter: Dispatcher['enter'];

  constructor(host: ThreadHost) {
    this.#host = host;
    this.#words = host.space.heap.words;
    this.#context = host.context;
    this.#enter = host.enter;
    freeze(this);
  }

  get badge(): number {
    return this.#host.badge();
  }

  /** Index of a word of the IPC buffer. */
  #buffer(word: number, write: boolean): number {
    const base = this.#host.buffer(write);
    if (base === 0) throw vmFault(word * 4, write, false);
    return base + word;
  }

  /** `index` is a number already. */
  #register(index: number, write: boolean): number {
    if (index < seL4_MsgRegisters) return this.#host.registers() + index;
    if (index >= seL4_MsgMaxLength) throw new RangeError(`no message register ${index}`);
    return this.#buffer(IPCBUF_MSG + index, write);
  }

  getMR(index: number): number {
    return (this.#words[this.#register(index >>> 0, false)] ?? 0) >>> 0;
  }

  setMR(index: number, value: number): void {
    const register = index >>> 0;
    const word = value | 0;
    this.#words[this.#register(register, true)] = word;
  }

  setCap(index: number, cptr: CPtr): void {
    const place = IPCBUF_CAPS + capIndex(index);
    const word = cptr | 0;
    this.#words[this.#buffer(place, true)] = word;
  }

  getCapBadge(index: number): number {
    return (this.#words[this.#buffer(IPCBUF_CAPS + capIndex(index), false)] ?? 0) >>> 0;
  }

  setReceivePath(root: CPtr, index: number, depth: number): void {
    const words = this.#words;
    const path = [root | 0, index | 0, depth | 0] as const;
    words[this.#buffer(IPCBUF_RECEIVE_CNODE, true)] = path[0];
    words[this.#buffer(IPCBUF_RECEIVE_INDEX, true)] = path[1];
    words[this.#buffer(IPCBUF_RECEIVE_DEPTH, true)] = path[2];
  }

  enter(syscall: number, cptr: CPtr, info: MessageInfo): Awaitable<MessageInfo> {
    return this.#enter(this.#context, syscall | 0, cptr >>> 0, info >>> 0);
  }

  invoke(cptr: CPtr, info: MessageInfo): MessageInfo {
    return this.#host.invoke(cptr >>> 0, info >>> 0);
  }

  window(address: number, length: number, writable: boolean): Window {
    return createWindow(this.#host.space, address >>> 0, length >>> 0, !!writable);
  }

  now(): number {
    return this.#host.now();
  }

  get watching(): boolean {
    return this.#host.watching();
  }

  mark(kind: number, a = 0, b = 0, c = 0): void {
    this.#host.mark(kind >>> 0, a >>> 0, b >>> 0, c >>> 0);
  }

  log(...text: unknown[]): void {
    print(lineOf(text));
  }
}

function capIndex(index: number): number {
  const number = index >>> 0;
  if (number < seL4_MsgMaxExtraCaps) return number;
  throw new RangeError(`no extra capability ${number}`);
}

freezeClass(KernelThread);

export function createThread(host: ThreadHost): Thread {
  return new KernelThread(host);
}
