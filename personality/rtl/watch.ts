/**
 * Marks: what can be seen of the system beside what the kernel records itself. The one table.
 *
 * A mark is a record of the kernel's trace (sel4/trace.ts) with three words of its own. Each kind
 * has a number, whose it is (nobody believes one of the Executive from another's thread, nor one of
 * the machine that has a thread), and names for its words. Whoever shows marks reads them here.
 *
 *   watchKinds       by name
 *   markOf(record)   name and words of a record that is a mark; undefined: of an unknown kind
 *   marked(record)   the record, with these where it is one
 *
 * A word whose name is several has each in a byte, the first in the lowest.
 *
 * Numbers: a service call that is watched has a *request* number, and an IRP one of its own, which
 * its drivers know it by, too. `irp.parent` says for which request an IRP was made; 0: for none
 * (the lazy writer), or none that is known (a driver's own).
 */
import type { MarkedRecord, WatchRecord } from './watchanswer.ts';
import {
  MARK_BURST,
  MARK_COMMAND,
  MARK_DISPATCH,
  MARK_DMA,
  MARK_DPC,
  MARK_IN,
  MARK_ISR,
  MARK_LINE,
  MARK_OUT,
  MARK_SECTOR,
  MARK_STEP,
  watchCodes,
} from './watchcodes.ts';

export type Watched = keyof typeof watchKinds;
export type MarkOwner = 'executive' | 'driver' | 'machine';

interface KindOfMark {
  readonly code: number;
  readonly of: MarkOwner;
  /** Names of its words; one that is missing means nothing. */
  readonly words: readonly string[];
}

export const watchKinds = {
  // `thread`: the badge of its messages, which is what the Executive calls it.
  'service.in': {
    code: watchCodes['service.in'],
    of: 'executive',
    words: ['service', 'thread', 'request'],
  },
  'service.out': {
    code: watchCodes['service.out'],
    of: 'executive',
    words: ['status', 'thread', 'request'],
  },
  // `major`: with the minor function in the second byte.
  'irp.made': { code: watchCodes['irp.made'], of: 'executive', words: ['major', 'file', 'irp'] },
  'irp.parent': {
    code: watchCodes['irp.parent'],
    of: 'executive',
    words: ['request', 'driver', 'irp'],
  },
  // Of those that have such: where, in sectors of 512 bytes, and how many bytes.
  'irp.range': {
    code: watchCodes['irp.range'],
    of: 'executive',
    words: ['sector', 'length', 'irp'],
  },
  // To the driver process of that device; 0: the Executive itself.
  'irp.passed': {
    code: watchCodes['irp.passed'],
    of: 'executive',
    words: ['device', 'driver', 'irp'],
  },
  // The driver has fetched it; it has come back to a driver above.
  'irp.taken': {
    code: watchCodes['irp.taken'],
    of: 'executive',
    words: ['device', 'driver', 'irp'],
  },
  'irp.back': { code: watchCodes['irp.back'], of: 'executive', words: ['status', 'driver', 'irp'] },
  'irp.done': {
    code: watchCodes['irp.done'],
    of: 'executive',
    words: ['status', 'information', 'irp'],
  },
  // An object has its first name or handle, or neither any more; a process has a handle to it.
  'ob.made': { code: watchCodes['ob.made'], of: 'executive', words: ['object'] },
  'ob.gone': { code: watchCodes['ob.gone'], of: 'executive', words: ['object'] },
  'handle.opened': {
    code: watchCodes['handle.opened'],
    of: 'executive',
    words: ['object', 'process', 'handle'],
  },
  'handle.closed': {
    code: watchCodes['handle.closed'],
    of: 'executive',
    words: ['object', 'process', 'handle'],
  },
  // Pages of the cache. `cached`: a file or a whole volume, by the cache's own number.
  'cc.hit': { code: watchCodes['cc.hit'], of: 'executive', words: ['cached', 'page', 'request'] },
  'cc.miss': { code: watchCodes['cc.miss'], of: 'executive', words: ['cached', 'page', 'request'] },
  'cc.ahead': {
    code: watchCodes['cc.ahead'],
    of: 'executive',
    words: ['cached', 'pages', 'request'],
  },
  'cc.written': {
    code: watchCodes['cc.written'],
    of: 'executive',
    words: ['cached', 'pages', 'request'],
  },
  'driver.dispatch': { code: MARK_DISPATCH, of: 'driver', words: ['major', 'device', 'irp'] },
  'driver.dpc': { code: MARK_DPC, of: 'driver', words: [] },
  'driver.isr': { code: MARK_ISR, of: 'driver', words: ['line', 'claimed'] },
  'driver.dma': { code: MARK_DMA, of: 'driver', words: ['adapter', 'length', 'irp'] },
  // Of the diskette controller: the first two bytes of a command.
  'machine.command': { code: MARK_COMMAND, of: 'machine', words: ['command', 'second'] },
  // A pulse to the stepper of a drive: where its head was, and is.
  'machine.step': { code: MARK_STEP, of: 'machine', words: ['drive', 'from', 'to'] },
  // A sector, had or not found. `way`: WAYS; `size`: 128 bytes, doubled so often; both 0: all well.
  'machine.sector': {
    code: MARK_SECTOR,
    of: 'machine',
    words: ['drive cylinder head id', 'size way', 'st1 st2'],
  },
  // An interrupt line; a burst of DMA: bytes, and whether terminal count came with the last.
  'machine.line': { code: MARK_LINE, of: 'machine', words: ['line', 'level'] },
  'machine.burst': { code: MARK_BURST, of: 'machine', words: ['channel', 'moved', 'tc'] },
  // Accesses to the controller's registers, where they were asked for.
  'machine.in': { code: MARK_IN, of: 'machine', words: ['port', 'value'] },
  'machine.out': { code: MARK_OUT, of: 'machine', words: ['port', 'value'] },
} as const satisfies Record<string, KindOfMark>;

const byCode = /* @__PURE__ */ new Map<number, Watched>(
  /* @__PURE__ */ Object.entries(watchKinds).map(([name, { code }]) => [code, name as Watched]),
);

export interface Mark {
  readonly name: Watched;
  readonly of: MarkOwner;
  /** By the names of the table. */
  readonly words: Readonly<Record<string, number>>;
}

/** What was done with a sector, by the word `way`. */
export const WAYS = ['read', 'written', 'verified', 'formatted', 'its ID read'] as const;

function split(word: string, value: number): (readonly [string, number])[] {
  const names = word.split(' ');
  if (names.length === 1) return [[word, value]];
  return names.map((name, at) => [name, (value >>> (8 * at)) & 0xff]);
}

export function markOf({ code, detail, second, third }: WatchRecord): Mark | undefined {
  const name = byCode.get(code);
  if (name === undefined) return undefined;
  const { of, words }: KindOfMark = watchKinds[name];
  const values = [detail, second, third];
  return {
    name,
    of,
    words: Object.fromEntries(words.flatMap((word, i) => split(word, values[i]!))),
  };
}

/** With what it says, where it is a mark. */
export function marked(record: WatchRecord): MarkedRecord {
  const mark = markOf(record);
  return mark ? { ...record, mark: mark.name, words: mark.words } : record;
}
