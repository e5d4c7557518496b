/** A recorded session, and what its replay finds. */

/** What of a running system is compared. */
export interface Witness {
  /** How often the kernel was entered. */
  entries(): number;
  /** Hash of a part of the memories, or of all of both; `part` counts on for ever. */
  hash(part?: number): number;
}

/** What a worker hands over: all that a replay needs beside the same code. */
export interface Recording {
  /** Of the code that ran. */
  readonly build: string;
  readonly ramBytes: number;
  readonly speed: 'fast' | 'real';
  /** The session went on when this log was full. */
  readonly full: boolean;
  readonly log: Uint8Array;
  /** What arrived, and what the page did, in the order of the log. */
  readonly values: readonly unknown[];
}

export interface ReplayResult {
  /** The kernel's entries at the end, or where it was stopped. */
  entries: number;
  /** Of the kernel's memory and RAM then. */
  hash: number;
  /** The entry by which it differs from what was recorded; the result is of that place then. */
  differsAt?: number;
  /** And how, in words. */
  why?: string;
}
