/** A process as one of its threads holds it. */
import type { ProcessParameters } from '../rtl/processparameters.ts';
import type { Seh } from '../rtl/seh/index.ts';
import type { Thread, Window } from '../sel4/types.ts';
import type { Heap } from './heap.ts';

/** What a thread of a native image runs; it resolves to the exit status. */
export type NativeMain = (process: NtProcess) => Promise<number>;

/** What has come for a thread: the number of a routine, and three words for it. */
export interface Apc {
  readonly routine: number;
  readonly context: number;
  readonly argument1: number;
  readonly argument2: number;
}

export type ApcRoutine = (process: NtProcess, apc: Apc) => Promise<void> | void;

/** What all threads of a process have in common. */
export interface SharedByThreads {
  /** Functions of threads that have been made and have not started, by their number. */
  readonly starts: Map<number, NativeMain>;
  lastStart: number;
  /** APC routines, by their number less one. */
  readonly routines: ApcRoutine[];
  /** APCs have ended something that was no wait: they run before the service returns. */
  readonly deliverApcs: (process: NtProcess) => Promise<void>;
  /** Environment, current directory, standard handles: parameters.ts. */
  readonly parameters: ProcessParameters;
}

export interface NtProcess {
  readonly thread: Thread;
  /** Slot of the badged endpoint to the Executive. */
  readonly serviceSlot: number;
  readonly serviceBuffer: Window;
  readonly heap: Heap;
  readonly commandLine: string;
  /** This thread's outermost frame of structured exception handling (seh.ts). */
  readonly seh: Seh;
  readonly shared: SharedByThreads;
  /** Fetched, and not run yet: oldest first. */
  readonly apcs: Apc[];
  /** A service call of this thread is under way. */
  busy: boolean;
}
