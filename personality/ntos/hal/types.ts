/** What hal gives to the other components. */
import type { Process } from '../ps/types.ts';
import type { Lines } from './lines.ts';

export interface Hal {
  /** Interrupt handlers and I/O port ranges. */
  readonly lines: Lines;
  /**
   * Frees what a driver holds: channels are masked and go to the next in the queue, interrupts stay
   * masked.
   */
  processEnded(process: Process): void;
}
