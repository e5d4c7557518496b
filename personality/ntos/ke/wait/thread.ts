/**
 * What waiting keeps with a thread. A thread has one service call at a time, and so one wait.
 */
import type { Apc } from '../apc.ts';

export interface KWait {
  /** Dispatcher objects. */
  readonly objects: readonly object[];
  retry(): void;
}

export interface KThread {
  /** Run when the thread ends, last added first: ways to stop what it waits for. */
  readonly rundown: Set<() => void>;
  /** Mutants that it owns, oldest first: abandoned when it ends. */
  readonly mutants: Set<{ abandon(): void }>;
  /** User APCs that have not been fetched, oldest first. */
  readonly apcs: Apc[];
  /** Of APCs that it has not fetched, and of those that were promised (apc.ts). */
  apcPlaces: number;
  /** A wait has ended for the sake of an APC: the next fetch is for APCs, not for an alert. */
  apcPending: boolean;
  /** An alert that found it not waiting, or not alertable. */
  alerted: boolean;
  /** While it waits alertably: ends that wait with the status. */
  interrupt: ((status: number) => void) | undefined;
  /** How many more times it was suspended than resumed. Above zero it is not answered. */
  suspendCount: number;
  /** While it waits: `retry` is called when the count is zero again. */
  wait: KWait | undefined;
}
