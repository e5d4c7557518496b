/** What hal gives to the other components. */
import type { Hardware } from '../../rtl/resources.ts';
import type { Process } from '../ps/types.ts';
import type { Lines } from './lines.ts';

export interface Hal {
  /** Interrupt handlers and I/O port ranges. */
  readonly lines: Lines;
  /** Takes back what a device of a driver was given: ports, the interrupt's thread, memory. */
  revoke(process: Process, hardware: Hardware): void;
  /** The process's DMA adapter has done with its channel. */
  freeChannel(process: Process, adapter: number): void;
  /**
   * Frees what a driver holds: channels are masked and go to the next in the queue, interrupts stay
   * masked.
   */
  processEnded(process: Process): void;
}
