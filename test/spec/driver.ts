/**
 * One program, two kernels: kernel.wasm and the model get the same calls and must agree.
 *
 * An action is what the code of the current thread does, or what hardware does: with its message,
 * so that a list of actions can be run again. After each: who runs now, the results, the whole
 * state.
 *
 *   const duel = new Duel(kernelExports, memory)   boots both
 *   duel.run(action)                               throws a Difference
 *   duel.thread()                                  the thread whose code runs
 */
import * as abi from '../../kernel-as/abi.ts';
import * as layout from '../../kernel-as/layout.ts';
import { Comparison, Difference } from './compare.ts';
import { type Booted, bootModel } from './model/boot.ts';
import * as entry from './model/entry.ts';
import type { PortAccess } from './model/ioport.ts';
import { bufferWord, lookupIPCBuffer, makeInfo, setBufferWord } from './model/message.ts';
import type { Kernel, Tcb } from './model/state.ts';
import type { KernelExports } from '../kernel/harness.ts';

/** What a thread puts into its message: registers, extra capabilities, and its receive slot. */
export interface Message {
  readonly label: number;
  readonly mrs: readonly number[];
  readonly caps: readonly number[];
  /** CNode, index and depth. */
  readonly receive?: readonly [number, number, number];
}

export type Action =
  | { readonly do: 'enter'; readonly syscall: number; readonly cptr: number; readonly msg: Message }
  | { readonly do: 'invoke'; readonly cptr: number; readonly msg: Message }
  | { readonly do: 'fault'; readonly kind: number; readonly words: readonly number[] }
  | { readonly do: 'schedule' }
  | { readonly do: 'tick' }
  /** What follows happens on another processor. */
  | { readonly do: 'processor'; readonly number: number }
  | { readonly do: 'irq'; readonly line: number };

export const RAM_BYTES = 1 << 20;
export const KERNEL_BYTES = 4 << 20;
/** How many calls pass between two looks at what is too long to be looked at each time. */
const LONG_INTERVAL = 16;

export class Duel {
  readonly words: Uint32Array;
  readonly exports: KernelExports;
  booted: Booted;
  /** The processor whose code acts. */
  cpu = 0;
  calls = 0;
  comparison: Comparison;

  constructor(exports: KernelExports, memory: WebAssembly.Memory) {
    this.exports = exports;
    this.words = new Uint32Array(memory.buffer);
    this.words.fill(0);
    exports.boot(RAM_BYTES, KERNEL_BYTES, abi.MAX_PROCESSORS);
    this.booted = bootModel(RAM_BYTES, KERNEL_BYTES);
    this.comparison = new Comparison(this.model, this.words);
    this.comparison.state();
    this.comparison.rest();
    this.comparison.frames();
  }

  get model(): Kernel {
    return this.booted.kernel;
  }

  /** Takes a model that has been brought to the state that kernel memory is in. */
  restart(booted: Booted): void {
    this.booted = booted;
    this.comparison = new Comparison(booted.kernel, this.words);
    this.cpu = 0;
  }

  /** The thread whose code runs on this processor. */
  thread(): Tcb | null {
    return this.model.processors[this.cpu]!.current;
  }

  run(action: Action): void {
    this.calls++;
    switch (action.do) {
      case 'processor':
        this.cpu = action.number;
        return;
      case 'enter': {
        const info = this.#write(action.msg);
        const next = this.exports.enter(this.cpu, action.syscall, action.cptr, info);
        this.#runs(next, entry.enter(this.model, this.cpu, action.syscall, action.cptr, info));
        break;
      }
      case 'invoke': {
        const info = this.#write(action.msg);
        const answer = this.exports.invoke(this.cpu, action.cptr, info);
        this.#invoked(answer, entry.invoke(this.model, this.cpu, action.cptr, info));
        break;
      }
      case 'fault': {
        const [w0, w1, w2] = [0, 1, 2].map((i) => action.words[i] ?? 0) as [number, number, number];
        const next = this.exports.fault(this.cpu, action.kind, w0, w1, w2);
        const { kind, words } = action;
        this.#runs(next, entry.fault(this.model, this.cpu, { kind, words }));
        break;
      }
      case 'schedule':
        this.#runs(this.exports.schedule(this.cpu), entry.schedule(this.model, this.cpu));
        break;
      case 'tick':
        this.#runs(this.exports.tick(this.cpu), entry.tick(this.model, this.cpu));
        break;
      case 'irq':
        this.exports.irq(this.cpu, action.line);
        entry.irq(this.model, this.cpu, action.line);
        break;
    }
    this.check();
  }

  check(): void {
    this.comparison.state();
    if (this.calls % LONG_INTERVAL === 0) this.comparison.rest();
  }

  // ---- The message of the thread whose code runs, in both kernels

  #write(msg: Message): number {
    const thread = this.thread();
    if (thread) writeMessage(thread, msg);
    if (thread) copyMessage(thread, this.words);
    return makeInfo(msg.label, 0, msg.caps.length, msg.mrs.length);
  }

  #runs(found: number, expected: Tcb | null): void {
    if (found !== (expected?.address ?? 0)) {
      const want = expected?.address.toString(16) ?? 'nobody';
      throw new Difference(`runs next: kernel ${found.toString(16)}, model ${want}`);
    }
  }

  #invoked(found: number, expected: entry.Invoked): void {
    const number = expected === 'refused' ? -1 : expected === 'done' ? 0 : 1;
    if (found !== number) throw new Difference(`invoke: kernel ${found}, model ${number}`);
    if (typeof expected === 'object') this.#port(expected);
  }

  #port(access: PortAccess): void {
    const at = (layout.NODES + this.cpu * layout.NODE_SIZE) >>> 2;
    const found = [
      layout.NODE_PORT,
      layout.NODE_PORT_WIDTH,
      layout.NODE_PORT_WRITE,
      layout.NODE_PORT_VALUE,
    ].map((field) => this.words[at + field / 4]!);
    const wanted = [access.port, access.bytes, access.writing ? 1 : 0, access.value >>> 0];
    if (found.join() !== wanted.join()) {
      throw new Difference(`port access: kernel ${found.join()}, model ${wanted.join()}`);
    }
  }
}

/** Registers beyond the thread's own need a buffer; what does not fit is not written. */
export function writeMessage(thread: Tcb, msg: Message): void {
  const buffer = lookupIPCBuffer(thread, true);
  msg.mrs.forEach((value, i) => {
    if (i < abi.seL4_MsgRegisters) thread.mr[i] = value >>> 0;
    else if (buffer) setBufferWord(buffer, abi.IPCBUF_MSG + i, value);
  });
  if (!buffer) return;
  msg.caps.forEach((cptr, i) => setBufferWord(buffer, abi.IPCBUF_CAPS + i, cptr));
  msg.receive?.forEach((word, i) => setBufferWord(buffer, abi.IPCBUF_RECEIVE_CNODE + i, word));
}

function copyMessage(thread: Tcb, words: Uint32Array): void {
  thread.mr.forEach((value, i) => (words[(thread.address + layout.TCB_MR) / 4 + i] = value));
  const buffer = lookupIPCBuffer(thread, true);
  const { cap } = thread.slot(4);
  if (!buffer || cap.type !== 'frame') return;
  const base = cap.object.address / 4 + buffer.at;
  for (let i = 0; i < 128; i++) words[base + i] = bufferWord(buffer, i);
}
