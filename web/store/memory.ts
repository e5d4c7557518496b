/**
 * A backend that lasts as long as the page, and can be told to fail.
 *
 * It keeps the same promises as the IndexedDB one (all or nothing, values copied in and out), so
 * that the store's suite runs against both. It is also what a page falls back to where the
 * browser keeps nothing.
 *
 *   createMemoryBackend()       a StoreBackend with `faults`
 *   faults.failPut(n, error)    the nth put from now (1 is the next) throws, amid its batch
 *   faults.quota                bytes of stored values beyond which a batch is refused
 */

import { StoreError } from './errors.ts';
import { describeFailure } from './failures.ts';
import type { KeyPath, StoreBackend, StoreBatch, StoreEntry } from './types.ts';

export interface MemoryFaults {
  failPut(nth: number, error: Error): void;
  quota: number;
}

export interface MemoryBackend extends StoreBackend {
  readonly faults: MemoryFaults;
}

/** IndexedDB's order of keys: numbers before strings, a path before those under it. */
function comparePaths(a: KeyPath, b: KeyPath): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const left = a[i]!;
    const right = b[i]!;
    if (left === right) continue;
    if (typeof left !== typeof right) return typeof left === 'number' ? -1 : 1;
    return left < right ? -1 : 1;
  }
  return a.length - b.length;
}

function isUnder(path: KeyPath, root: KeyPath): boolean {
  return path.length >= root.length && root.every((part, i) => path[i] === part);
}

function weight(entries: Iterable<StoreEntry>): number {
  let bytes = 0;
  for (const [, value] of entries) bytes += value instanceof Uint8Array ? value.length : 64;
  return bytes;
}

type Contents = Map<string, StoreEntry>;

function checkGuard(contents: Contents, batch: StoreBatch): void {
  if (!batch.guard) return;
  const found = contents.get(JSON.stringify(batch.guard.path))?.[1];
  if (batch.guard.holds(found)) return;
  throw new StoreError('conflict', 'The kept disk was changed elsewhere in the meantime.');
}

export function createMemoryBackend(): MemoryBackend {
  let contents: Contents = new Map();
  let puts = 0;
  let failing: { at: number; error: Error } | undefined;
  const faults: MemoryFaults = {
    quota: Infinity,
    failPut: (nth, error) => void (failing = { at: puts + nth, error }),
  };

  function put(next: Contents, [path, value]: StoreEntry): void {
    puts++;
    if (puts === failing?.at) throw failing.error;
    next.set(JSON.stringify(path), [[...path], structuredClone(value)]);
  }

  function apply(batch: StoreBatch): void {
    checkGuard(contents, batch);
    const next: Contents = new Map(contents);
    for (const [key, [path]] of contents) {
      if (batch.clear.some((root) => isUnder(path, root))) next.delete(key);
    }
    for (const entry of batch.put) put(next, entry);
    if (weight(next.values()) > faults.quota) {
      throw new StoreError('quota', 'There is no room left to keep this disk.');
    }
    contents = next;
  }

  function under(root: KeyPath): StoreEntry[] {
    const found = [...contents.values()].filter(([path]) => isUnder(path, root));
    found.sort((a, b) => comparePaths(a[0], b[0]));
    return found.map(([path, value]) => [path, structuredClone(value)]);
  }

  return {
    faults,
    // A turn of the event loop lies between a call and its effect, as with a real database.
    read: async (paths) => (await Promise.resolve(), paths.map(under)),
    write: async (batch) => {
      await Promise.resolve();
      try {
        apply(batch);
      } catch (error) {
        throw describeFailure(error);
      }
    },
    close: () => undefined,
  };
}
