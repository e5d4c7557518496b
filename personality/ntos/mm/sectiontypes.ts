/**
 * What a section is made of: memory, or a file. mm maps the pages, whoever has them.
 *
 * Pages are numbered from the section's start.
 */
import type { Awaitable } from '../../sel4/types.ts';

export interface SectionBacking {
  /** In bytes. */
  readonly size: number;
  /** Views of a file's pages take from the cache, and are charged so. */
  readonly isFile: boolean;
  /** Physical addresses of pages that stay until `letGo`. */
  hold(first: number, count: number, writable: boolean): Awaitable<HeldPages>;
  /** What views have written to those pages is where it belongs when this returns. */
  flush(first: number, count: number): Awaitable<number>;
  /** STATUS_SUCCESS: it is at least that long now. */
  extend(size: number): Awaitable<number>;
  /** The section is gone, and all its views. */
  close(): void;
}

export interface HeldPages {
  readonly status: number;
  readonly pages: readonly number[];
  letGo(): void;
}
