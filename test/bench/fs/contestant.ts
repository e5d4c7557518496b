/**
 * What each contestant can do with its disk. One operation is one repetition of a row, and does
 * what a program would: what can answer at once returns nothing, and what must wait a promise. A
 * failure throws.
 *
 * Paths are as FAT libraries have them, 'DIR/FILE.TXT'.
 */
import type { Awaitable } from '../../../personality/sel4/types.ts';
import type { Counts, Pace } from './measure.ts';

export interface Files {
  /** From BIG.BIN, which is open. Bytes go to a buffer of the program's own. */
  read(offset: number, length: number): Awaitable<unknown>;
  write(offset: number, length: number): Awaitable<unknown>;
  /** The same of an open that asks for no cache; absent: there is no cache. */
  readUncached?(offset: number, length: number): Awaitable<unknown>;
  openReadClose(path: string, length: number): Awaitable<unknown>;
  openClose(path: string): Awaitable<unknown>;
  attributes(path: string): Awaitable<unknown>;
  /** It must not be there. */
  openMissing(path: string): Awaitable<unknown>;
  /** How many names there are. */
  list(path: string): Awaitable<number>;
  create(path: string, length: number, flush: boolean): Awaitable<unknown>;
  /** All that was written is on the medium. */
  flush(): Awaitable<unknown>;
  remove(path: string): Awaitable<unknown>;
  rename(from: string, to: string): Awaitable<unknown>;
  makeDirectory(path: string): Awaitable<unknown>;
  /** By reading and writing, as the shell does. */
  copyFile(from: string, to: string): Awaitable<unknown>;
  /** Nothing of the disk is remembered any more; BIG.BIN is open again. */
  forget(): Awaitable<unknown>;
  /** Bytes of BIG.BIN as they come: to see that all read the same. */
  bytes(offset: number, length: number): Awaitable<Uint8Array>;
}

/** Files, and how they are measured. */
export interface Contestant {
  readonly name: string;
  /** Microseconds for one repetition, of each round; none where it cannot do that. */
  measure(row: string, pace: Pace): Promise<number[]>;
  /** Exact counts of one repetition; absent: nothing is counted. */
  count?(row: string): Promise<Counts>;
  /** All of BIG.BIN, as it reads it. */
  bigFile(): Promise<Uint8Array>;
  end(): void;
}
