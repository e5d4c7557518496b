/**
 * The drives' signs on their way to the page: whatever happens within a few hundredths of a second
 * is one piece, since no eye sees more; while nothing happens nothing is sent.
 *
 *   changed()    something of them has changed
 */
import type { Door } from '../../personality/sel4/door.ts';
import type { DriveSigns, Machine } from '../machine/types.ts';

const GATHER_MS = 40;
const DRIVES = [0, 1];
const NONE: DriveSigns = { selected: false, turns: false, steps: 0, reads: 0, writes: 0 };

export class DriveLine {
  readonly #machine: Pick<Machine, 'signs'>;
  readonly #door: Door;
  readonly #send: (signs: readonly DriveSigns[]) => void;
  #told: readonly DriveSigns[] = [];
  #waits = false;

  constructor(
    machine: Pick<Machine, 'signs'>,
    door: Door,
    send: (signs: readonly DriveSigns[]) => void,
  ) {
    this.#machine = machine;
    this.#door = door;
    this.#send = send;
  }

  changed(): void {
    if (this.#waits) return;
    this.#waits = true;
    this.#door.later(() => this.#tell(), GATHER_MS);
  }

  #tell(): void {
    this.#waits = false;
    const now = DRIVES.map((drive) => this.#machine.signs(drive));
    const news = now.map((signs, i) => since(this.#told[i] ?? NONE, signs));
    this.#told = now;
    this.#send(news);
  }
}

/** The counts are those of the time between. */
function since(old: DriveSigns, now: DriveSigns): DriveSigns {
  return {
    ...now,
    steps: now.steps - old.steps,
    reads: now.reads - old.reads,
    writes: now.writes - old.writes,
  };
}
