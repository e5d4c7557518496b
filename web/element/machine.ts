/**
 * The life of the system behind an element: off, booting, running, failed.
 *
 * One system at a time. A boot that is overtaken by a shutdown ends in words, and its workers end
 * with it. `ready` is a promise for each boot: it resolves when the first prompt is there and the
 * first disks are in. A disk that comes over a network is waited for a little, as long as its
 * server sends; one that takes longer comes when it comes. `firstDisks` says what became of them.
 *
 * Lines of `run` belong to the disks that they came with: they are typed when all of these are in,
 * never if one did not come, and no more once one has left.
 *
 *   boot(settings)     fills the drives, starts the system; resolves as `ready`
 *   shutdown()         flushes, unmounts, ends
 *   reset(settings)    as the button on the case: nothing is flushed, the disks stay in
 *   close()            shuts down within a moment, and lets the disks go
 *   type(text)         keys, at once; typeLines(text, drives) each line at a prompt. Until the
 *                      shell has done with them, disks may be about to change (standings.ts)
 *   diskLeft(drive)    to be told of every disk that leaves its drive
 */
import type { Progress } from '../host/progress.ts';
import type { System, SystemOptions } from '../host/system.ts';
import type { Drives } from './drives.ts';
import type { FirstDisks } from './first-disks.ts';
import { MachineKeyboard } from './keyboard.ts';
import { linesOf, PromptWatch } from './prompt.ts';
import type { DriveSigns } from '../host/protocol.ts';
import { Session, type SystemLike } from './session.ts';
import { textOf } from './shelf.ts';
import { saysNotKept } from './slot.ts';
import { Speaker } from './speaker.ts';
import { type Drive, DRIVES, type FirstDiskResult, REMOVED } from './types.ts';

export type MachineState = 'off' | 'booting' | 'running' | 'failed';

export interface BootSettings extends FirstDisks {
  topology: 'auto' | 'isolated' | 'single';
  speed: 'fast' | 'real';
  /** Where workers can be had if this page's policy refuses them. */
  frame: URL;
  /** Command lines to type at the first prompts. */
  run: string;
}

export interface MachineOwner {
  /** Shows it; resolves to its text once it is on the screen. */
  output(bytes: Uint8Array): Promise<string>;
  stateChanged(state: MachineState): void;
  /** Of the system's code, in bytes. */
  progress(what: 'system', done: number, total: number): void;
  ready(): void;
  /** A line that was typed has ended; it is empty where it was too long to be told. */
  commandEnded(line: string, status: number): void;
  fault(process: string, status: number, restarted: boolean): void;
  failed(message: string, error?: unknown): void;
  /** What the drives do; empty: there are none any more. */
  signs(signs: readonly DriveSigns[]): void;
  /** A line for people about something that was not done. */
  say(message: string): void;
}

export type BootSystem = (options: SystemOptions) => Promise<SystemLike>;

const PROMPT_LIMIT = 60_000;
const CLOSE_LIMIT = 3_000;
const SHUTDOWN_LIMIT = 60_000;
const LAST_WORDS = 300;
/**
 * Milliseconds after the prompt that a server may keep silent, or be silent in between, before
 * `ready` does not wait for its disk any more; and the most that it waits for one that sends.
 */
const GRACE = 2_000;
const LONGEST_GRACE = 10_000;

export class Machine {
  readonly drives: Drives;
  /** A key that comes too late is lost. */
  readonly keyboard = new MachineKeyboard((code, down) => {
    this.#session?.key(code, down).catch(() => undefined);
  });
  readonly #owner: MachineOwner;
  readonly #bootSystem: BootSystem;
  readonly #speaker = new Speaker();
  readonly #prompt = new PromptWatch((text) => this.#press(text));
  #state: MachineState = 'off';
  #session: Session | undefined;
  /** What is here of the code, until the system says something. */
  #loading: Progress | undefined;
  /** What a boot still waits for. */
  #awaited = new Set<'prompt' | 'disks'>();
  #ready = pending<void>();
  #firstDisks = pending<FirstDiskResult[]>();
  /** What becomes of the first disks will be known. */
  #disksNamed = false;
  #firstPrompt = pending<void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** `shutdown` is under way. */
  #stopping = false;
  /** Rises whenever a system begins or ends; what belongs to an older one is void. */
  #run = 0;

  constructor(owner: MachineOwner, drives: Drives, bootSystem: BootSystem) {
    this.#owner = owner;
    this.drives = drives;
    this.#bootSystem = bootSystem;
    this.#prompt.onPrompt = () => this.#prompted();
    this.#prompt.onEnd = (line, status) => owner.commandEnded(line, status);
    this.#prompt.onWork = (is) => (drives.standings.atWork = is);
  }

