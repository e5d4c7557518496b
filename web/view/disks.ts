/**
 * The sectors of the disks in a machine's drives, asked for when a disk has come, and again a while
 * after it was last written: each asking costs the system something.
 *
 *   new Disks(machine)
 *   look(drives)   those of the drives that have a disk, as far as they are to be asked for now
 */
import type { NeptuneOs } from '../element/neptune-os.ts';
import type { DriveLook } from '../machine/look.ts';
import { LETTERS } from './data/disk.ts';
import type { DiskSectors } from './data/types.ts';

/** Milliseconds without a write before a disk is looked at anew. */
const QUIET = 1500;

const EMPTY: DiskSectors = { sectors: [], error: 'No disk is in.' };

export class Disks {
  readonly #machine: NeptuneOs;
  readonly #known = new Map<string, DiskSectors>();
  /** From when on it is to be asked for again: performance.now(). */
  readonly #due = new Map<string, number>();

  constructor(machine: NeptuneOs) {
    this.#machine = machine;
    machine.addEventListener('neptune-disk', ({ detail }) => {
      const swapped = detail.change === 'inserted' || detail.change === 'ejected';
      this.#due.set(detail.drive, performance.now() + (swapped ? 0 : QUIET));
      if (swapped) this.#known.delete(detail.drive);
    });
    machine.addEventListener('neptune-ready', () => this.#known.clear());
  }

  async look(drives: readonly DriveLook[]): Promise<ReadonlyMap<string, DiskSectors>> {
    for (const [i, drive] of LETTERS.entries()) {
      if (drives[i]?.medium === undefined) this.#known.set(drive, EMPTY);
      else if (this.#isDue(drive)) this.#known.set(drive, await this.#ask(drive));
    }
    return new Map(this.#known);
  }

  #isDue(drive: string): boolean {
    const known = this.#known.get(drive);
    if (known === undefined || known === EMPTY) return true;
    return performance.now() >= (this.#due.get(drive) ?? Infinity);
  }

  async #ask(drive: string): Promise<DiskSectors> {
    this.#due.delete(drive);
    try {
      return { sectors: await this.#machine.sectors(drive), error: '' };
    } catch (error) {
      // The disk may be coming: it is asked for again.
      this.#due.set(drive, performance.now() + QUIET);
      return { sectors: [], error: error instanceof Error ? error.message : String(error) };
    }
  }
}
