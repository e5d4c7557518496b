/** A recorded session, what its replay finds, and how its time is held. */
import type { KernelSnapshot } from '../agent-protocol.ts';

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

/** A mark of the trace (personality/rtl/watch.ts); of its words, those that are said. */
export interface WantedMark {
  readonly kind: number;
  readonly words?: readonly (number | undefined)[];
}

/** What ends a step: an entry into the kernel, a message, a command, a counter's change, a mark. */
export type Until =
  | 'entry'
  | 'message'
  | 'command'
  /** Of the kernel or the machine. */
  | { readonly counter: string }
  | WantedMark;

export interface TimeRequest {
  /** Default: nothing, and what is so is answered. */
  readonly do?: 'pause' | 'resume' | 'step' | 'slow';
  readonly until?: Until;
  /** How many times slower. */
  readonly times?: number;
}

export interface TimeState {
  readonly paused: boolean;
  /** How often the kernel was entered. */
  readonly entry: number;
  readonly slow: number;
  /** The kernel's objects as they stand, where no copy can be asked: in *isolated*, held. */
  readonly kernel?: Uint32Array;
}

/** What is asked about the past of a session: when was it so, and who did it? */
export type Question =
  /** Bytes of RAM, or of the kernel's memory, changed. */
  | { readonly changed: 'ram' | 'kernel'; readonly address: number; readonly length?: number }
  /** A sector of a disk was written: 512 bytes. */
  | { readonly written: number; readonly sector: number }
  /** A counter of the kernel or the machine changed. */
  | { readonly counter: string }
  /** A mark in the trace, while the session was watched. */
  | WantedMark
  /** A thread raised a fault, or ended. */
  | { readonly fault: true }
  /** A command line has ended. */
  | { readonly command: true };

export interface Finding {
  /** The kernel's entries by then. */
  readonly entry: number;
  /** Microseconds since the session began. */
  readonly time: number;
  /** The image of the process; `Executive`; '' where nobody ran: a device, by itself. */
  readonly process: string;
  /** Who ran: the number that the kernel's trace has; 0: nobody. */
  readonly thread: number;
  /** Done by the thread's own code, by the kernel in its call, or by a device. */
  readonly by: 'thread' | 'kernel' | 'device';
  /** What it was and became; of a mark, its words. */
  readonly words: readonly number[];
}

export interface Found {
  /** The last ones, oldest first. */
  readonly last: readonly Finding[];
  /** All of them. */
  readonly count: number;
}

export interface VisitRequest {
  /** Default: to its end. */
  readonly until?: number;
  /** Asks the copy for a snapshot with the kernel's objects, when it is there. */
  readonly snapshot?: boolean;
  /** Of the copy's RAM or kernel's memory then. */
  readonly memory?: {
    readonly of: 'ram' | 'kernel';
    readonly address: number;
    readonly length: number;
  };
  readonly questions?: readonly Question[];
  /** Findings of each question that are answered: the last 200, or so many, 10,000 at most. */
  readonly keep?: number;
  /** The last place before `before`, and the first after `after`, where such a step ended. */
  readonly step?: { readonly by: Until; readonly before?: number; readonly after?: number };
}

export interface VisitResult extends ReplayResult {
  readonly snapshot?: KernelSnapshot;
  readonly memory?: Uint8Array;
  /** In the order of the questions. */
  readonly found: readonly Found[];
  /** Where that step ended. */
  readonly place?: number;
}
