/**
 * Disks on their way: what a drive waits for while a network takes its time.
 *
 * A drive with such a disk is empty and can be used: a disk inserted or an eject meanwhile gives
 * the download up, and so do the end of the system and of the element. One at a time for each
 * drive.
 *
 *   begin(drive, source)     from now on a disk is on its way; one before it is given up
 *   cancel(drive), cancelAll()
 *   view(view)               what people are told of the drive
 *
 *   arrival.read(label)      the image; rejects when it is given up, whatever the source does
 *   arrival.arrived()        the last moment: throws if it was given up; nobody can any more
 *   arrival.end()            it is over, one way or the other
 */
import { ImageError } from '../store/errors.ts';
import { type NamedImage, originOf, readSource, type Source } from './source.ts';
import type { Drive, DriveView } from './types.ts';

/** It was not wanted any more. */
export class GivenUp extends ImageError {
  constructor(origin: string) {
    super('fetch', `The disk from ${origin} was given up.`);
  }
}

export class Arrival {
  readonly #source: Source;
  readonly #giveUp = new AbortController();
  readonly #over: () => void;

  constructor(source: Source, over: () => void) {
    this.#source = source;
    this.#over = over;
  }

  get words(): string {
    return `loading from ${originOf(this.#source)}`;
  }

  get cancelled(): boolean {
    return this.#giveUp.signal.aborted;
  }

  async read(label: string | undefined): Promise<NamedImage> {
    const { signal } = this.#giveUp;
    const given = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(this.#given()), { once: true });
    });
    given.catch(() => undefined);
    const found = await Promise.race([readSource(this.#source, { label, signal }), given]);
    if (signal.aborted) throw this.#given();
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
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  begin(drive: Drive, source: Source): Arrival {
    this.cancel(drive);
    const arrival = new Arrival(source, () => {
      if (this.#under.get(drive) !== arrival) return;
      this.#under.delete(drive);
      this.#changed();
    });
    this.#under.set(drive, arrival);
    this.#changed();
    return arrival;
  }

  cancel(drive: Drive): void {
    this.#under.get(drive)?.cancel();
  }

  cancelAll(): void {
    for (const arrival of [...this.#under.values()]) arrival.cancel();
  }

  view(view: DriveView): DriveView {
    const arrival = this.#under.get(view.drive);
    if (!arrival || view.state !== 'empty') return view;
    return { ...view, state: 'loading', words: arrival.words };
  }
}
