/**
 * The time of a machine, as a view holds it.
 *
 *   Clock.of(machine)         one for each machine
 *   pause(), resume()         resolve when it is so
 *   step(what)                to the next entry, message, request or command, mark or service
 *   slow(times)               10 to 10,000 times slower; 1: no more
 *   visit(entry), back(what)  the machine as it was there: of a copy, by a replay; undefined: now
 *   recording(), play(file)   the session as a file, and such a file on the machine's screen
 *   ask(questions)            answered by a replay of all that was
 *   state, place, doing       what the machine has said last; where the picture is from; what is
 *                             under way
 *   ticks                     marks of the time line (ticks.ts), by the last replay to here
 *
 * While the machine is held its agent cannot answer: whoever asked would wait, and his request
 * would be the next thing that moves. So the machine is not asked; pictures of it are a copy's,
 * which a replay of the session has brought to the same entry. Looks of a view's own that are under
 * way end before the machine is held.
 */
import type { NeptuneOs } from '../../element/neptune-os.ts';
import type { Visit } from '../../element/recording.ts';
import type { Found, TimeRequest, TimeState, VisitRequest } from '../../host/record/types.ts';
import { toBase64url } from '../../store/share/base64url.ts';
import { LINK_LIMIT } from '../../store/share/codec.ts';
import { WatchSource } from '../source.ts';
import { type Asked, questionOf, untilOf, wordsOf } from './questions.ts';
import { type Tick, TICK_QUESTIONS, ticksOf } from './ticks.ts';

export const PACES = [1, 10, 100, 1000, 10_000] as const;

/** Of each kind. */
const TICKS = 10_000;

/** A trace that is on and that nobody reads. */
const NEVER = 2 ** 31 - 1;

export class Clock {
  static readonly #clocks = new WeakMap<NeptuneOs, Clock>();
  readonly #machine: NeptuneOs;
  readonly #source: WatchSource;
  readonly #changed = new Set<() => void>();
  #state: TimeState | undefined;
  /** What is under way, in words. */
  #doing = '';
  #place: Visit | undefined;
  /** The picture that is waited for. */
  #asked = {};
  #marking: AbortController | undefined;
  #found: readonly Found[] = [];
  /** Where a pause or a step has ended, and the answers to the last question. */
  #stops: readonly Tick[] = [];
  #answers: readonly Tick[] = [];
  #ticks: readonly Tick[] = [];

  static of(machine: NeptuneOs): Clock {
    const known = this.#clocks.get(machine) ?? new Clock(machine);
    this.#clocks.set(machine, known);
    return known;
  }

