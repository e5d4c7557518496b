/**
 * The first steps: what this machine is, the tour disk to put into it, and three things to try.
 * They stand between the machine's screen and its drives, go for good once they were used, and are
 * had back from the help.
 *
 *   showFirstSteps(machine, tour)   `tour`: the address of the tour disk
 */
import type { NeptuneOs } from '../element/neptune-os.ts';
import { type Drive, DRIVES, type DriveView } from '../element/types.ts';
import { wasHere } from './first-visit.ts';
import './first-steps.css';

interface Step {
  readonly title: string;
  readonly words: string;
  readonly button: string;
  act(steps: FirstSteps): Promise<unknown>;
}

const STEPS: readonly Step[] = [
  {
    title: 'Open a floppy of your own',
    words: 'An image in any format, or loose files. It is read here and sent nowhere.',
    button: 'Choose a file',
    act: (steps) => steps.chooseFile(),
  },
  {
    title: 'See what the cache does',
    words: 'Reads a file twice, and counts what its driver was asked: the second time, nothing.',
    button: 'Type it for me',
    act: (steps) => steps.showCache(),
  },
  {
    title: 'Send a disk as a link',
    words: 'The disk itself is in the link. No server keeps it.',
    button: 'Make the link',
    act: (steps) => steps.share(),
  },
];
/** What the file system's driver was asked for. */
const COUNTED = 'cache | find "fatfs.read"';

export function showFirstSteps(machine: NeptuneOs, tour: URL): void {
  document.querySelector('#first-steps')?.remove();
  new FirstSteps(machine, tour).open();
}

class FirstSteps {
  readonly #machine: NeptuneOs;
  readonly #tour: URL;
  readonly #place = make('section', { id: 'first-steps', slot: 'toolbar' });
  readonly #title = make('h2', { id: 'first-title' });
  readonly #words = make('p');
  readonly #main = button('', () => this.#tourPressed());
  readonly #done = new Set<Step>();
  readonly #stop = new AbortController();

  constructor(machine: NeptuneOs, tour: URL) {
    this.#machine = machine;
    this.#tour = tour;
  }

  open(): void {
    const about = make('div', { className: 'about' });
    const text = make('div');
    this.#main.className = 'main';
    text.append(this.#title, this.#words, this.#main);
    about.append(disk(), text);
    const list = make('ol', { ariaLabel: 'Three things to try' });
    list.append(...STEPS.map((step) => this.#item(step)));
    const close = button('×', () => this.#close());
    close.className = 'close';
    close.ariaLabel = 'Close the first steps';
    this.#place.setAttribute('aria-labelledby', 'first-title');
    this.#place.append(about, list, close);
    const look = (): void => this.#look();
    this.#machine.addEventListener('neptune-disk', look, { signal: this.#stop.signal });
    this.#look();
    this.#machine.append(this.#place);
  }

  async chooseFile(): Promise<void> {
    const input = make('input', { type: 'file', multiple: true });
    const files = await new Promise<File[]>((chosen) => {
      input.addEventListener('change', () => chosen([...(input.files ?? [])]));
      input.addEventListener('cancel', () => chosen([]));
      input.click();
    });
    if (files.length === 0) throw new Dismissed();
    await this.#machine.takeFiles(files);
    this.#machine.focus();
  }

  async showCache(): Promise<void> {
    const drive = await this.#putTour();
    const read = `type ${drive}\\TRY\\NOTES.TXT`;
    this.#machine.typeLines([read, COUNTED, read, COUNTED].join('\n'), {
      drives: [drive],
    });
    this.#machine.focus();
  }

  async share(): Promise<void> {
    const drive = this.#views.find(hasDisk)?.drive ?? (await this.#putTour());
    await this.#machine.showShare({ drives: [drive] });
  }

  get #views(): readonly DriveView[] {
    return this.#machine.drives;
  }

  get #tourName(): string {
    return this.#tour.pathname.split('/').at(-1)!.replace(/\.gz$/, '');
  }

