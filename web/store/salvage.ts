/**
 * What is found in the backend under a disk's name, put together as far as it goes.
 *
 *   salvage(found)      the disk, what of it is damaged, and that in words; undefined: nothing kept
 *   compare(seen, found)   what became of the state that a hold last saw
 *   trackList(...)         the places of damage, for people
 *
 * Of a damaged record the spare is believed. Where both are lost, the chunks tell how long the disk
 * was. A disk of version 1 has no sums: a chunk of it that is missing could be any that is absent,
 * so that all of these count as damaged.
 */

import { chunkCount, chunkLength, CHUNK_BYTES } from './chunks.ts';
import { StoreError } from './errors.ts';
import { FLOPPY_FORMATS, floppyFormat } from './formats.ts';
import { readableHead, type DiskHead } from './head.ts';
import { dataLength, NO_CHUNK, unpackChunk } from './record.ts';
import { SectorSet, type ByteRange } from './sector-set.ts';
import type { DiskDamage, DiskStanding } from './types.ts';

export interface FoundEntries {
  head: unknown;
  spare: unknown;
  /** By number, as they were found. */
  chunks: ReadonlyMap<number, unknown>;
}

export interface Salvaged {
  head: DiskHead;
  image: Uint8Array;
  damage: DiskDamage | undefined;
}

const LOST_RECORD = 'its record was lost, and what it was is guessed';
const SPARE_RECORD = 'its record is damaged; a copy of it was used';

export function salvage(found: FoundEntries): Salvaged | undefined {
  const known = knownHead(found);
  if (!known) return undefined;
  const { head, words } = known;
  const image = new Uint8Array(head.size);
  const bad = new SectorSet();
  bad.addAll(head.damaged);
  for (const { chunk, bytes, damaged } of unpackAll(head, found.chunks)) {
    const start = chunk * CHUNK_BYTES;
    image.set(bytes, start);
    bad.addAll(damaged.map(({ offset, length }) => ({ offset: start + offset, length })));
  }
  const ranges = bad.ranges();
  if (ranges.length === 0 && words === '') return { head, image, damage: undefined };
  return { head, image, damage: { ranges, words: describe(head.size, bad, words) } };
}

function describe(size: number, bad: SectorSet, words: string): string {
  const sectors = bad.size === 1 ? '1 sector' : `${bad.size.toLocaleString('en-US')} sectors`;
  const places = trackList(size, bad.ranges());
  const parts = bad.empty ? [] : [`${sectors} of it cannot be read (${places})`];
  return [...parts, ...(words ? [words] : [])].join('; ');
}

const MOST_TRACKS = 4;

/** `track 3 side 1, track 4 side 0 and 7 more`; offsets where no format is known. */
export function trackList(size: number, ranges: readonly ByteRange[]): string {
  const format = floppyFormat(size);
  if (!format) return ranges.map(({ offset }) => `from byte ${offset}`).join(', ');
  const track = format.sectors * format.sectorSize;
  const tracks = new Set<number>();
  for (const { offset, length } of ranges) {
    const last = Math.floor((offset + length - 1) / track);
    for (let at = Math.floor(offset / track); at <= last; at++) tracks.add(at);
  }
  const names = [...tracks].map(
    (at) => `track ${Math.floor(at / format.heads)} side ${at % format.heads}`,
  );
  const shown = names.slice(0, MOST_TRACKS).join(', ');
  return names.length > MOST_TRACKS ? `${shown} and ${names.length - MOST_TRACKS} more` : shown;
}

function knownHead(found: FoundEntries): { head: DiskHead; words: string } | undefined {
  const head = readableHead(found.head);
  if (head && (head.version === 2 || fits(head, found.chunks))) return { head, words: '' };
  const spare = readableHead(found.spare);
  // A spare alone is what a page before version 2 left when it deleted the disk.
  const deleted = found.head === undefined && found.chunks.size === 0;
  if (spare && (!deleted || spare.chunks === 0)) return { head: spare, words: SPARE_RECORD };
  if (found.chunks.size > 0) return { head: guessedHead(found.chunks), words: LOST_RECORD };
  if (found.head === undefined) return undefined;
  throw new StoreError('corrupt', 'The kept disk is damaged: nothing of it can be read.');
}

