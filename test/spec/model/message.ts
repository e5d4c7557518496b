/**
 * Message registers, message info words and IPC buffers.
 *
 * Registers 0 to 3 are the thread's own; the others are words of its IPC buffer, and a thread
 * without a buffer has only the first four.
 *
 * Source: seL4 reference manual, section 4.1.
 */
import { IPCBUF_MSG, seL4_MsgMaxLength, seL4_MsgRegisters } from '../../../kernel-as/abi.ts';
import { BUFFER, type Tcb } from './state.ts';

/** A thread's IPC buffer: 128 words within a frame. */
export interface Buffer {
  readonly words: Uint32Array;
  /** First word. */
  readonly at: number;
}

/** Null if the thread has none that it may read (and write, to receive). */
export function lookupIPCBuffer(thread: Tcb, writing: boolean): Buffer | null {
  const { cap } = thread.slot(BUFFER);
  if (cap.type !== 'frame' || cap.device) return null;
  if (!cap.read || (writing && !cap.write)) return null;
  return { words: cap.object.words, at: (thread.bufferAddress & 0xfff) >>> 2 };
}

export const bufferWord = (buffer: Buffer, index: number) => buffer.words[buffer.at + index]!;

export function setBufferWord(buffer: Buffer, index: number, value: number): void {
  buffer.words[buffer.at + index] = value;
}

export const infoLabel = (info: number) => info >>> 12;
export const infoExtraCaps = (info: number) => (info >>> 7) & 3;
export const infoLength = (info: number) => Math.min(info & 127, seL4_MsgMaxLength);

export function makeInfo(label: number, unwrapped: number, extra: number, length: number): number {
  return ((label << 12) | (unwrapped << 9) | (extra << 7) | length) >>> 0;
}

/** How much of a message a thread can reach. */
export function reachableLength(info: number, buffer: Buffer | null): number {
  const length = infoLength(info);
  return buffer ? length : Math.min(length, seL4_MsgRegisters);
}

export function getMR(thread: Tcb, buffer: Buffer | null, index: number): number {
  if (index < seL4_MsgRegisters) return thread.mr[index]!;
  return buffer ? bufferWord(buffer, IPCBUF_MSG + index) : 0;
}

/** Writes registers from 0 on, as far as the thread can reach; returns how many that were. */
export function setMRs(thread: Tcb, buffer: Buffer | null, words: readonly number[]): number {
  for (let i = 0; i < words.length; i++) {
    if (i < seL4_MsgRegisters) thread.mr[i] = words[i]!;
    else if (buffer) setBufferWord(buffer, IPCBUF_MSG + i, words[i]!);
    else return seL4_MsgRegisters;
  }
  return words.length;
}

/** The kernel's own answer to a Call. */
export function setReply(thread: Tcb, label: number, words: readonly number[]): void {
  const length = setMRs(thread, lookupIPCBuffer(thread, true), words);
  thread.badge = 0;
  thread.info = makeInfo(label, 0, 0, length);
}
