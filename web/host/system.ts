/**
 * A running system, as the page holds it: boots a topology, and speaks to machine and agent.
 *
 * It knows drives and bytes, not where disks are kept: `commit` is the owner's. What the agent
 * refuses comes as a SystemError with the NTSTATUS; wrong arguments are a TypeError in words, and
 * reach no worker.
 *
 *   System.boot(options)      resolves when the workers run; the first prompt comes later, as
 *                             output
 *   insert, eject, image      the machine's drives
 *   ask(request)              the agent's work (agent-protocol.ts)
 *   terminate()               ends everything at once
 */
import { transfer } from 'comlink';
import type { SectorPlace } from '../machine/look.ts';
import type { FaultCall } from './machine-fault.ts';
import type { KeepResult, NvramAnswer, NvramRequest } from '../machine/types.ts';
import type { DiskChange } from '../store/types.ts';
import { type AgentRequest, type AgentResults, cleanRequest, isBytes } from './agent-protocol.ts';
import type { WatchedRecord } from './agent-protocol.ts';
import { takeAhead } from './ahead.ts';
import { begin, type Begun } from './begin.ts';
import type { Code } from './code.ts';
import { startFramed } from './framed.ts';
import { REST } from './later-names.ts';
import { codeProgress, watchCode } from './progress.ts';
import type { ByteRange } from '../store/sector-set.ts';
import type {
  DirtyNews,
  DriveSigns,
  ExecutiveInit,
  MachineSnapshot,
  PageServices,
  Tone,
  Topology,
} from './protocol.ts';
import type { Recording, TimeRequest, TimeState } from './record/types.ts';
import { ofWorkers, type Refusal, RefusalWatch } from './refusals.ts';
import { canShareMemory, prefersIsolated } from './sharing.ts';
import type { Layout } from './topology.ts';
import { traceRecords } from './trace.ts';
import type { TraceOptions } from './trace.ts';

/** Milliseconds: what is said first is shown before more is fetched. */
const AFTER_WORDS = 30;
/** Milliseconds that the rest of the Executive waits for the first words: not for ever. */
const SILENCE = 2000;

export interface SystemOptions {
  topology?: 'auto' | Topology;
  /** Programs and drivers beside the system's own, by image name: modules that import nothing. */
  images?: Readonly<Record<string, URL>>;
  /** Which of them are drivers, and their hardware. */
  drivers?: ExecutiveInit['drivers'];
  speed?: 'fast' | 'real';
  /** How much of the code is here, in bytes; `total` is 0 where it is not known. */
  onLoading?(done: number, total: number): void;
  /** All of the code is here. */
  onLoaded?(): void;
  /** The page that workers can be had from where this page's policy refuses them (framed.ts). */
  frame?: URL | undefined;
  /** What the terminal's line carries. */
  onOutput?(bytes: Uint8Array): void;
  /** What the machine's speaker does. */
  onSound?(tones: readonly Tone[]): void;
  /** What the drives do (protocol.ts). */
  onDrives?(signs: readonly DriveSigns[]): void;
  /** Keys are to be given to the machine from now on, or no more. */
  onKeyboard?(listening: boolean): void;
  /** Makes changes of a medium safe; absent: disks last as long as the page. */
  commit?(...what: Parameters<PageServices['commit']>): Promise<KeepResult>;
  /** Brings and keeps the battery-backed memory; absent: it lasts as long as the system. */
  nvram?(request: NvramRequest, changes: DiskChange[]): Promise<NvramAnswer>;
  onWritten?(drive: number): void;
  /** `restarted`: another one is being started in its place. */
  onFault?(image: string, status: number, restarted: boolean): void;
  /** The system has something to write to a disk, or nothing any more: `keep` what was written. */
  onDirty?(drive: number, news: DirtyNews): void;
  /** The system was shut down from inside: everything is written. */
  onHalted?(): void;
  /** The system itself cannot go on, in words. */
  onPanic?(reason: string): void;
  onLog?(text: string): void;
}

/** What an Nt* call said, for the page. */
export class SystemError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'SystemError';
    this.status = status;
  }
}

export class System {
  readonly topology: Topology;
  readonly #layout: Layout;
  readonly #code: Code | undefined;
  readonly #forget: (() => void) | undefined;

  private constructor(topology: Topology, layout: Layout, code?: Code, forget?: () => void) {
    this.topology = topology;
    this.#layout = layout;
    this.#code = code;
    this.#forget = forget;
  }

