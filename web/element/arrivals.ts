/**
 * Disks on their way: what a drive waits for while a network takes its time.
 *
 * A drive with such a disk is empty and can be used: a disk inserted or an eject meanwhile gives
 * the download up, and so do the end of the system and of the element. One at a time for each
 * drive.
 *
 *   begin(drive, source, turn)   a disk is on its way from now on; one before it is given up. Of a
 *                                turn that is over, none comes: it throws
 *   cancel(drive), cancelAll()   gives up one, or all and what was planned; `turn` rises
 *   view(view)                   what people are told of the drive; its owner's `progress` is told
 *                                of every piece, and at last that all is here
 *   heard                        when something last came of any of them (performance.now)
 *
 *   arrival.read(named, free)    the image; rejects when it is given up, whatever the source does.
 *                                Nothing is asked for before `free`
 *   arrival.arrived()            the last moment: throws if it was given up; nobody can any more
 *   arrival.end()                it is over, one way or the other
 */
import { amount, type Progress } from '../host/progress.ts';
import { ImageError } from '../store/errors.ts';
import {
  nameOf,
  type Named,
  type NamedImage,
  originOf,
  readSource,
  type Source,
} from './source.ts';
import type { Drive, DriveView } from './types.ts';

/** It was not wanted any more. */
export class GivenUp extends ImageError {
  constructor(origin: string) {
    super('fetch', `The disk from ${origin} was given up.`);
  }
}

export interface ArrivalsOwner {
  updated(): void;
  /** In bytes; `total` is 0 where it is not known, and `done` when all is here. */
  progress(drive: Drive, done: number, total: number): void;
}

export class Arrival {
  readonly #source: Source;
  readonly #giveUp = new AbortController();
  readonly #over: () => void;
  readonly #changed: (progress: Progress) => void;
  #done = 0;
  #total = 0;
  heard = -Infinity;

  constructor(source: Source, changed: (progress: Progress) => void, over: () => void) {
    this.#source = source;
    this.#changed = changed;
    this.#over = over;
  }

  /** A server that sends more than it said has not said how much. */
  get progress(): Progress {
    return { done: this.#done, total: this.#done > this.#total ? 0 : this.#total };
  }

  get name(): string {
    return nameOf(this.#source);
  }

  get words(): string {
    const size = amount(this.progress);
    return `loading from ${originOf(this.#source)}${size && `: ${size}`}`;
  }

  get cancelled(): boolean {
    return this.#giveUp.signal.aborted;
  }

  async read(named: Named, free?: Promise<unknown>): Promise<NamedImage> {
    const { signal } = this.#giveUp;
    const given = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(this.#given()), { once: true });
    });
    given.catch(() => undefined);
    const onBytes = (count: number, total: number): void => {
      this.#done += count;
      this.#total = total;
      this.heard = performance.now();
      this.#changed(this.progress);
    };
    await Promise.race([free, given]);
    const read = readSource(this.#source, { ...named, signal, onBytes });
    const found = await Promise.race([read, given]);
    if (signal.aborted) throw this.#given();
    this.#changed({ done: this.#done, total: this.#done });
    return found;
  }

  arrived(): void {
    if (this.cancelled) throw this.#given();
    this.#over();
  }

  cancel(): void {
    this.#giveUp.abort();
    this.#over();
  }

  end(): void {
    this.#over();
  }

  #given(): GivenUp {
    return new GivenUp(originOf(this.#source));
  }
}

export class Arrivals {
  readonly #under = new Map<Drive, Arrival>();
  readonly #owner: ArrivalsOwner;

  constructor(owner: ArrivalsOwner) {
    this.#owner = owner;
  }

  /** Rises with every end: what was planned before is void. */
  turn = 0;

  begin(drive: Drive, source: Source, turn = this.turn): Arrival {
    if (turn !== this.turn) throw new GivenUp(originOf(source));
    this.cancel(drive);
    const changed = ({ done, total }: Progress): void => {
      this.#owner.progress(drive, done, total);
      this.#owner.updated();
    };
    const arrival = new Arrival(source, changed, () => {
      if (this.#under.get(drive) !== arrival) return;
      this.#under.delete(drive);
      this.#owner.updated();
    });
    this.#under.set(drive, arrival);
    this.#owner.updated();
    return arrival;
  }

  cancel(drive: Drive): void {
    this.#under.get(drive)?.cancel();
  }

  cancelAll(): void {
    this.turn++;
    for (const arrival of [...this.#under.values()]) arrival.cancel();
  }

  get heard(): number {
    return Math.max(-Infinity, ...[...this.#under.values()].map(({ heard }) => heard));
  }

  view(view: DriveView): DriveView {
    const arrival = this.#under.get(view.drive);
    if (!arrival || !['empty', 'loading'].includes(view.state)) return view;
    const { words, name, progress } = arrival;
    return { ...view, state: 'loading', words, coming: { name, ...progress } };
  }
}