  get #tourDrive(): Drive | undefined {
    return this.#views.find((view) => hasDisk(view) && view.label === this.#tourName)?.drive;
  }

  /** Into a drive that is empty, if there is one. A tour that was kept here is the tour. */
  async #putTour(): Promise<Drive> {
    await this.#machine.ready;
    const there = this.#tourDrive;
    if (there) return there;
    const drive = this.#views.find((view) => !hasDisk(view))?.drive ?? DRIVES[0];
    const kept = await this.#machine.kept.list().catch(() => []);
    const mine = kept.find(({ label, elsewhere }) => label === this.#tourName && !elsewhere);
    if (mine) await this.#machine.kept.insert(mine.name, drive);
    else await this.#machine.insertDisk(drive, this.#tour);
    return drive;
  }

  #tourPressed(): void {
    const drive = this.#tourDrive;
    const act = async (): Promise<void> => {
      if (drive) this.#machine.typeLines(`type ${drive}\\README.TXT`, { drives: [drive] });
      else await this.#putTour();
      this.#machine.focus();
    };
    wasHere();
    this.#orSay(act());
  }

  #item(step: Step): HTMLElement {
    const item = make('li');
    const press = (): void => {
      wasHere();
      this.#orSay(step.act(this).then(() => this.#did(step, item)));
    };
    const text = make('div');
    text.append(make('h3', { textContent: step.title }), make('p', { textContent: step.words }));
    item.append(text, button(step.button, press));
    return item;
  }

  #did(step: Step, item: HTMLElement): void {
    this.#done.add(step);
    if (!item.classList.contains('done')) {
      item.classList.add('done');
      item.querySelector('h3')!.append(make('span', { className: 'said', textContent: ' (done)' }));
    }
    if (this.#done.size === STEPS.length) this.#remove();
  }

  #orSay(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!(error instanceof Dismissed)) this.#machine.say(textOf(error), error);
    });
  }

  #look(): void {
    const drive = this.#tourDrive;
    const any = this.#views.find(hasDisk);
    this.#title.textContent = any
      ? `${drive ? 'The tour disk' : any.label || 'A disk'} is in ${drive ?? any.drive}`
      : 'The machine is on, and its drives are empty';
    this.#words.textContent = any
      ? 'Type dir and press Enter to see what is on it, or help for all commands.'
      : 'A whole computer with its own system, running in this page. It wants a disk.';
    this.#main.textContent = drive ? 'Read its first page' : 'Insert the tour disk';
  }

  #close(): void {
    wasHere();
    const hadFocus = this.#place.contains(document.activeElement);
    this.#remove();
    if (hadFocus) this.#machine.focus();
  }

  #remove(): void {
    this.#stop.abort();
    this.#place.remove();
  }
}

/** Nobody chose anything. */
class Dismissed extends Error {}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const hasDisk = ({ bytes }: DriveView): boolean => bytes > 0;

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(tag), properties);
}

function button(name: string, pressed: () => void): HTMLButtonElement {
  const element = make('button', { type: 'button', textContent: name });
  element.addEventListener('click', pressed);
  return element;
}

const SHAPES: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['path', { class: 'body', d: 'M5 2H86L94 10V93a5 5 0 0 1-5 5H7a5 5 0 0 1-5-5V5a3 3 0 0 1 3-3Z' }],
  ['rect', { class: 'metal', x: '25', y: '2', width: '47', height: '29', rx: '2' }],
  ['rect', { class: 'hole', x: '55', y: '6', width: '11', height: '21', rx: '1' }],
  ['rect', { class: 'paper', x: '12', y: '39', width: '72', height: '59', rx: '2' }],
  ['rect', { class: 'band', x: '12', y: '39', width: '72', height: '10', rx: '2' }],
  ['text', { class: 'ink', x: '48', y: '76', 'text-anchor': 'middle' }],
];

function disk(): SVGElement {
  const svg = shape('svg', { viewBox: '0 0 96 100', 'aria-hidden': 'true' });
  svg.append(...SHAPES.map(([tag, attributes]) => shape(tag, attributes)));
  svg.lastElementChild!.textContent = 'TOUR';
  return svg;
}

function shape(tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