/** A head of version 1 has no check sum: it is believed where the chunks do not gainsay it. */
function fits({ size, chunks: count }: DiskHead, chunks: FoundEntries['chunks']): boolean {
  const entries = [...chunks];
  if (entries.some(([chunk]) => !(chunk < chunkCount(size)))) return false;
  const plain = ([chunk, record]: [number, unknown]): boolean =>
    record instanceof Uint8Array && record.length === chunkLength(size, chunk);
  return entries.length <= count && (entries.length === 0 || entries.some(plain));
}

/** The bytes of a record with sums; undefined where what is behind them is no sum of any sector. */
function packedLength(record: unknown): number | undefined {
  const length = record instanceof Uint8Array ? dataLength(record.length) : undefined;
  if (length === undefined) return undefined;
  const { damaged } = unpackChunk(record, length, undefined);
  const wrong = damaged.reduce((sum, range) => sum + range.length, 0);
  return wrong < length ? length : undefined;
}

function guessedHead(chunks: FoundEntries['chunks']): DiskHead {
  const last = Math.max(...chunks.keys());
  const record = chunks.get(last);
  const packed = packedLength(record);
  const length = packed ?? (record instanceof Uint8Array ? record.length : CHUNK_BYTES);
  const end = last * CHUNK_BYTES + Math.min(length, CHUNK_BYTES);
  const format = FLOPPY_FORMATS.find(({ bytes }) => bytes >= end);
  if (!format) throw new StoreError('corrupt', 'The kept disk is damaged: nothing tells its size.');
  const facts = { label: '', generation: 0, born: 0, modified: 0, damaged: [] };
  const version = packed === undefined ? 1 : 2;
  return { ...facts, version, size: format.bytes, chunks: chunks.size, sums: new Uint32Array() };
}

interface Unpacked {
  chunk: number;
  bytes: Uint8Array;
  damaged: ByteRange[];
}

function* unpackAll(head: DiskHead, chunks: FoundEntries['chunks']): Generator<Unpacked> {
  const lost = head.version === 1 && chunks.size < head.chunks;
  for (let chunk = 0; chunk < chunkCount(head.size); chunk++) {
    const length = chunkLength(head.size, chunk);
    const record = chunks.get(chunk);
    if (head.version === 1) {
      const plain = record === undefined ? undefined : unpackPlain(record, length);
      const absent = { bytes: new Uint8Array(length), damaged: [{ offset: 0, length }] };
      if (plain) yield { chunk, ...plain };
      else if (lost) yield { chunk, ...absent };
      continue;
    }
    const sum = head.sums[chunk];
    const expected = sum === undefined ? record !== undefined : sum !== NO_CHUNK;
    if (expected) yield { chunk, ...unpackChunk(record, length, sum) };
  }
}

/** Version 1: bytes and nothing else. */
function unpackPlain(record: unknown, length: number): Omit<Unpacked, 'chunk'> {
  if (record instanceof Uint8Array && record.length === length)
    return { bytes: record, damaged: [] };
  const bytes = new Uint8Array(length);
  if (record instanceof Uint8Array) bytes.set(record.subarray(0, length));
  return { bytes, damaged: [{ offset: 0, length }] };
}

/** `seen` is the state that a hold last saw or wrote, undefined where nothing was kept. */
export function compare(seen: DiskHead | undefined, found: FoundEntries): DiskStanding {
  const head = readableHead(found.head);
  const nothing = found.head === undefined && found.chunks.size === 0;
  if (!seen) return nothing ? 'same' : 'other';
  if (nothing) return 'gone';
  if (!head) return 'damaged';
  if (head.born !== seen.born || head.generation > seen.generation) return 'other';
  if (head.generation < seen.generation) return 'damaged';
  const known = new SectorSet();
  known.addAll(seen.damaged);
  const now = salvage(found)?.damage?.ranges ?? [];
  return sameRanges(known.ranges(), now) ? 'same' : 'damaged';
}

function sameRanges(one: readonly ByteRange[], other: readonly ByteRange[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
