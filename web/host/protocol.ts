/**
 * What page and workers say to each other: control only, never the path of a byte.
 *
 * Every worker is started with one message that carries two MessagePorts: one for the page's calls
 * (comlink, the `...Control` interfaces here), one for what the worker tells the page (notes.ts).
 * Calls go one way only. Nothing that a process's code can reach leads to either port.
 */
import type { DirtyNews } from '../../personality/ntos/cc/context.ts';
import type { DriverConfiguration } from '../../personality/rtl/driverconfiguration.ts';
import type {
  DriveSigns,
  KeepResult,
  NvramAnswer,
  NvramRequest,
  NvramResult,
} from '../machine/types.ts';
import type { FaultCall } from './machine-fault.ts';
import type { MachineLook, SectorPlace } from '../machine/look.ts';
import type { DiskChange } from '../store/types.ts';
import type { AgentAnswer, AgentRequest } from './agent-protocol.ts';
import type {
  Recording,
  TimeRequest,
  TimeState,
  VisitRequest,
  VisitResult,
} from './record/types.ts';
import type { ByteRange } from '../store/sector-set.ts';

export type { DirtyNews, DriveSigns };

export type Topology = 'isolated' | 'single';

/** The message that starts a worker. */
export interface StartMessage<Init> {
  init: Init;
  /** Its own interface is exposed here. */
  control: MessagePort;
  /** Its notes go here. */
  notes: MessagePort;
}

/** Where the code of each image is, of those that are here; names in small letters. */
export type ImageAddresses = Readonly<Record<string, string>>;

/** What the Executive is started with. */
export interface ExecutiveInit {
  /** Drivers beside those of the configuration. */
  drivers: Readonly<Record<string, DriverConfiguration>>;
}

/** What every processor of one kernel shares (isolated). */
export interface SharedParts {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  ram: WebAssembly.Memory;
  bus: SharedArrayBuffer;
  /** By which all processors are held (personality/sel4/held-words.ts). */
  hold: SharedArrayBuffer;
}

export interface ExecutiveWorkerInit extends SharedParts, ExecutiveInit {
  /** Where the rest of the Executive is, where that is known (rest.ts). */
  rest: string | undefined;
}

export interface ProcessorInit extends SharedParts {
  /** Any but 0, which is the Executive's. */
  index: number;
  images: ImageAddresses;
}

export interface MachineInit extends SharedParts {
  index: number;
  speed: 'fast' | 'real';
}

export interface SingleInit extends ExecutiveInit {
  images: ImageAddresses;
  module: WebAssembly.Module;
  ramBytes: number;
  speed: 'fast' | 'real';
}

/** The speaker has another tone from then on: `at` milliseconds of the machine's time. */
export interface Tone {
  /** 0: silence. */
  readonly hertz: number;
  readonly at: number;
}

export interface MachineSnapshot extends MachineLook {
  /** Microseconds as records of the trace have them, modulo 2^32. */
  readonly time: number;
}

/** The machine's drives, its serial line and its keyboard. */
export interface MachineControl {
  /**
   * `damaged`: what of the image cannot be read, until it is written anew. `tracks`: what the disk
   * has beyond plain sectors, as a commit brought it.
   */
  insert(
    drive: number,
    image: Uint8Array,
    writeProtected: boolean,
    damaged?: readonly ByteRange[],
    tracks?: Uint8Array,
  ): void;
  /**
   * Stops when everything written is handed over; the image as it was, undefined if the drive was
   * empty. What the page could not keep until then is the page's to keep.
   */
  eject(drive: number): Promise<Uint8Array | undefined>;
  /** Hands over what was written; resolves when the page has acknowledged it, or refused it. */
  keep(drive: number): Promise<void>;
  /** A copy of the image as it is now. */
  image(drive: number): Uint8Array | undefined;
  type(bytes: Uint8Array): void;
  /** A key is pressed or released, by its place (`KeyboardEvent.code`). */
  key(code: string, down: boolean): void;
  counters(): Record<string, number>;
  /** Something breaks, by name (machine-fault.ts looks at it before). */
  fault(...call: FaultCall): void;
  /** The machine as it is; of that sector the bytes, too. Changes nothing. */
  look(sector?: SectorPlace): MachineSnapshot;
}

