/**
 * Reading ahead: how a file is read, and so what is loaded together with what is missing.
 *
 *   new AccessPattern()
 *   observe(offset, length, there)   a read; how many bytes behind it are likely to be next, or,
 *                                    below 0, before it. `there`: all of it is in the cache
 *   reset()                          the file has become shorter
 *
 * forward    a read that starts where the last one ended
 * backward   one that ends where the last one started
 * strided    the third of a row of reads at one distance, forward or backward, of at most STRIDE
 *            bytes: then what lies between costs less than another request
 *
 * Each doubles the window, up to TRANSFER_LIMIT, and makes it at least as long as the read itself;
 * any other read closes it. The window is never loaded by itself, so that it costs no request of
 * its own.
 *
 * Of a file that several read at once there are as many rows of reads: a read that goes on none of
 * them belongs to the one that was nearby, or begins another in the place of the oldest.
 */
import { TRANSFER_LIMIT } from './types.ts';

const FIRST_WINDOW = 0x2000;
/** A track of the usual disk, about. */
const STRIDE = 0x4000;
/** Rows of reads that are remembered. */
const ROWS = 4;

interface Row {
  start: number;
  end: number;
  distance: number;
  window: number;
}

const newRow = (): Row => ({ start: 0, end: 0, distance: 0, window: 0 });

export class AccessPattern {
  #rows: Row[] = [newRow()];
  /** The one that was read last: mostly that goes on. */
  #last = this.#rows[0] as Row;
  /** The next to be given up. */
  #turn = 0;

  observe(offset: number, length: number, there = false): number {
    let row = this.#last;
    if (!continues(row, offset, length)) {
      // Hot: what is there needs no window, and its row is found again when it comes to miss.
      if (there) return 0;
      row = this.#rowOf(offset, length);
    }
    const goesOn = continues(row, offset, length);
    const distance = offset - row.start;
    const down = offset + length === row.start || (strided(row, offset) && distance < 0);
    const wider = Math.max(row.window * 2, FIRST_WINDOW, length);
    row.start = offset;
    row.end = offset + length;
    row.distance = distance;
    row.window = goesOn ? Math.min(wider, TRANSFER_LIMIT) : 0;
    this.#last = row;
    return goesOn && down && length > 0 ? 0 - Math.min(row.window, offset) : row.window;
  }

  reset(): void {
    this.#rows = [(this.#last = newRow())];
  }

  #rowOf(offset: number, length: number): Row {
    const rows = this.#rows;
    for (const row of rows) {
      // It went on meanwhile in what had been read ahead for it.
      if (offset > row.end && offset <= row.end + row.window) row.end = offset;
      if (continues(row, offset, length)) return row;
    }
    const near = rows.find(({ start }) => Math.abs(offset - start) <= STRIDE);
    if (near) return near;
    if (rows.length < ROWS) return (rows[rows.length] = newRow());
    return rows[this.#turn++ % ROWS] as Row;
  }
}

function continues(row: Row, offset: number, length: number): boolean {
  const backward = length > 0 && offset + length === row.start;
  return offset === row.end || backward || strided(row, offset);
}

function strided({ start, distance }: Row, offset: number): boolean {
  return offset - start === distance && distance !== 0 && Math.abs(distance) <= STRIDE;
}
