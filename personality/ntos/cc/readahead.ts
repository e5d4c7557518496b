/**
 * Reading ahead: how a file is read, and so what is loaded together with what is missing.
 *
 *   new AccessPattern()
 *   observe(offset, length)   a read; how many bytes behind it are likely to be next, or, below 0,
 *                             before it
 *   reset()                   the file has become shorter
 *
 * forward    a read that starts where the last one ended
 * backward   one that ends where the last one started
 * strided    the third of a row of reads at one distance, forward or backward, of at most STRIDE
 *            bytes: then what lies between costs less than another request
 *
 * Each doubles the window, up to TRANSFER_LIMIT, and makes it at least as long as the read itself;
 * any other read closes it. The window is never
 * loaded by itself, so that it costs no request of its own.
 */
import { TRANSFER_LIMIT } from './types.ts';

const FIRST_WINDOW = 0x2000;
/** A track of the usual disk, about. */
const STRIDE = 0x4000;

export class AccessPattern {
  #start = 0;
  #end = 0;
  #distance = 0;
  #window = 0;

  observe(offset: number, length: number): number {
    const distance = offset - this.#start;
    const backward = length > 0 && offset + length === this.#start;
    const strided = distance === this.#distance && distance !== 0 && Math.abs(distance) <= STRIDE;
    const goesOn = offset === this.#end || backward || strided;
    this.#start = offset;
    this.#end = offset + length;
    this.#distance = distance;
    const wider = Math.max(this.#window * 2, FIRST_WINDOW, length);
    this.#window = goesOn ? Math.min(wider, TRANSFER_LIMIT) : 0;
    const down = backward || (strided && distance < 0);
    return goesOn && down ? 0 - Math.min(this.#window, offset) : this.#window;
  }

  reset(): void {
    this.#start = this.#end = this.#distance = this.#window = 0;
  }
}