  get state(): MachineState {
    return this.#state;
  }

  get loading(): Progress | undefined {
    return this.#loading;
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get firstDisks(): Promise<FirstDiskResult[]> {
    return this.#firstDisks.promise;
  }

  get session(): Session | undefined {
    return this.#session;
  }

  get topology(): System['topology'] | undefined {
    return this.#session?.topology;
  }

  /** The running system, once it has come to its prompt. */
  async up(): Promise<Session> {
    if (this.#state !== 'off') await this.ready;
    if (!this.#session) throw new Error('The system is not running.');
    return this.#session;
  }

  /** `settings` is asked a turn later, when whoever made the element has set it up. */
  boot(settings: () => BootSettings): Promise<void> {
    if (this.#state === 'booting' || this.#state === 'running') return this.ready;
    const run = ++this.#run;
    if (this.#ready.settled) this.#ready = pending();
    if (this.#firstDisks.settled) this.#firstDisks = pending();
    this.#disksNamed = false;
    this.#firstPrompt = pending();
    this.#awaited = new Set(['prompt', 'disks']);
    this.#loading = { done: 0, total: 0 };
    this.#become('booting');
    this.#expectPrompt(run);
    this.#start(settings, run).catch((error: unknown) => this.#fail(run, textOf(error), error));
    return this.ready;
  }

  async type(text: string): Promise<void> {
    if (!this.#session) return;
    this.#prompt.typed(text);
    await this.#session.type(text);
  }

  typeLines(text: string, drives: readonly Drive[] = []): void {
    this.#prompt.typeLines(text, drives);
  }

  diskLeft(drive: Drive): void {
    if (this.#prompt.drop(drive) > 0)
      this.#owner.say(`The other commands were not typed: their disk is not in ${drive} any more.`);
  }

  async shutdown(): Promise<void> {
    const session = this.#session;
    session?.go();
    this.#stopping = true;
    try {
      if (session?.up) await this.#askShutdown(session);
      await this.#stop('The system was shut down.');
    } finally {
      this.#stopping = false;
    }
  }

  /** What is typed into a system that ends is lost, as on any terminal. */
  #press(text: string): void {
    this.type(text).catch(() => undefined);
  }

  /** Disks that are written and only not kept are in the drives still, and this page has them. */
  async #askShutdown(session: Session): Promise<void> {
    try {
      await session.ask({ op: 'shutdown' }, SHUTDOWN_LIMIT);
    } catch (error) {
      if (!saysNotKept(error)) throw error;
      this.#owner.failed(textOf(error), error);
    }
  }

  async reset(settings: () => BootSettings): Promise<void> {
    await this.#stop('The system was reset.');
    return this.boot(settings);
  }

  async close(): Promise<void> {
    const run = this.#run;
    this.#session?.go();
    const flushed = this.#session?.up ? this.#flush() : Promise.resolve();
    await Promise.race([flushed, new Promise((late) => setTimeout(late, CLOSE_LIMIT))]);
    if (run === this.#run) await this.#stop(REMOVED);
    await this.drives.close();
  }

  async #flush(): Promise<void> {
    const session = this.#session;
    const flushes = DRIVES.map((drive) => session?.ask({ op: 'flush', drive }));
    await Promise.allSettled(flushes);
  }

  async #start(ask: () => BootSettings, run: number): Promise<void> {
    await Promise.resolve();
    const settings = ask();
    this.#disksNamed = true;
    const code = pending<void>();
    const loading = this.drives.load({ ...settings, lineFree: code.promise });
    const { resolve } = this.#firstDisks;
    void loading.all.then(resolve);
    const system = await this.#bootSystem(this.#options(settings, run, code.resolve));
    code.resolve();
    if (run !== this.#run) return system.terminate();
    const session = new Session(system);
    session.up = !this.#awaited.has('prompt');
    this.#session = session;
    await Promise.all([loading.near, this.drives.attach(session)]);
    const typed = loading.all.then((results) => {
      if (run === this.#run) this.#typeFirst(settings.run, results);
    });
    await Promise.race([typed, this.#graceOver()]);
    if (run === this.#run) this.#arrived('disks');
  }

  async #graceOver(): Promise<void> {
    await this.#firstPrompt.promise;
    const start = performance.now();
    for (let left = GRACE; left > 0;) {
      await new Promise((over) => setTimeout(over, left));
      const now = performance.now();
      const last = Math.max(start, this.drives.heard);
      left = Math.min(GRACE - (now - last), LONGEST_GRACE - (now - start));
    }
  }

  #typeFirst(run: string, results: readonly FirstDiskResult[]): void {
    const missing = results.find(({ arrived }) => !arrived);
    if (!missing)
      return this.typeLines(
        run,
        results.map(({ drive }) => drive),
      );
    if (linesOf(run).length > 0)
      this.#owner.say(`The first commands were not typed: their disk is not in ${missing.drive}`);
  }

  #options(
    { topology, speed, frame }: BootSettings,
    run: number,
    onLoaded: () => void,
  ): SystemOptions {
    const current = (): boolean => run === this.#run;
    return {
      topology,
      speed,
      onLoaded,
      onLoading: (done, total) => {
        if (!current()) return;
        this.#expectPrompt(run);
        this.#loads(done, total);
      },
      frame,
      onOutput: async (bytes) => {
        if (current()) this.#speaks();
        const text = current() && (await this.#owner.output(bytes));
        if (text && current()) this.#prompt.seen(text);
      },
      onKeyboard: (listening) => current() && (this.keyboard.listening = listening),
      onDrives: (signs) => current() && this.#owner.signs(signs),
      onSound: (tones) => current() && this.#speaker.play(tones),
      commit: (...what) => this.drives.news.commit(...what),
      nvram: (request, changes) => this.drives.memory.answer(request, changes),
      onWritten: (drive) => this.drives.news.written(drive),
      onDirty: (drive, news) => current() && this.drives.news.systemSays(drive, news),
      onFault: (image, status, restarted) =>
        current() && this.#owner.fault(image, status, restarted),
      onHalted: () => this.#halted(run),
      onPanic: (reason) => this.#fail(run, reason),
      onLog: (text) => console.info(`Neptune: ${text}`),
    };
  }

  /** Counted from the last piece of the code: a slow line is no failure. */
  #expectPrompt(run: number): void {
    clearTimeout(this.#timer);
    const late = `no prompt came within ${PROMPT_LIMIT / 1000} seconds.`;
    this.#timer = setTimeout(() => this.#fail(run, late), PROMPT_LIMIT);
  }

  #loads(done: number, total: number): void {
    this.#loading = { done, total };
    this.#owner.progress('system', done, total);
    this.#owner.stateChanged(this.#state);
  }

  #speaks(): void {
    if (!this.#loading) return;
    this.#loading = undefined;
    this.#owner.stateChanged(this.#state);
  }

  #prompted(): void {
    clearTimeout(this.#timer);
    this.#firstPrompt.resolve();
    if (this.#session) this.#session.up = true;
    this.#arrived('prompt');
  }

  #arrived(what: 'prompt' | 'disks'): void {
    this.#awaited.delete(what);
    if (this.#state !== 'booting' || this.#awaited.size > 0) return;
    this.#become('running');
    this.#ready.resolve();
    this.#owner.ready();
  }

  /** Its last words reach the screen first. A shutdown asked for here ends it by itself. */
  #halted(run: number): void {
    setTimeout(() => {
      if (run === this.#run && !this.#stopping) void this.#stop('The system was shut down.');
    }, LAST_WORDS);
  }

  #fail(run: number, reason: string, error?: unknown): void {
    if (run !== this.#run) return;
    const booting = this.#state === 'booting';
    const words = booting
      ? `The system could not boot: ${reason}`
      : `The system stopped: ${reason}`;
    void this.#stop(words, 'failed');
    this.#owner.failed(words, error);
  }

  /** The medium of each drive is taken out first; a machine that hangs is given up after 5 s. */
  async #stop(reason: string, state: MachineState = 'off'): Promise<void> {
    this.#run++;
    const session = this.#session;
    this.#session = undefined;
    this.#prompt.clear();
    this.#loading = undefined;
    this.drives.giveUp();
    this.#speaker.silence();
    this.#owner.signs([]);
    this.keyboard.listening = false;
    clearTimeout(this.#timer);
    if (!this.#ready.settled) this.#ready.reject(new Error(reason));
    if (!this.#disksNamed) this.#firstDisks.reject(new Error(reason));
    if (session) {
      session.up = false;
      await this.drives.detach();
      session.end(reason);
    }
    this.#become(state);
  }

  #become(state: MachineState): void {
    this.#state = state;
    this.#owner.stateChanged(state);
  }
}

interface Pending<T> {
  promise: Promise<T>;
  settled: boolean;
  resolve(value: T): void;
  reject(error: Error): void;
}

function pending<T>(): Pending<T> {
  const parts: Partial<Pending<T>> = { settled: false };
  parts.promise = new Promise<T>((resolve, reject) => {
    parts.resolve = (value) => {
      parts.settled = true;
      resolve(value);
    };
    parts.reject = (error) => {
      parts.settled = true;
      reject(error);
    };
  });
  // Who does not look at `ready` hears of a failure by event.
  parts.promise.catch(() => undefined);
  return parts as Pending<T>;
}
