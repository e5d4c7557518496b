/**
 * The commands of a link: shown, and typed only when the reader says so. Once answered they leave
 * the address: a reload does not offer them again.
 *
 * They belong to the disks that the link names. Nothing is offered before all of these are in their
 * drives, nor if one of them did not come or has left; a sentence says so then.
 *
 *   offerCommands(place, machine, run, drives)   `drives`: those that the link names a disk for
 */
import type { NeptuneOs } from '../element/neptune-os.ts';
import { linesOf } from '../element/prompt.ts';
import type { DiskDetail, Drive } from '../element/types.ts';
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
  });
  if (drives.length === 0) return offer.show();
  void machine.firstDisks.then((results) => {
    const came = (drive: Drive): boolean =>
      results.some((result) => result.drive === drive && result.arrived);
    const missing = drives.find((drive) => !came(drive));
    if (missing) offer.withdraw(missing);
    else offer.show();
  });
}

class Offer {
  readonly #place: HTMLElement;
  readonly #machine: NeptuneOs;
  readonly #lines: readonly string[];
  readonly #drives: readonly Drive[];
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
    const run = button('Run', () => this.#run());
    this.#place.replaceChildren(
      words,
      text,
      run,
      button('Dismiss', () => this.#close()),
    );
    this.#place.hidden = false;
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

function button(name: string, pressed: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = name;
  element.addEventListener('click', pressed);
  return element;
}
