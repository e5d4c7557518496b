/**
 * Mailboxes: which worker is a processor, and how the root task's processor asks it to load an
 * image and hears how that went.
 *
 * One for each processor, in a part of kernel memory that the kernel leaves to this library. Its
 * one state word holds a state and, above it, the processor's *life*: a number that each worker
 * counts up when it joins, and the root task's side when it takes the processor out. Every change
 * is a compareExchange from the whole word that was seen, so that a worker whose life is over, but
 * which the browser has not ended yet, changes nothing and is believed nothing.
 *
 *   ABSENT     no worker, or one not ready yet    -> SPARE      by the processor, when it serves
 *   SPARE      waits for a request                -> CLAIMED    by the root task's side
 *   CLAIMED    the request is being written       -> REQUESTED  by the root task's side
 *   REQUESTED  the processor loads                -> LOADED or FAILED by the processor
 *   LOADED     has loaded; not told yet           -> TAKEN      by the root task, as it is told
 *   FAILED     has not; not told yet              -> SPARE      by the root task, as it is told
 *   TAKEN      runs that image for good
 *   any                                           -> ABSENT, next life: by the root task's side
 *
 * The rest of a mailbox is written by the root task's side in CLAIMED (name, directory) and by the
 * processor in REQUESTED (reason), and read by the other one afterwards. There are two of it, for
 * alternate lives, so that a worker that was taken out in the middle of a text disturbs nobody.
 *
 *   createMailboxes(heap)        the root task's side of all of them
 *   createMailbox(heap, index)   a processor's side of its own
 *
 * Guide: docs/protocols.md. Every order of its steps is tried by test/protocols.
 */
import { MAX_PROCESSORS } from '../../kernel-as/abi.ts';
import type { Views } from './heap.ts';
import {
  PlatformPromise,
  compareExchange,
  decodeText,
  emptyTable,
  encodeText,
  later,
  load,
  notify,
  promiseThen,
  store,
  waitAsync,
} from './intrinsics.ts';
import { MAILBOXES, MAILBOX_SIZE } from './library.ts';

export const ABSENT = 0;
export const SPARE = 1;
export const CLAIMED = 2;
export const REQUESTED = 3;
export const LOADED = 4;
export const FAILED = 5;
export const TAKEN = 6;

/** The state word: a state, and the life above it. */
export const LIFE_SHIFT = 3;
const STATES = (1 << LIFE_SHIFT) - 1;

// A part, for lives of one parity: a word, then two texts: a byte of length each, and the bytes.
const PARTS = 64;
const PART_SIZE = 480;
const DIRECTORY = 0;
const NAME = 8;
const REASON = 136;
const NAME_ROOM = REASON - NAME - 1;
const REASON_ROOM = 255;

/** Where waitAsync is missing, a spare looks for requests this often. */
const POLL_MS = 20;

export interface Request {
  readonly name: string;
  /** Kernel address of the page directory that the image is bound to. */
  readonly directory: number;
}

/** What a processor has to tell of the request with this token. */
export interface Answer {
  readonly loaded: boolean;
  readonly token: number;
  readonly reason: string;
}

export interface Mailboxes {
  /** Hands a request to a spare processor; its number, or -1 if there is none. */
  request(name: string, directory: number, token: number): number;
  /** What a processor has to tell, once. */
  takeAnswer(processor: number): Answer | undefined;
  /** The processor's worker is it no more. */
  retire(processor: number): void;
}

export interface Mailbox {
  /** Index of the state word, which holds `life` while this worker is the processor. */
  readonly word: number;
  /** This worker is the processor from now on: its life. */
  join(): number;
  /** From now on requests may come. */
  offer(): void;
  /**
   * Reads the state word once. A request is there, or `change` is called on a later turn, once the
   * word is no longer what was read.
   */
  look(change: () => void): Request | undefined;
  /** How the request went. False: this worker is the processor no more. */
  answer(loaded: boolean, reason: string): boolean;
}

/** Index of a processor's state word. */
export const stateWord = (processor: number): number =>
  (MAILBOXES + processor * MAILBOX_SIZE) >>> 2;

