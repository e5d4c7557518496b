/**
 * Mailboxes: how the root task's processor asks another one to load an image, and hears how it
 * went.
 *
 * One for each processor, in a part of kernel memory that the kernel leaves to this library. Its
 * state word says whose turn it is, and only that side writes the rest:
 *
 *   ABSENT     no worker, or one not ready yet    -> SPARE      by the processor, when it serves
 *   SPARE      waits for a request                -> CLAIMED    by the root task's side
 *   CLAIMED    the request is being written       -> REQUESTED  by the root task's side
 *   REQUESTED  the processor loads                -> TAKEN or SPARE by the processor, with an event
 *   TAKEN      runs that image for good           -> ABSENT     when it is released
 *
 * The event word holds what the root task has not been told yet; it takes it with an exchange.
 */
import { MAX_PROCESSORS } from '../../kernel-as/abi.ts';
import { LIBRARY } from '../../kernel-as/layout.ts';
import type { Views } from './heap.ts';
import {
  compareExchange,
  decodeText,
  encodeText,
  exchange,
  load,
  notify,
  promiseThen,
  PlatformPromise,
  later,
  store,
  waitAsync,
} from './intrinsics.ts';

const MAILBOX_BASE = LIBRARY;
const MAILBOX_SIZE = 512;
/** Where the library's area goes on. */
export const MAILBOX_END = MAILBOX_BASE + MAX_PROCESSORS * MAILBOX_SIZE;

export const ABSENT = 0;
export const SPARE = 1;
export const CLAIMED = 2;
export const REQUESTED = 3;
export const TAKEN = 4;

export const EVENT_LOADED = 1;
export const EVENT_FAILED = 2;

// Words of a mailbox, then two texts: a byte of length each, and the bytes.
const STATE = 0;
const EVENT = 1;
const TOKEN = 2;
const DIRECTORY = 3;
const NAME = 32;
const REASON = 160;
const NAME_ROOM = REASON - NAME - 1;
const REASON_ROOM = 255;

export interface Request {
  readonly name: string;
  /** Kernel address of the page directory that the image is bound to. */
  readonly directory: number;
}

export interface Mailboxes {
  state(processor: number): number;
  setState(processor: number, state: number): void;
  /** Root: hands a request to a spare processor; its number, or -1 if there is none. */
  request(name: string, directory: number, token: number): number;
  /** Root: what a processor has to tell, once. */
  takeEvent(processor: number): { event: number; token: number; reason: string } | undefined;
  /** Processor: the request, when there is one. */
  received(processor: number): Request | undefined;
  /** Processor: calls back on a later turn, when the state may have changed. */
  onChange(processor: number, state: number, callback: () => void): void;
  /** Processor: how the request went. */
  answer(processor: number, event: number, reason: string): void;
}

/** Where waitAsync is missing, a spare looks for requests this often. */
const POLL_MS = 20;

export function createMailboxes(heap: Views): Mailboxes {
  const { words, bytes } = heap;
  const at = (processor: number): number => (MAILBOX_BASE + processor * MAILBOX_SIZE) >>> 2;

  function putText(processor: number, offset: number, room: number, text: string): void {
    const encoded = encodeText(text);
    const start = MAILBOX_BASE + processor * MAILBOX_SIZE + offset;
    const length = Math.min(encoded.length, room);
    bytes[start] = length;
    for (let i = 0; i < length; i++) bytes[start + 1 + i] = encoded[i] ?? 0;
  }

  function getText(processor: number, offset: number): string {
    const start = MAILBOX_BASE + processor * MAILBOX_SIZE + offset;
    const copy: number[] = [];
    for (let i = 0; i < (bytes[start] ?? 0); i++) copy[i] = bytes[start + 1 + i] ?? 0;
    return decodeText(copy);
  }

  function setState(processor: number, state: number): void {
    store(words, at(processor) + STATE, state);
    notify(words, at(processor) + STATE);
  }

  return {
    state: (processor) => load(words, at(processor) + STATE),
    setState,
    request(name, directory, token) {
      if (encodeText(name).length > NAME_ROOM) return -1;
      for (let processor = 0; processor < MAX_PROCESSORS; processor++) {
        const box = at(processor);
        // What it has to tell of its last request still needs that request's token.
        if (load(words, box + EVENT) !== 0) continue;
        if (compareExchange(words, box + STATE, SPARE, CLAIMED) !== SPARE) continue;
        putText(processor, NAME, NAME_ROOM, name);
        store(words, box + DIRECTORY, directory);
        store(words, box + TOKEN, token);
        setState(processor, REQUESTED);
        return processor;
      }
      return -1;
    },
    takeEvent(processor) {
      const box = at(processor);
      const token = load(words, box + TOKEN);
      if (load(words, box + EVENT) === 0) return undefined;
      const reason = getText(processor, REASON);
      const event = exchange(words, box + EVENT, 0);
      return event === 0 ? undefined : { event, token, reason };
    },
    received(processor) {
      const box = at(processor);
      if (load(words, box + STATE) !== REQUESTED) return undefined;
      return { name: getText(processor, NAME), directory: load(words, box + DIRECTORY) >>> 0 };
    },
    onChange(processor, state, callback) {
      const result = waitAsync?.(words, at(processor) + STATE, state);
      if (result?.async) void promiseThen(result.value, callback);
      else if (result) void promiseThen(PlatformPromise.resolve(), callback);
      else later(callback, POLL_MS);
    },
    answer(processor, event, reason) {
      // Released meanwhile: nobody asks any more.
      if (load(words, at(processor) + STATE) !== REQUESTED) return;
      putText(processor, REASON, REASON_ROOM, reason);
      store(words, at(processor) + EVENT, event);
      setState(processor, event === EVENT_LOADED ? TAKEN : SPARE);
    },
  };
}
