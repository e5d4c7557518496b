/**
 * An image as chunks of 16 KiB, which is how it lies in the database.
 *
 * A chunk of zeros is not kept: a blank disk costs next to nothing. The last chunk may be short.
 * How a chunk is stored, with its check sums, is record.ts; what is stored is always a copy, since
 * the database may take it later, and shared memory cannot be stored at all.
 *
 *   splitImage(image)                      its chunks that are not all zero, in their place
 *   copyChanges(changes)                   the changes as they are now
 *   touchedChunks(size, changes)           which chunks they fall into; throws if outside the disk
 *   applyChanges(size, chunks, changes)    those chunks with the changes in them, in order
 */

import { StoreError } from './errors.ts';
import type { DiskChange } from './types.ts';

export const CHUNK_BYTES = 16 * 1024;

/** Chunk number to its bytes; undefined, or no entry: all zero. */
export type Chunks = Map<number, Uint8Array | undefined>;

export function chunkCount(size: number): number {
  return Math.ceil(size / CHUNK_BYTES);
}

export function chunkLength(size: number, chunk: number): number {
  return Math.min(CHUNK_BYTES, size - chunk * CHUNK_BYTES);
}

export function isZero(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

export function splitImage(image: Uint8Array): Map<number, Uint8Array> {
  const chunks = new Map<number, Uint8Array>();
  for (let at = 0; at < image.length; at += CHUNK_BYTES) {
    const bytes = image.subarray(at, at + CHUNK_BYTES);
    if (!isZero(bytes)) chunks.set(at / CHUNK_BYTES, bytes);
  }
  return chunks;
}

export function copyChanges(changes: readonly DiskChange[]): DiskChange[] {
  return changes.map(({ offset, bytes }) => ({ offset, bytes: new Uint8Array(bytes) }));
}

export function touchedChunks(size: number, changes: readonly DiskChange[]): number[] {
  const touched = new Set<number>();
  for (const { offset, bytes } of changes) {
    const end = offset + bytes.length;
    if (!Number.isInteger(offset) || offset < 0 || end > size) {
      const where = `${offset} to ${end}`;
      const message = `A change at ${where} lies outside the disk of ${size} bytes.`;
      throw new StoreError('bad-argument', message);
    }
    for (let at = offset; at < end; at = (Math.floor(at / CHUNK_BYTES) + 1) * CHUNK_BYTES) {
      touched.add(Math.floor(at / CHUNK_BYTES));
    }
  }
  return [...touched].sort((a, b) => a - b);
}

/**
 * `chunks` are the touched ones as they were; the answer has the same keys, undefined where all
 * is zero now.
 */
export function applyChanges(size: number, chunks: Chunks, changes: readonly DiskChange[]): Chunks {
  const now: Chunks = new Map();
  for (const [chunk, before] of chunks) {
    now.set(chunk, before?.slice() ?? new Uint8Array(chunkLength(size, chunk)));
  }
  for (const { offset, bytes } of changes) writeAcross(now, offset, bytes);
  for (const [chunk, bytes] of now) {
    if (bytes && isZero(bytes)) now.set(chunk, undefined);
  }
  return now;
}

function writeAcross(chunks: Chunks, offset: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) {
    const chunk = Math.floor((offset + done) / CHUNK_BYTES);
    const inside = offset + done - chunk * CHUNK_BYTES;
    const part = bytes.subarray(done, done + CHUNK_BYTES - inside);
    chunks.get(chunk)?.set(part, inside);
    done += part.length;
  }
}
