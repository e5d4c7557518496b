/**
 * What one change of a kept disk writes: a new head, and the chunks that it speaks of.
 *
 *   chunksEdit(place, head, records, changes)   the chunks that the changes touch; throws `corrupt`
 *                                               where one of them is not what was written
 *   wholeEdit(place, image, facts)              a whole image in the place of whatever is there
 *   marksEdit(head, marks)                      label and tab alone
 *
 * Nothing here reads or writes the backend.
 */

import { applyChanges, chunkCount, chunkLength, splitImage, type Chunks } from './chunks.ts';
import { StoreError } from './errors.ts';
import { chunkPath, chunksPath, type DiskHead } from './head.ts';
import { NO_CHUNK, packChunk, unpackChunk } from './record.ts';
import { SectorSet, type ByteRange } from './sector-set.ts';
import type { DiskChange, DiskFacts, DiskMarks, KeyPath, StoreEntry } from './types.ts';

export interface Edit {
  /** Undefined: none. */
  head: DiskHead | undefined;
  clear: KeyPath[];
  put: StoreEntry[];
  /** Bytes of the image that are written. */
  bytes: number;
}

export interface Place {
  readonly prefix: string;
  readonly name: string;
}

/** `records` has what was found of each chunk that the changes touch. */
export function chunksEdit(
  { prefix, name }: Place,
  head: DiskHead,
  records: ReadonlyMap<number, unknown>,
  changes: readonly DiskChange[],
  tracks: Uint8Array | undefined = head.tracks,
): Edit {
  const before: Chunks = new Map();
  for (const [chunk, record] of records) before.set(chunk, soundChunk(head, chunk, record));
  const edit: Edit = { head: undefined, clear: [], put: [], bytes: 0 };
  const sums = head.sums.slice();
  for (const [chunk, bytes] of applyChanges(head.size, before, changes)) {
    const path = chunkPath(prefix, name, chunk);
    sums[chunk] = NO_CHUNK;
    if (!bytes) edit.clear.push(path);
    else sums[chunk] = putChunk(edit, path, bytes);
  }
  const damaged = withoutChanged(head.damaged, changes);
  const chunks = sums.reduce((count, sum) => count + Number(sum !== NO_CHUNK), 0);
  const generation = head.generation + 1;
  edit.head = { ...head, generation, chunks, sums, damaged, modified: Date.now() };
  keepTracks(edit.head, tracks);
  return edit;
}

export interface WholeFacts extends DiskFacts {
  /** Default: the label that it had. */
  label?: string | undefined;
  before?: DiskHead | undefined;
  /** The new generation is above this one, and above that of `before`. */
  least?: number;
}

export function wholeEdit({ prefix, name }: Place, image: Uint8Array, facts: WholeFacts): Edit {
  const { label, before, least = 0, damaged = [], tracks, origin, writeProtected } = facts;
  const now = Date.now();
  const edit: Edit = { head: undefined, clear: [chunksPath(prefix, name)], put: [], bytes: 0 };
  const sums = new Uint32Array(chunkCount(image.length));
  const chunks = splitImage(image);
  for (const [chunk, bytes] of chunks) {
    sums[chunk] = putChunk(edit, chunkPath(prefix, name, chunk), bytes);
  }
  edit.head = {
    version: 2,
    label: label ?? before?.label ?? '',
    size: image.length,
    generation: Math.max(before?.generation ?? 0, least) + 1,
    born: before?.born ?? now,
    modified: facts.modified ?? now,
    chunks: chunks.size,
    sums,
    damaged,
    ...(origin && { origin }),
    ...(writeProtected && { writeProtected }),
  };
  keepTracks(edit.head, tracks);
  return edit;
}

/** The bytes stay, and so does the day on which they were last changed. */
export function marksEdit(head: DiskHead, { label, writeProtected }: DiskMarks): Edit {
  const marked: DiskHead = { ...head, generation: head.generation + 1 };
  if (label !== undefined) marked.label = label;
  if (writeProtected === true) marked.writeProtected = true;
  if (writeProtected === false) delete marked.writeProtected;
  return { head: marked, clear: [], put: [], bytes: 0 };
}

/** No bytes stand for none: a disk may become plain again. */
function keepTracks(head: DiskHead, tracks: Uint8Array | undefined): void {
  if (tracks && tracks.length > 0) head.tracks = tracks.slice();
  else delete head.tracks;
}

export function conflict(): StoreError {
  return new StoreError('conflict', 'The kept disk was changed elsewhere in the meantime.');
}

export function damagedError(words: string): StoreError {
  return new StoreError('corrupt', `The kept disk is damaged: ${words}.`);
}

/** A chunk as it is kept, undefined for zeros; throws where it is not what was written. */
function soundChunk(head: DiskHead, chunk: number, record: unknown): Uint8Array | undefined {
  const sum = head.sums[chunk] ?? NO_CHUNK;
  if (sum === NO_CHUNK) return undefined;
  const { bytes, damaged } = unpackChunk(record, chunkLength(head.size, chunk), sum);
  if (damaged.length > 0) throw damagedError(`part ${chunk} is not what was written`);
  return bytes;
}

/** The chunk's sum, for the head. */
function putChunk(edit: Edit, path: KeyPath, bytes: Uint8Array): number {
  const { record, sum } = packChunk(bytes);
  edit.put.push([path, record]);
  edit.bytes += bytes.length;
  return sum;
}

/** What a sector held counts no more once all of it was written. */
function withoutChanged(
  damaged: readonly ByteRange[],
  changes: readonly DiskChange[],
): readonly ByteRange[] {
  if (damaged.length === 0) return damaged;
  const left = new SectorSet();
  left.addAll(damaged);
  for (const { offset, bytes } of changes) left.removeWhole(offset, bytes.length);
  return left.ranges();
}