/** Address of the part of the life in a state word. Each worker's begins and ends: two a worker. */
function partOf(processor: number, word: number): number {
  const parity = (word >>> (LIFE_SHIFT + 1)) & 1;
  return MAILBOXES + processor * MAILBOX_SIZE + PARTS + parity * PART_SIZE;
}

function putText({ bytes }: Views, start: number, room: number, encoded: Uint8Array): void {
  const length = encoded.length < room ? encoded.length : room;
  bytes[start] = length;
  for (let i = 0; i < length; i++) bytes[start + 1 + i] = encoded[i] ?? 0;
}

function getText({ bytes }: Views, start: number): string {
  const length = bytes[start] ?? 0;
  const copy: number[] = [];
  for (let i = 0; i < length; i++) copy[i] = bytes[start + 1 + i] ?? 0;
  return decodeText(copy);
}

/** Counts the life up; the state is ABSENT then. The new state word. */
function nextLife(words: Int32Array, at: number): number {
  for (;;) {
    const old = load(words, at);
    const next = ((old >> LIFE_SHIFT) + 1) << LIFE_SHIFT;
    if (compareExchange(words, at, old, next) === old) return next;
  }
}

export function createMailboxes(heap: Views): Mailboxes {
  const { words } = heap;
  const tokens = emptyTable<number>(MAX_PROCESSORS);

  return {
    request(name, directory, token) {
      const encoded = encodeText(name);
      if (encoded.length > NAME_ROOM) return -1;
      for (let processor = 0; processor < MAX_PROCESSORS; processor++) {
        const at = stateWord(processor);
        const word = load(words, at);
        if ((word & STATES) !== SPARE) continue;
        const claimed = word - SPARE + CLAIMED;
        if (compareExchange(words, at, word, claimed) !== word) continue;
        const part = partOf(processor, word);
        putText(heap, part + NAME, NAME_ROOM, encoded);
        store(words, (part + DIRECTORY) >>> 2, directory);
        tokens[processor] = token;
        const requested = word - SPARE + REQUESTED;
        if (compareExchange(words, at, claimed, requested) !== claimed) continue;
        notify(words, at);
        return processor;
      }
      return -1;
    },
    takeAnswer(processor) {
      const at = stateWord(processor);
      const word = load(words, at);
      const state = word & STATES;
      if (state !== LOADED && state !== FAILED) return undefined;
      const loaded = state === LOADED;
      const reason = loaded ? '' : getText(heap, partOf(processor, word) + REASON);
      const told = word - state + (loaded ? TAKEN : SPARE);
      if (compareExchange(words, at, word, told) !== word) return undefined;
      return { loaded, token: tokens[processor] ?? 0, reason };
    },
    retire(processor) {
      nextLife(words, stateWord(processor));
    },
  };
}

export function createMailbox(heap: Views, index: number): Mailbox {
  const { words } = heap;
  const at = stateWord(index);
  /** The state word of this worker's life in state ABSENT. */
  let mine = 0;

  function onChange(word: number, callback: () => void): void {
    const result = waitAsync?.(words, at, word);
    if (result?.async) void promiseThen(result.value, callback);
    else if (result) void promiseThen(PlatformPromise.resolve(), callback);
    else later(callback, POLL_MS);
  }

  return {
    word: at,
    join() {
      mine = nextLife(words, at);
      return mine >> LIFE_SHIFT;
    },
    offer() {
      compareExchange(words, at, mine + ABSENT, mine + SPARE);
    },
    look(change) {
      const word = load(words, at);
      if (word !== mine + REQUESTED) {
        onChange(word, change);
        return undefined;
      }
      const part = partOf(index, word);
      const directory = load(words, (part + DIRECTORY) >>> 2) >>> 0;
      return { name: getText(heap, part + NAME), directory };
    },
    answer(loaded, reason) {
      const word = mine + REQUESTED;
      if (load(words, at) !== word) return false;
      if (!loaded) putText(heap, partOf(index, word) + REASON, REASON_ROOM, encodeText(reason));
      const answered = mine + (loaded ? LOADED : FAILED);
      return compareExchange(words, at, word, answered) === word;
    },
  };
}
