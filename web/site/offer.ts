/**
 * The commands of a link: shown, and typed only when the reader says so. Once answered they leave
 * the address: a reload does not offer them again.
 *
 * They are shown with the disks that they can touch: which are the link's own, and which are the
 * reader's, where what they change stays. They belong to the disks that the link names. Nothing is
 * offered before all of these are in their drives, nor if one of them did not come or has left; a
 * sentence says so then.
 *
 *   offerCommands(place, machine, run, drives)   `drives`: those that the link names a disk for
 */
import type { NeptuneOs } from '../element/neptune-os.ts';
import { linesOf } from '../element/prompt.ts';
import type { DiskDetail, Drive, DriveView, FirstDiskResult } from '../element/types.ts';
import { leaveAddress } from './address.ts';

export function offerCommands(
  place: HTMLElement,
  machine: NeptuneOs,
  run: string,
  drives: readonly Drive[],
): void {
  const lines = linesOf(run);
  if (lines.length === 0) return;
  const offer = new Offer(place, machine, lines, drives);
  machine.addEventListener('neptune-disk', (event) => {
    const { drive, change } = (event as CustomEvent<DiskDetail>).detail;
    if (change === 'ejected' && drives.includes(drive)) offer.withdraw(drive);
    else offer.look();
  });
  if (drives.length === 0) return offer.show();
  const decided = (results: readonly FirstDiskResult[]): void => {
    const came = (drive: Drive): boolean =>
      results.some((result) => result.drive === drive && result.arrived);
    const missing = drives.find((drive) => !came(drive));
    if (missing) offer.withdraw(missing);
    else offer.show();
  };
  // A boot that did not begin has said why.
  machine.firstDisks.then(decided, () => undefined);
}

class Offer {
  readonly #place: HTMLElement;
  readonly #machine: NeptuneOs;
  readonly #lines: readonly string[];
  readonly #drives: readonly Drive[];
  readonly #disks = document.createElement('ul');
  /** Answered, or withdrawn. */
  #over = false;

  constructor(
    place: HTMLElement,
    machine: NeptuneOs,
    lines: readonly string[],
    drives: readonly Drive[],
  ) {
    this.#place = place;
    this.#machine = machine;
    this.#lines = lines;
    this.#drives = drives;
  }

  show(): void {
    if (this.#over) return;
    const count = this.#lines.length;
    const words = document.createElement('p');
    words.textContent = `This link brings ${count === 1 ? 'a command' : `${count} commands`}:`;
    const text = document.createElement('pre');
    text.tabIndex = 0;
    text.textContent = this.#lines.join('\n');
    this.look();
    const run = button('Run', () => this.#run());
    this.#place.replaceChildren(
      words,
      text,
      this.#disks,
      run,
      button('Dismiss', () => this.#close()),
    );
    this.#place.hidden = false;
  }

  /** What is in the drives now. */
  look(): void {
    const lines = this.#machine.drives
      .filter(({ bytes }) => bytes > 0)
      .map((view) => {
        const line = document.createElement('li');
        line.textContent = touched(view, this.#drives.includes(view.drive));
        line.classList.toggle('own', view.keeps);
        return line;
      });
    this.#disks.replaceChildren(...lines);
  }

  withdraw(drive: Drive): void {
    if (this.#over) return;
    this.#over = true;
    this.#place.hidden = true;
    this.#machine.say(
      `The commands in this link were left out: the disk that they are for is not in ${drive}`,
    );
  }

  #run(): void {
    if (this.#over) return;
    this.#machine.typeLines(this.#lines.join('\n'), { drives: this.#drives });
    this.#close();
  }

  #close(): void {
    this.#over = true;
    leaveAddress('run');
    this.#place.hidden = true;
    this.#machine.focus();
  }
}

function touched({ drive, label, state, keeps }: DriveView, ofLink: boolean): string {
  const disk = `${drive} ${label || 'unnamed disk'}`;
  const whose = ofLink ? `${disk}, of this link` : `${disk}, your own`;
  if (state === 'protected') return `${whose}: write-protected`;
  return keeps
    ? `${whose}: what the commands change is kept`
    : `${whose}: what the commands change lasts as long as this page`;
}

function button(name: string, pressed: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = name;
  element.addEventListener('click', pressed);
  return element;
}