  /**
   * Rejects with words where the topology asked for cannot be had, or a worker cannot be started.
   */
  static async boot(options: SystemOptions): Promise<System> {
    const refusals = new RefusalWatch(ofWorkers);
    try {
      return await System.#bootHere(options);
    } catch (error) {
      const refusal = options.frame && (await refusals.found());
      if (!refusal) throw error;
      return await System.#bootFramed(options, options.frame!, refusal);
    } finally {
      refusals.stop();
    }
  }

  static async #bootHere(options: SystemOptions): Promise<System> {
    const { images, drivers, speed = 'fast' } = options;
    const topology = chooseTopology(options.topology ?? 'auto');
    let broken: ((error: Error) => void) | undefined;
    const failed = new Promise<never>((_, reject) => (broken = reject));
    failed.catch(() => undefined);
    /** A boot that fails rejects, and a system that runs panics. */
    const onBroken = (reason: string): void =>
      broken ? broken(new Error(reason)) : options.onPanic?.(reason);
    const ahead = takeAhead({ topology, speed, images, drivers });
    const now = () =>
      begin({ topology, speed, images, drivers }, (code) => pageServices(options, code), onBroken);
    // What failed ahead is tried again.
    const begun = ahead?.begun.catch(now) ?? now();
    const { code, layout, forget } = await told(begun, options);
    // Not before: what has begun says that it is loaded first.
    ahead?.give(pageServices(options, code), onBroken);
    const system = new System(topology, await Promise.race([layout, failed]), code, forget);
    broken = undefined;
    return system;
  }

  static async #bootFramed(options: SystemOptions, page: URL, refusal: Refusal): Promise<System> {
    const { topology = 'auto', speed = 'fast' } = options;
    const refused = `this page's policy refuses what it needs (${refusal.directive}: ${refusal.blocked})`;
    const onBroken = (reason: string): void => options.onPanic?.(reason);
    try {
      const services = pageServices(options, undefined);
      const framed = await startFramed(page, { topology, speed }, services, onBroken);
      options.onLoaded?.();
      options.onLog?.(`${refused}; its workers are in a frame of ${page.origin}.`);
      return new System(framed.topology, framed.layout);
    } catch (error) {
      throw new Error(`${refused}, and ${textOf(error)}`, { cause: error });
    }
  }

  /** `damaged`, `tracks`: what of it cannot be read, what its bytes do not say (protocol.ts). */
  async insert(
    drive: number,
    image: Uint8Array,
    writeProtected = false,
    damaged: readonly ByteRange[] = [],
    tracks?: Uint8Array,
  ): Promise<void> {
    checkDrive(drive);
    if (!isBytes(image)) throw new TypeError('An image must be a Uint8Array.');
    if (typeof writeProtected !== 'boolean')
      throw new TypeError('writeProtected is true or false.');
    const copy = new Uint8Array(image);
    const bytes = transfer(copy, [copy.buffer]);
    await this.#layout.machine.insert(drive, bytes, writeProtected, damaged, tracks);
  }

  async eject(drive: number): Promise<Uint8Array | undefined> {
    checkDrive(drive);
    return this.#layout.machine.eject(drive);
  }

  /** What was written to the medium is handed to `commit`, and answered. */
  async keep(drive: number): Promise<void> {
    checkDrive(drive);
    await this.#layout.machine.keep(drive);
  }

  async image(drive: number): Promise<Uint8Array | undefined> {
    checkDrive(drive);
    return this.#layout.machine.image(drive);
  }

  async type(text: string): Promise<void> {
    if (typeof text !== 'string') throw new TypeError('What is typed must be a string.');
    await this.#layout.machine.type(new TextEncoder().encode(text));
  }

  /** A key of the machine's keyboard; `code` as `KeyboardEvent.code`. */
  async key(code: string, down: boolean): Promise<void> {
    if (typeof code !== 'string' || typeof down !== 'boolean')
      throw new TypeError('A key is a code, and down or not.');
    await this.#layout.machine.key(code, down);
  }

  async ask<R extends AgentRequest>(request: R): Promise<AgentResults[R['op']]> {
    const answer = await this.#layout.agent.ask(cleanRequest(request));
    if ('error' in answer) throw new SystemError(answer.error.status, answer.error.message);
    return answer.result as AgentResults[R['op']];
  }

  /** Counters of kernel, Executive, cache and machine; the store's are its owner's. */
  async counters(): Promise<Record<string, number>> {
    const inside = await this.ask({ op: 'counters' });
    return { ...inside, ...(await this.machineCounters()) };
  }

  /** Those of the machine alone. */
  async machineCounters(): Promise<Record<string, number>> {
    return this.#layout.machine.counters();
  }

  /** The machine's registers and lines; of that sector the bytes, too (machine/look.ts). */
  async look(sector?: SectorPlace): Promise<MachineSnapshot> {
    return this.#layout.machine.look(sector);
  }

  /** What happened since the boot (record/types.ts). */
  async recording(): Promise<Recording> {
    const recorded = this.topology === 'single' && this.#layout.recording;
    if (recorded) return recorded();
    throw new Error(
      'Sessions are recorded in topology "single": in "isolated" nothing says whose turn it was.',
    );
  }

  /** Holds the system's time, or lets it go (record/types.ts). */
  async time(request: TimeRequest): Promise<TimeState> {
    return this.#layout.time(request);
  }

  /** An image of the page's own: `mine.sys`, a module that imports nothing. Throws in words. */
  async addImage(name: string, text: string): Promise<void> {
    if (!this.#code) throw new Error('The workers are in a frame, which takes no code.');
    this.#code.add(name, text);
    await this.#layout.ownImage?.(name, new TextEncoder().encode(text));
  }

  /** Something of the machine breaks (machine-fault.ts). */
  async fault(call: FaultCall): Promise<void> {
    return this.#layout.machine.fault(...call);
  }

  /** What the kernel does, from now on. */
  trace(options?: TraceOptions): AsyncGenerator<WatchedRecord, void, undefined> {
    return traceRecords((request) => this.ask(request), options);
  }

  terminate(): void {
    this.#layout.terminate();
    // It holds the page's side of the system, which is over.
    this.#forget?.();
  }
}

