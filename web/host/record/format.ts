/**
 * A recording as a file: eight bytes that say what it is, then all of it, deflated.
 *
 *   packRecording(recording)   the file
 *   unpackRecording(file)      what is in it; rejects in words for what is no recording, is of
 *                              another version, is damaged, cut off or too large
 *
 * A file may come from anybody. How large it may be is known before it is read, and how much it may
 * inflate to while it is; every field and every entry of the log is looked at before any is used.
 *
 *   "NEPTREC" version | gzip( length of the head (u32) | head, JSON | log | values | pages )
 */
import { readCapped, through } from '../../store/capped.ts';
import { MOST_CONTENTS, MOST_DATA, MOST_LOG, PAGE_BYTES } from './codes.ts';
import { Bytes } from './bytes.ts';
import { Entries } from './entries.ts';
import type { Recording } from './types.ts';
import { ValueWriter } from './value-writer.ts';
import { readValue } from './values.ts';

const NAME = 'NEPTREC';
export const VERSION = 1;
const START = NAME.length + 1;
/** The last input may be the one that is too much. */
const MOST_PAGES = MOST_CONTENTS + MOST_DATA;
const MOST_HEAD = 4096;
const MOST_BUILD = 64;
const LEAST_RAM = 1 << 20;
const MOST_RAM = 64 << 20;
/** Of values, with those in lists and records. */
const MOST_MEMBERS = 1 << 22;
/** Contents that are no whole page are among the values. */
const MOST_VALUES = MOST_CONTENTS + MOST_LOG;
const MOST_FILE = MOST_LOG + MOST_VALUES + MOST_PAGES + (1 << 20);

type Head = Omit<Recording, 'log' | 'values'> & Record<'log' | 'values' | 'pages', number>;

const damaged = (how: string, cause?: unknown): Error =>
  new Error(`The recording is damaged: ${how}.`, { cause });

export async function packRecording({ log, values, ...head }: Recording): Promise<Blob> {
  const writer = new ValueWriter();
  for (const value of values) writer.value(value);
  const { bytes, pages } = writer;
  const sizes: Head = {
    ...head,
    log: log.length,
    values: bytes.length,
    pages: pages.length,
  };
  const words = new TextEncoder().encode(JSON.stringify(sizes));
  const length = Uint8Array.from([0, 8, 16, 24], (shift) => (words.length >>> shift) & 0xff);
  const parts = [length, words, log, bytes, pages].map((part) => new Uint8Array(part));
  const packed = new Blob(parts).stream().pipeThrough(new CompressionStream('gzip'));
  const start = Uint8Array.from([...NAME, String.fromCharCode(VERSION)], (c) => c.charCodeAt(0));
  return new Blob([start, await new Response(packed).blob()], {
    type: 'application/octet-stream',
  });
}

export async function unpackRecording(file: Blob): Promise<Recording> {
  if (file.size > MOST_FILE)
    throw new Error(
      `The recording is too large: it has ${file.size} bytes, of ${MOST_FILE} at most.`,
    );
  const bytes = new Uint8Array(await file.arrayBuffer());
  checkStart(bytes.subarray(0, START));
  const recording = partsOf(await inflated(bytes.slice(START)));
  checkLog(recording);
  return recording;
}

function checkStart(start: Uint8Array): void {
  const name = String.fromCharCode(...start.subarray(0, NAME.length));
  if (name !== NAME) throw new Error('This is no recording of a session.');
  const version = start[NAME.length];
  if (version !== VERSION)
    throw new Error(
      `The recording is of version ${version ?? 'none'}; this build reads version ${VERSION}.`,
    );
}

async function inflated(packed: Uint8Array): Promise<Uint8Array> {
  let all: Uint8Array | undefined;
  try {
    all = await readCapped(through(packed, new DecompressionStream('gzip')), MOST_FILE);
  } catch (error) {
    throw damaged('it cannot be inflated', error);
  }
  if (!all)
    throw new Error(`The recording is too large: it inflates to more than ${MOST_FILE} bytes.`);
  return all;
}

function partsOf(all: Uint8Array): Recording {
  const length = all.length < 4 ? 0 : new DataView(all.buffer).getUint32(0, true);
  if (length === 0 || length > MOST_HEAD || 4 + length > all.length)
    throw damaged('it has no head');
  const { log, values, pages, ...head } = headOf(all.subarray(4, 4 + length));
  const from = 4 + length;
  const [end, last] = [from + log, from + log + values];
  if (last + pages !== all.length) throw damaged('it is not as long as it says');
  return {
    ...head,
    log: all.slice(from, end),
    values: valuesIn(all.slice(end, last), all.subarray(last)),
  };
}

function valuesIn(bytes: Uint8Array, pages: Uint8Array): unknown[] {
  const reader = new Bytes(bytes);
  const budget = { left: MOST_PAGES, values: MOST_MEMBERS };
  const values: unknown[] = [];
  try {
    while (reader.left > 0) values.push(readValue(reader, pages, budget));
  } catch (error) {
    throw damaged(`at byte ${reader.at} of its values ${(error as Error).message}`, error);
  }
  return values;
}

const isSize = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;

function headOf(words: Uint8Array): Head {
  const { build, ramBytes, speed, full, log, values, pages } = fieldsOf(words);
  if (typeof build !== 'string' || build.length > MOST_BUILD || !/^[\w.+-]+$/.test(build))
    throw damaged('it does not say of which build it is');
  if (!isSize(ramBytes, MOST_RAM) || ramBytes < LEAST_RAM || ramBytes % 65_536 !== 0)
    throw damaged('no machine has such RAM');
  if (speed !== 'fast' && speed !== 'real') throw damaged('no machine has such a speed');
  if (typeof full !== 'boolean') throw damaged('it does not say whether it is all');
  if (!isSize(log, MOST_LOG + MOST_DATA)) throw damaged('its log has no such size');
  if (!isSize(values, MOST_VALUES)) throw damaged('its values have no such size');
  if (!isSize(pages, MOST_PAGES) || pages % PAGE_BYTES !== 0)
    throw damaged('its contents are no whole pages');
  return { build, ramBytes, speed, full, log, values, pages };
}

function fieldsOf(words: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(words));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    throw damaged('its head cannot be read', error);
  }
  throw damaged('its head cannot be read');
}

/** Every entry is one, and the last is the end. */
export function checkLog(recording: Recording): void {
  const entries = new Entries(recording);
  try {
    for (;;) {
      if (entries.look() !== undefined) entries.skipSame();
      else if (entries.date() === undefined && entries.event()?.kind === 'end') break;
    }
    if (!entries.atEnd) throw new RangeError('something follows its end');
  } catch (error) {
    throw damaged(`at byte ${entries.at} of its log ${(error as Error).message}`, error);
  }
}
