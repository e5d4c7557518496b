/** A process as its own code holds it. */
import type { Thread, Window } from '../sel4/types.ts';
import type { Heap } from './heap.ts';

export interface NtProcess {
  readonly thread: Thread;
  /** Slot of the badged endpoint to the Executive. */
  readonly serviceSlot: number;
  readonly serviceBuffer: Window;
  readonly heap: Heap;
  readonly commandLine: string;
  /** A service call is under way. */
  busy: boolean;
}
