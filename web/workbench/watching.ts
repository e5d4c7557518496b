/**
 * The bench looks at its driver as long as somebody looks at the bench, and sees what the window
 * into the system sees (web/view/source.ts). While its driver runs it wants more of the system: the
 * kernel's objects, and the trace with accesses to ports.
 *
 *   new OwnWatch(host, driver, changed)   `driver` says its name
 *   machine                               the one that is looked at; undefined: none
 *   own                                   as it was seen last
 *   look()                                once, now
 *   end(), begin()                        with the host's place in the page
 */
import type { NeptuneOs } from '../element/neptune-os.ts';
import type { Needs } from '../view/data/types.ts';
import { WatchSource } from '../view/source.ts';
import { ownOf, type OwnProcess } from './own.ts';

const RUNNING: Needs = { kernel: true, records: true, ports: true };
const NOTHING: Needs = {};

export class OwnWatch {
  readonly #host: HTMLElement;
  readonly #driver: () => string;
  readonly #changed: () => void;
  readonly #eye = new IntersectionObserver(([entry]) => {
    this.#isSeen = entry!.isIntersecting;
    this.#watch();
  });
  #isSeen = false;
  #source: WatchSource | undefined;
  #needs: Needs | undefined;
  #stop: (() => void) | undefined;
  own: OwnProcess | undefined;

  constructor(host: HTMLElement, driver: () => string, changed: () => void) {
    this.#host = host;
    this.#driver = driver;
    this.#changed = changed;
  }

  set machine(machine: NeptuneOs | undefined) {
    this.#unwatch();
    this.own = undefined;
    this.#source = machine && WatchSource.of(machine);
    this.#watch();
  }

  begin(): void {
    this.#eye.observe(this.#host);
  }

  end(): void {
    this.#eye.disconnect();
    this.#isSeen = false;
    this.#unwatch();
  }

  async look(): Promise<void> {
    await this.#source?.look(RUNNING);
    this.#looked();
  }

  #unwatch(): void {
    this.#stop?.();
    this.#stop = this.#needs = undefined;
  }

  #watch(): void {
    const wanted = this.own ? RUNNING : NOTHING;
    if (!this.#isSeen || !this.#source) return this.#unwatch();
    if (this.#needs === wanted) return;
    this.#unwatch();
    this.#needs = wanted;
    this.#stop = this.#source.watch(wanted, () => this.#looked());
  }

  #looked(): void {
    const seen = this.#source?.seen;
    this.own = seen && ownOf(seen, this.#driver());
    this.#watch();
    this.#changed();
  }
}