/** Tells of the code until it is here. */
async function told(begun: Promise<Begun>, options: SystemOptions): Promise<Begun> {
  const tell = (): void => {
    const { done, total } = codeProgress();
    options.onLoading?.(done, total);
  };
  const end = watchCode(tell);
  try {
    tell();
    const all = await begun;
    // What came last may not have been told of yet.
    tell();
    options.onLoaded?.();
    return all;
  } finally {
    end();
  }
}

const after = (ms: number): Promise<void> => new Promise((over) => setTimeout(over, ms));

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function checkDrive(drive: unknown): void {
  if (drive !== 0 && drive !== 1) throw new TypeError('The machine has drives 0 and 1.');
}

function chooseTopology(asked: 'auto' | Topology): Topology {
  if (asked === 'isolated' && !canShareMemory())
    throw new Error(
      globalThis.crossOriginIsolated
        ? 'Topology "isolated" needs shared memory, which this browser does not give its pages.'
        : 'Topology "isolated" needs a cross-origin isolated page (headers COOP and COEP, or Document-Isolation-Policy).',
    );
  return asked === 'auto' ? (prefersIsolated() ? 'isolated' : 'single') : asked;
}

/** `code`: undefined where the workers are a frame's, which has its own. */
function pageServices(options: SystemOptions, code: Code | undefined): PageServices {
  let speaks!: () => void;
  const spoken = new Promise<void>((resolve) => (speaks = resolve));
  void spoken.then(() => setTimeout(() => code?.fetchOthers(), AFTER_WORDS));
  return {
    serialOutput(bytes) {
      options.onOutput?.(bytes);
      speaks();
    },
    async image(name) {
      if (!code) throw new Error(`there is no image ${name}`);
      if (name === REST) await Promise.race([spoken, after(SILENCE)]);
      return code.image(name);
    },
    sound: (tones) => options.onSound?.(tones),
    drives: (signs) => options.onDrives?.(signs),
    keyboard: (listening) => options.onKeyboard?.(listening),
    commit: (...what) => options.commit?.(...what) ?? Promise.resolve('kept'),
    nvram: (request, changes) =>
      options.nvram?.(request, changes) ?? Promise.resolve({ result: 'kept' }),
    written: (drive) => options.onWritten?.(drive),
    fault: (image, status, restarted) => options.onFault?.(image, status, restarted),
    dirty: (drive, news) => options.onDirty?.(drive, news),
    log: (text) => options.onLog?.(text),
    halted: () => options.onHalted?.(),
    panic: (reason) => options.onPanic?.(reason),
    wanted: () => undefined,
    taken: () => undefined,
    released: () => undefined,
  };
}
