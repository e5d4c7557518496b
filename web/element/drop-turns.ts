/**
 * Copies onto one drive, one after the other: two at once would share its line, its room and its
 * head.
 *
 *   inTurn(host, drive, what, work)   does `work` when all that was to be copied there before is
 *                                     done. Until then a line names what waits, in the order of
 *                                     asking, with a button that gives up all of it
 */
import type { DropHost } from './drop.ts';
import type { Drive } from './types.ts';

interface Waiting {
  readonly what: string;
  go(mayWork: boolean): void;
}

class Turns {
  readonly #panel: DropHost['panel'];
  readonly #drive: Drive;
  #isBusy = false;
  #waiting: Waiting[] = [];
  /** The line that is shown. */
  #said = '';

  constructor(panel: DropHost['panel'], drive: Drive) {
    [this.#panel, this.#drive] = [panel, drive];
  }

  async run(what: string, work: () => Promise<void>): Promise<void> {
    if (this.#isBusy && !(await this.#wait(what))) return;
    this.#isBusy = true;
    try {
      await work();
    } finally {
      // Who is next has the turn at once: nobody comes in between.
      const next = this.#waiting.shift();
      this.#isBusy = next !== undefined;
      this.#tell();
      next?.go(true);
    }
  }

  #wait(what: string): Promise<boolean> {
    return new Promise((go) => {
      this.#waiting.push({ what, go });
      this.#tell();
    });
  }

  #tell(): void {
    if (this.#said) this.#panel.dismiss(this.#said);
    const names = this.#waiting.map(({ what }) => what).join(', then ');
    this.#said = names && `To be copied onto ${this.#drive} after that: ${names}.`;
    const act = (): void => this.#giveUp();
    if (names) this.#panel.say(this.#said, { offer: { label: 'Do not copy', act } });
  }

  #giveUp(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#tell();
    const names = waiting.map(({ what }) => what).join(', ');
    this.#panel.say(`Given up: the copying of ${names} onto ${this.#drive}.`);
    for (const { go } of waiting) go(false);
  }
}

const all = new WeakMap<DropHost['panel'], Map<Drive, Turns>>();

export function inTurn(
  { panel }: DropHost,
  drive: Drive,
  what: string,
  work: () => Promise<void>,
): Promise<void> {
  const drives = all.get(panel) ?? new Map<Drive, Turns>();
  all.set(panel, drives);
  const turns = drives.get(drive) ?? new Turns(panel, drive);
  drives.set(drive, turns);
  return turns.run(what, work);
}
