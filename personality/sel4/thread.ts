/**
 * Thread objects: what a thread's code holds.
 *
 * A thread object works while the kernel has its thread as the processor's current one, and throws
 * RuleError at any other time: message registers live in the thread's TCB, whose memory may be
 * another object's once the thread is gone. Message registers 0-3 are words of the TCB, the others
 * and the capabilities to send are in the IPC buffer; a thread without one gets VMFault for those,
 * as it would on a real machine.
 *
 * Objects and their prototype are frozen; everything that leads further is in private fields.
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
import { freeze, print } from './intrinsics.ts';
import type { Awaitable, CPtr, MessageInfo, Thread, Window } from './types.ts';
import { createWindow } from './window.ts';
import type { Space } from './window.ts';

/**
 * What a thread object asks of its processor. All but `now` throw RuleError while the thread does
 * not run.
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

  #register(index: number, write: boolean): number {
    if (index >= 0 && index < seL4_MsgRegisters) return this.#host.registers() + index;
    if (!(index >= 0 && index < seL4_MsgMaxLength)) {
      throw new RangeError(`no message register ${index}`);
    }
    return this.#buffer(IPCBUF_MSG + index, write);
  }

  getMR(index: number): number {
    return (this.#words[this.#register(index, false)] ?? 0) >>> 0;
  }

  setMR(index: number, value: number): void {
    this.#words[this.#register(index, true)] = value;
  }

  setCap(index: number, cptr: CPtr): void {
    this.#words[this.#buffer(IPCBUF_CAPS + capIndex(index), true)] = cptr;
  }

  getCapBadge(index: number): number {
    return (this.#words[this.#buffer(IPCBUF_CAPS + capIndex(index), false)] ?? 0) >>> 0;
  }

  setReceivePath(root: CPtr, index: number, depth: number): void {
    const words = this.#words;
    words[this.#buffer(IPCBUF_RECEIVE_CNODE, true)] = root;
    words[this.#buffer(IPCBUF_RECEIVE_INDEX, true)] = index;
    words[this.#buffer(IPCBUF_RECEIVE_DEPTH, true)] = depth;
  }

  enter(syscall: number, cptr: CPtr, info: MessageInfo): Awaitable<MessageInfo> {
    return this.#enter(this.#context, syscall, cptr, info);
  }

  invoke(cptr: CPtr, info: MessageInfo): MessageInfo {
    return this.#host.invoke(cptr, info);
  }

  window(address: number, length: number, writable: boolean): Window {
    return createWindow(this.#host.space, address, length, writable);
  }

  now(): number {
    return this.#host.now();
  }

  log(...text: unknown[]): void {
    print(...text);
  }
}

function capIndex(index: number): number {
  if (index >= 0 && index < seL4_MsgMaxExtraCaps) return index;
  throw new RangeError(`no extra capability ${index}`);
}

delete (KernelThread.prototype as { constructor?: unknown }).constructor;
freeze(KernelThread.prototype);

export function createThread(host: ThreadHost): Thread {
  return new KernelThread(host);
}
