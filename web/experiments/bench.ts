/**
 * What steps and checks of an experiment work with: the machine, its view, and what was counted
 * since the experiment began.
 *
 *   run(line)        types it at a prompt; resolves when it has ended and its cost is known
 *   ran, last(pat)   the lines typed so far, by whom ever, with what each cost
 *   faults           processes that have died
 *   counters()       now; `since(now)`: how much each has grown since the experiment began
 *   showWindow()     brings the view into sight
 *   hideWindow()     nothing asks the system for anything until the experiment begins anew
 *   view(name)       what a page of `<neptune-view>` shows, looked at now
 *   drivers          the bench for drivers, where the experiment has one
 *   until(holds)     waits for a state of the system, not for a time; rejects if it never comes
 *   settled(holds)   the same, for what a check will judge: it ends either way
 *
 * Lines are counted in the order in which they end. The cost of one is what has been counted since
 * the end of the one before, so whoever waits between two pays with the second.
 */
import type { NeptuneOs } from '../element/neptune-os.ts';
import type { CommandDetail, FaultDetail } from '../element/types.ts';
import type { NeptuneView } from '../view/neptune-view.ts';
import type { NeptuneBench } from '../workbench/neptune-bench.ts';

export type Counters = Readonly<Record<string, number>>;

export interface Ran {
  readonly line: string;
  /** NTSTATUS, or the exit status of a program. */
  readonly status: number;
  readonly cost: Counters;
}

/** What stands beside an experiment. */
export interface Beside {
  readonly machine: NeptuneOs;
  readonly window: NeptuneView;
  readonly drivers: NeptuneBench | undefined;
}

/** Between two looks of `until`, and how many there are at most: a minute. */
const LOOK_MS = 100;
const LOOKS = 600;

export function growth(before: Counters, after: Counters): Counters {
  const names = Object.keys(after);
  return Object.fromEntries(names.map((name) => [name, after[name]! - (before[name] ?? 0)]));
}

export class Bench {
  readonly machine: NeptuneOs;
  readonly window: NeptuneView;
  readonly #drivers: NeptuneBench | undefined;
  readonly ran: Ran[] = [];
  readonly faults: FaultDetail[] = [];
  /** What an experiment's own step has in hand: a disk that was taken out, a recording. */
  readonly hand = new Map<string, unknown>();
  readonly #begun: Counters;
  readonly #changed: () => void;
  readonly #listening = new AbortController();
  #counted: Counters;
  #counting: Promise<void> = Promise.resolve();

  /** Resolves when the machine is at its prompt, and its first disks are in. */
  static async begin(beside: Beside, changed: () => void): Promise<Bench> {
    const { machine } = beside;
    await machine.boot();
    await machine.firstDisks;
    return new Bench(beside, await machine.counters(), changed);
  }

  private constructor(beside: Beside, begun: Counters, changed: () => void) {
    const { machine, window, drivers } = beside;
    this.machine = machine;
    this.window = window;
    this.#drivers = drivers;
    this.#begun = this.#counted = begun;
    this.#changed = changed;
    const { signal } = this.#listening;
    machine.addEventListener('neptune-command', ({ detail }) => this.#ended(detail), { signal });
    machine.addEventListener('neptune-fault', ({ detail }) => this.#died(detail), { signal });
  }

  get drivers(): NeptuneBench {
    if (this.#drivers) return this.#drivers;
    throw new Error('There is no bench for drivers here.');
  }

  end(): void {
    this.#listening.abort();
  }

  async run(line: string): Promise<Ran> {
    const before = this.ran.length;
    this.machine.typeLines(line);
    await this.until(`"${line}" has ended`, () =>
      this.ran.slice(before).some((ran) => ran.line === line),
    );
    return this.ran.slice(before).find((ran) => ran.line === line)!;
  }

  last(line: RegExp): Ran | undefined {
    return this.ran.findLast((ran) => line.test(ran.line));
  }

  async counters(): Promise<Counters> {
    await this.#counting;
    return this.machine.counters();
  }

  async since(): Promise<Counters> {
    return growth(this.#begun, await this.counters());
  }

  async view<T>(name: string): Promise<T> {
    return (await this.window.data(name)) as T;
  }

  /** Records are taken only while the view can be seen. */
  showWindow(): void {
    this.window.scrollIntoView({ block: 'nearest' });
  }

  /** It looks no more, from now on: what cannot be seen is not watched. */
  hideWindow(): void {
    const { window } = this;
    const { parentNode, nextSibling } = window;
    window.hidden = true;
    window.remove();
    parentNode?.insertBefore(window, nextSibling);
  }

  async until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    if (!(await this.settled(holds))) throw new Error(`It was waited for that ${what}.`);
  }

  async settled(holds: () => boolean | Promise<boolean>): Promise<boolean> {
    for (let look = 0; look < LOOKS; look++) {
      if (await holds()) return true;
      await new Promise((later) => setTimeout(later, LOOK_MS));
    }
    return false;
  }

  #ended({ line, status, typed }: CommandDetail): void {
    if (!typed) return;
    this.#counting = this.#counting.then(() => this.#count(line, status)).catch(() => undefined);
  }

  async #count(line: string, status: number): Promise<void> {
    const counted = await this.machine.counters();
    this.ran.push({ line, status, cost: growth(this.#counted, counted) });
    this.#counted = counted;
    this.#changed();
  }

  #died(fault: FaultDetail): void {
    this.faults.push(fault);
    this.#changed();
  }
}