/** A worker that runs processes. */
export interface ImageControl {
  /** The answer to a wish for an image (notes.ts). */
  imageCame(ticket: number, address: string | undefined, reason: string): void;
}

/** The worker that the machine runs in. */
export interface MachineWorkerControl extends MachineControl {
  start(): void;
  /** The answer to a commit, or to what the battery-backed memory wants (notes.ts). */
  committed(ticket: number, result: NvramResult, contents?: Uint8Array): void;
}

/** A process that works for the page. */
export interface AgentControl {
  ask(request: AgentRequest): Promise<AgentAnswer>;
}

/** The worker that the Executive runs in. */
export interface ExecutiveControl extends ImageControl {
  /** Boots the kernel, and the Executive on it. */
  start(): void;
  /** Tells the Executive that another processor's worker failed. */
  processorLost(processor: number, reason: string): void;
}

/** The worker of any other processor. */
export interface ProcessorControl extends AgentControl, ImageControl {
  /** Joins the kernel, which processor 0 has booted, as a spare. */
  start(): void;
}

export interface SingleControl extends MachineWorkerControl, AgentControl, ImageControl {
  /** What happened since the start. */
  recording(): Recording;
  time(request: TimeRequest): Promise<TimeState>;
  /** For the recording: the page has that image of its own from now on. */
  ownImage(name: string, code: Uint8Array): void;
}

export interface ReplayInit {
  images: ImageAddresses;
  module: WebAssembly.Module;
  recording: Recording;
  request: VisitRequest;
  /** Of its own images, in the order in which they came (record/own-images.ts). */
  own: readonly string[];
}

/** The worker that replays a session. */
export interface ReplayControl extends ImageControl {
  run(): Promise<VisitResult>;
}

/** What a frame of the site is asked for (framed.ts). */
export interface FrameInit {
  topology: 'auto' | Topology;
  speed: 'fast' | 'real';
}

type Promised<T> = {
  [K in keyof T]: T[K] extends (...given: infer A) => infer R
    ? (...given: A) => Promise<Awaited<R>>
    : never;
};

/** The frame's page: as the worker of topology single, but its start says which topology it is. */
export interface FrameControl extends Promised<MachineControl>, AgentControl {
  start(): Promise<Topology>;
  recording(): Promise<Recording>;
  time(request: TimeRequest): Promise<TimeState>;
  committed(ticket: number, result: NvramResult, contents?: Uint8Array): void;
}

/** What the page does when it is told so. */
export interface PageServices {
  serialOutput(bytes: Uint8Array): void;
  /** What the speaker did, in order. */
  sound(tones: readonly Tone[]): void;
  /** What the drives do; each count is since it was last told. */
  drives(signs: readonly DriveSigns[]): void;
  /** Somebody listens to the machine's keyboard from now on, or nobody any more. */
  keyboard(listening: boolean): void;
  /**
   * Makes changes of a medium safe; a drive whose disk is not kept answers `kept` at once. With
   * `asked` somebody waits to hear that all of the disk is safe, what came before included.
   * `tracks`: what the disk has beyond plain sectors now, where that has changed; empty: nothing.
   */
  commit(
    drive: number,
    changes: DiskChange[],
    asked: boolean,
    tracks?: Uint8Array,
  ): Promise<KeepResult>;
  /**
   * Brings what was kept of the battery-backed memory, or makes the changes safe. Never rejects.
   */
  nvram(request: NvramRequest, changes: DiskChange[]): Promise<NvramAnswer>;
  /** A medium was written. Told at most a few times a second. */
  written(drive: number): void;
  /** A process is to start, and no processor is to spare. */
  wanted(): void;
  /** The processor has an image and is no spare any more. */
  taken(processor: number, image: string): void;
  /** The processor's worker is to be ended. */
  released(processor: number): void;
  /**
   * A process died of a fault, or one that the system depends on ended; `restarted`: another one is
   * being started in its place.
   */
  fault(image: string, status: number, restarted: boolean): void;
  /** The system has something to write to the drive's disk, or nothing any more. */
  dirty(drive: number, news: DirtyNews): void;
  /** The system has shut down: everything is written. */
  halted(): void;
  /** Where the code of an image is that comes when it is first wanted. Rejects in words. */
  image(name: string): Promise<string>;
  /** For the developer's console. */
  log(text: string): void;
  panic(reason: string): void;
}
