/**
 * What may be in files that are written while drivers die.
 *
 * A file is a row of blocks, each written whole with one number. For each block the model keeps
 * every number that may be found there: what was flushed, and what was written since. A flush that
 * was acknowledged leaves only what was written last through that very handle; a write that failed
 * may have been done or not.
 */
import { assert } from 'chai';

export const BLOCKS = 8;
export const BLOCK = 512;

export function blockOf(version: number): Uint8Array {
  const bytes = new Uint8Array(BLOCK);
  new Uint32Array(bytes.buffer).fill(version);
  return bytes;
}

/** The block's number; throws where it is of two writes. */
export function versionOf(bytes: Uint8Array): number {
  const words = new Uint32Array(bytes.slice().buffer);
  const [version = -1] = words;
  assert.isTrue(
    words.every((word) => word === version),
    'a block of two writes',
  );
  return version;
}

export class FileModel {
  readonly #possible: Set<number>[] = Array.from({ length: BLOCKS }, () => new Set([0]));
  /** Written through the handle that is open, and acknowledged: the last of it. */
  readonly #written = new Map<number, number>();
  /** Tried through that handle after what was acknowledged, and failed. */
  readonly #failed = new Map<number, Set<number>>();

  /** Another handle: what was written through the one before may be lost if it was not flushed. */
  opened(): void {
    this.#written.clear();
    this.#failed.clear();
  }

  wrote(block: number, version: number, acknowledged: boolean): void {
    this.#possible[block]!.add(version);
    if (acknowledged) {
      this.#written.set(block, version);
      this.#failed.delete(block);
    } else {
      const failed = this.#failed.get(block) ?? new Set();
      this.#failed.set(block, failed.add(version));
    }
  }

  flushed(): void {
    for (const [block, version] of this.#written)
      this.#possible[block] = new Set([version, ...(this.#failed.get(block) ?? [])]);
  }

  /** `sameHandle`: no failure since the handle was opened: its writes are seen. */
  check(block: number, version: number, where: string): void {
    const possible = [...this.#possible[block]!];
    assert.include(possible, version, `${where}, block ${block}: lost`);
    const last = this.#written.get(block);
    if (last !== undefined && !this.#failed.has(block))
      assert.equal(version, last, `${where}, block ${block}: not what this handle wrote last`);
  }
}