  private constructor(machine: NeptuneOs) {
    this.#machine = machine;
    this.#source = WatchSource.of(machine);
    machine.addEventListener('neptune-time', ({ detail }) => this.#became(detail));
    // Another system: its time goes.
    machine.addEventListener('neptune-ready', () => {
      this.#found = this.#stops = this.#answers = this.#ticks = [];
      this.#became(undefined);
    });
  }

  get state(): TimeState | undefined {
    return this.#state;
  }

  /** Where the picture is from, if it is not the machine as it is. */
  get place(): Visit | undefined {
    return this.#place;
  }

  get doing(): string {
    return this.#doing;
  }

  get ticks(): readonly Tick[] {
    return this.#ticks;
  }

  /** What was is known: a session on one processor is recorded, and copies can be asked. */
  get isRecorded(): boolean {
    return this.#machine.topology === 'single';
  }

  follow(changed: () => void): () => void {
    this.#changed.add(changed);
    return () => this.#changed.delete(changed);
  }

  async pause(): Promise<TimeState> {
    if (this.#state?.paused && this.#doing === '') return this.#state;
    const state = await this.#hold({ do: 'pause' });
    return this.#arrived(state, 'a pause');
  }

  async step(what: string | Asked): Promise<TimeState> {
    const until = untilOf(what);
    if (this.#place) return this.#stepped(what);
    if (typeof until === 'object' && 'kind' in until) this.#markRequests();
    const state = await this.#during('Stepping…', this.#hold({ do: 'step', until }));
    return this.#arrived(state, `a step by ${typeof what === 'string' ? what : wordsOf(what)}`);
  }

  /** To where the step before this moment ended. */
  async back(what: string | Asked): Promise<TimeState> {
    this.#mustBeRecorded();
    const state = await this.pause();
    const before = this.#place?.entries ?? state.entry;
    const { place } = await this.#past({ step: { by: untilOf(what), before } });
    if (place === undefined) throw new RangeError('Nothing of this kind has happened before.');
    return this.visit(place);
  }

  /** The machine as it was at that entry; the running one is held meanwhile. */
  async visit(entry: number): Promise<TimeState> {
    this.#mustBeRecorded();
    const state = await this.pause();
    const place = await this.#past({ until: entry, snapshot: true });
    this.#place = place.entries < state.entry ? place : undefined;
    this.#show(place);
    return { ...state, entry: place.entries };
  }

  recording(): Promise<Blob> {
    return this.#machine.recording();
  }

  /** An address of the site that offers to play it. Rejects in words where it is too long. */
  async link(): Promise<string> {
    const bytes = new Uint8Array(await (await this.recording()).arrayBuffer());
    const base = new URL(this.#machine.shareBase ?? './', document.baseURI).href;
    const link = `${base}#r=${toBase64url(bytes)}`;
    if (link.length <= LINK_LIMIT) return link;
    const [length, most] = [link.length, LINK_LIMIT].map((size) => size.toLocaleString('en-US'));
    throw new RangeError(`The link would have ${length} characters, of ${most} at most: save it.`);
  }

  /** In place of the session that there is, which is shut down first. */
  async play(file: Blob): Promise<void> {
    await this.#machine.replay(file);
  }

  async ask(questions: readonly Asked[], until?: number): Promise<readonly Found[]> {
    const asked = questions.map(questionOf);
    const { found } = await this.#past({ questions: asked, ...(until && { until }) });
    this.#answers = questions.flatMap((question, i) =>
      found[i]!.last.map(({ entry }) => {
        return { lane: 'answer' as const, entry, words: `it happened: ${wordsOf(question)}` };
      }),
    );
    this.#mark();
    return found;
  }

  async resume(): Promise<TimeState> {
    this.#marking?.abort();
    this.#marking = undefined;
    this.#place = undefined;
    return this.#machine.time({ do: 'resume' });
  }

  async slow(times: number): Promise<TimeState> {
    if (!(times >= 1 && times <= 10_000))
      throw new RangeError('A system can be slowed 10 to 10,000 times; 1 is its own pace.');
    return this.#machine.time({ do: 'slow', times });
  }

  /** Before anything is held for it. */
  #mustBeRecorded(): void {
    if (!this.isRecorded)
      throw new Error('The way back is a replay: sessions are recorded in topology "single".');
  }

  /** To the next such place after the one that is looked at. */
  async #stepped(what: string | Asked): Promise<TimeState> {
    const after = this.#place!.entries;
    const { place } = await this.#past({ step: { by: untilOf(what), after } });
    return place === undefined ? this.now() : this.visit(place);
  }

  /** Back to the machine as it is. */
  async now(): Promise<TimeState> {
    this.#place = undefined;
    await this.#picture();
    return this.#machine.time({});
  }

  /** What a held machine is like. What is asked last is shown. */
  async #picture(): Promise<void> {
    if (this.#place) return;
    const asked = (this.#asked = {});
    try {
      const request = { snapshot: true, questions: TICK_QUESTIONS, keep: TICKS };
      const place = await this.#machine.visit(undefined, request);
      if (this.#asked !== asked || !this.#state?.paused || this.#place) return;
      this.#found = place.found;
      this.#mark();
      this.#show(place);
    } catch {
      // The last one stays, and says of when it is.
    }
  }

  #show({ snapshot }: Visit): void {
    this.#asked = {};
    if (snapshot) this.#source.show(snapshot, this.#place !== undefined);
    this.#tell();
  }

  #past(request: VisitRequest): Promise<Visit> {
    return this.#during('Replaying…', this.#machine.visit(undefined, request));
  }

  async #during<T>(words: string, work: Promise<T>): Promise<T> {
    this.#doing = words;
    this.#tell();
    try {
      return await work;
    } finally {
      this.#doing = '';
      this.#tell();
    }
  }

  /** Looks of a view's own end before, and begin again where it cannot be held. */
  async #hold(request: TimeRequest): Promise<TimeState> {
    if (!this.#state?.paused) await this.#source.rest();
    try {
      return await this.#machine.time(request);
    } catch (error) {
      if (!this.#state?.paused) this.#source.wake();
      throw error;
    }
  }

  /** Requests have marks while the trace is on. */
  #markRequests(): void {
    if (this.#marking) return;
    const { signal } = (this.#marking = new AbortController());
    const records = this.#machine.trace({ signal, interval: NEVER });
    void records.next().catch(() => undefined);
  }

  #became(state: TimeState | undefined): void {
    this.#state = state;
    if (!state?.paused) this.#place = undefined;
    if (!state?.paused) this.#source.wake();
    this.#tell();
  }

  /** Held: a copy has the picture, or what the machine itself can tell without moving. */
  #arrived({ kernel, ...state }: TimeState, words: string): TimeState {
    const { entry } = state;
    const stop: Tick = { lane: 'stop', entry, words: `${words} ended here` };
    this.#stops = [...this.#stops.filter((one) => one.entry !== entry), stop].slice(-TICKS);
    this.#mark();
    const last = this.#source.seen?.snapshot;
    if (!kernel) void this.#picture();
    else if (last) this.#source.show({ ...last, entry, kernel }, false);
    return state;
  }

  #mark(): void {
    this.#ticks = ticksOf(this.#found, [...this.#stops, ...this.#answers]);
    this.#tell();
  }

  #tell(): void {
    for (const changed of this.#changed) changed();
  }
}
