/**
 * What is seen of a machine, for all views of it: looks at it every so often, as long as somebody
 * watches, and not at all where nobody does.
 *
 *   WatchSource.of(machine)        one for each machine
 *   watch(needs, changed)          begins; ends with the function that is answered
 *   hold(true)                     no more looks: the picture stays as it is
 *   look(needs)                    once, now, for what is needed beside what watchers need
 *   sector                         the sector whose bytes are wanted, too
 *   rest(), wake()                 the same, when the machine itself is to be held
 *   seen                           the newest; undefined before the first look
 *   error                          in words, why there was no newer one
 *
 * Each look is two requests of a process in the system, so the counters show that it is watched.
 */
import type { WatchName } from '../../personality/rtl/watchanswer.ts';
import { WatchNames } from '../../personality/rtl/watchnames.ts';
import type { KernelSnapshot, WatchedRecord } from '../host/agent-protocol.ts';
import type { NeptuneOs } from '../element/neptune-os.ts';
import { kernelOf } from './kernel/objects.ts';
import type { SectorPlace } from '../machine/look.ts';
import type { Needs, Sample, Seen } from './data/types.ts';
import { Disks } from './disks.ts';

const LOOK_MS = 500;
/** Samples and records that are kept: two minutes, and what a list can be searched in. */
const SAMPLES = 240;
const RECORDS = 20_000;

interface Watcher {
  readonly needs: Needs;
  changed(): void;
}

export class WatchSource {
  static readonly #sources = new WeakMap<NeptuneOs, WatchSource>();
  readonly #machine: NeptuneOs;
  readonly #watchers = new Set<Watcher>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking = false;
  #held = false;
  /** The system is: who asks it would wait, and move it. */
  #resting = false;
  #samples: Sample[] = [];
  #records: WatchedRecord[] = [];
  readonly #names = new WatchNames();
  readonly #disks: Disks;
  #sector: SectorPlace | undefined;
  readonly #said: WatchName[] = [];
  #lost = 0;
  /** Records that were let go: the first of #records is that number. */
  #gone = 0;
  #tracing: AbortController | undefined;
  #withPorts = false;
  #reading: Promise<void> | undefined;
  #look: Promise<unknown> | undefined;
  #seen: Seen | undefined;
  #error = '';

  static of(machine: NeptuneOs): WatchSource {
    const known = this.#sources.get(machine) ?? new WatchSource(machine);
    this.#sources.set(machine, known);
    return known;
  }

  private constructor(machine: NeptuneOs) {
    this.#machine = machine;
    this.#disks = new Disks(machine);
  }

  get seen(): Seen | undefined {
    return this.#seen;
  }

  get error(): string {
    return this.#error;
  }

  /** All names so far, as the Executive has said them. */
  get said(): readonly WatchName[] {
    return this.#said;
  }

  get held(): boolean {
    return this.#held;
  }

  get sector(): SectorPlace | undefined {
    return this.#sector;
  }

  set sector(sector: SectorPlace | undefined) {
    this.#sector = sector;
    this.#soon(0);
  }

  watch(needs: Needs, changed: () => void): () => void {
    const watcher = { needs, changed };
    this.#watchers.add(watcher);
    this.#soon(0);
    return () => {
      this.#watchers.delete(watcher);
      if (!this.#wanted('records')) this.#stopRecords();
    };
  }

  hold(held: boolean): void {
    this.#held = held;
    if (held) this.#stopRecords();
    else this.#soon(0);
    this.#tell();
  }

  /** No more looks, and no trace: resolves when the system has done with them. */
  async rest(): Promise<void> {
    this.#resting = true;
    this.#stopRecords();
    await Promise.allSettled([this.#look, this.#reading]);
  }

  wake(): void {
    this.#resting = false;
    this.#soon(0);
  }

  /** What a view shows of a copy. The machine itself was looked at when it was held, if at all. */
  show(snapshot: KernelSnapshot, isPast: boolean): void {
    const names = this.#names;
    const kernel = snapshot.kernel && kernelOf(snapshot.kernel, this.#seen?.kernel);
    const live = this.#live;
    const { samples = [], records = [], lost = 0 } = this.#seen ?? {};
    const rest = isPast ? {} : this.#seen;
    this.#seen = { ...rest, samples, records, names, lost, live, snapshot, kernel };
    this.#tell();
  }

  /** Looks once, now; resolves to what is seen then. Boots nothing. */
  async look(needs: Needs = {}): Promise<Seen> {
    const machine = this.#machine;
    await machine.ready;
    const wants = (what: keyof Needs): boolean => needs[what] === true || this.#wanted(what);
    const sector = this.#sector;
    const [snapshot, counters, inside] = await Promise.all([
      machine.snapshot({ kernel: wants('kernel') }),
      machine.counters(),
      wants('machine') ? machine.look(sector) : undefined,
    ]);
    const sectors = inside && wants('sectors') && (await this.#disks.look(inside.drives));
    const { entry, time } = snapshot;
    const sample = { at: performance.now(), entry, time, counters };
    this.#samples = [...this.#samples, sample].slice(-SAMPLES);
    const more = Math.max(0, this.#records.length - RECORDS);
    if (more > 0) this.#records = this.#records.slice(more);
    this.#gone += more;
    this.#lost += more;
    this.#seen = {
      snapshot,
      kernel: snapshot.kernel && kernelOf(snapshot.kernel, this.#seen?.kernel),
      samples: this.#samples,
      records: [...this.#records],
      live: this.#live,
      names: this.#names,
      lost: this.#lost,
      ...(inside && { machine: inside, sector }),
      ...(sectors && { sectors }),
    };
    return this.#seen;
  }

  #wanted(need: keyof Needs): boolean {
    return [...this.#watchers].some(({ needs }) => needs[need]);
  }

  readonly #live: NonNullable<Seen['live']> = (since) => {
    const next = this.#gone + this.#records.length;
    const from = since < 0 ? this.#records.length : Math.max(0, since - this.#gone);
    return { records: this.#records.slice(from), next };
  };

  #soon(wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#turn(), wait);
  }

  async #turn(): Promise<void> {
    if (this.#looking || this.#held || this.#resting || this.#watchers.size === 0) return;
    this.#looking = true;
    if (this.#wanted('records')) this.#startRecords();
    try {
      await (this.#look = this.look());
      this.#error = '';
    } catch (error) {
      this.#error = error instanceof Error ? error.message : String(error);
    }
    this.#looking = false;
    this.#tell();
    this.#soon(LOOK_MS);
  }

  #tell(): void {
    for (const { changed } of this.#watchers) changed();
  }

  #startRecords(): void {
    const ports = this.#wanted('ports');
    if (this.#tracing && this.#withPorts === ports) return;
    this.#stopRecords();
    this.#withPorts = ports;
    const tracing = (this.#tracing = new AbortController());
    const end = (): void => {
      if (this.#tracing === tracing) this.#tracing = undefined;
    };
    // The end of the one before would be the end of this one, too.
    const before = this.#reading ?? Promise.resolve();
    this.#reading = before.then(() => this.#readRecords(tracing.signal, ports)).then(end, end);
  }

  #stopRecords(): void {
    this.#tracing?.abort();
    this.#tracing = undefined;
  }

  async #readRecords(signal: AbortSignal, ports: boolean): Promise<void> {
    await this.#machine.ready;
    const onName = (...name: WatchName): void => {
      this.#names.add([name]);
      this.#said.push(name);
    };
    const onLost = (count: number): void => void (this.#lost += count);
    for await (const record of this.#machine.trace({ signal, ports, onName, onLost }))
      this.#records.push(record);
  }
}
