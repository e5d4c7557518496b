/**
 * What a page asks of the running system by commands and paths. Each is a client process that makes
 * `Nt*` calls (host/agent.ts); all reject with a SystemError that has the NTSTATUS, or with a
 * TypeError in words for wrong arguments.
 */
import type {
  AgentRequest,
  AgentResults,
  ControlAction,
  DriveEntry,
  ExecResult,
  FileEntry,
  KernelSnapshot,
  VolumeEntry,
  WatchedRecord,
} from '../host/agent-protocol.ts';
import type { FaultCall } from '../host/machine-fault.ts';
import type { MachineSnapshot } from '../host/protocol.ts';
import type { ReplayResult, TimeRequest, TimeState, VisitRequest } from '../host/record/types.ts';
import { PageElement } from '../page/page-element.ts';
import { SystemError } from '../host/system.ts';
import type { SectorPlace } from '../machine/look.ts';
import { type TraceOptions, traceRecords } from '../host/trace.ts';
import { type AddedFile, type AddOptions, addOptionsOf, type Addable } from './add-options.ts';
import {
  booleanOf,
  callbackOf,
  type Content,
  contentOf,
  numberOf,
  optionsOf,
  signalOf,
  textOf,
} from './arguments.ts';
import { type AttributeChange, attributeChangeOf } from './attributes.ts';
import type { DisksByName } from './disks-by-name.ts';
import { formatLine, type FormatOptions } from './format-line.ts';
import type {
  DeletedFileInfo,
  DeletedFilesOptions,
  Salvaged,
  SalvageOptions,
  SectorInfo,
} from './medium/types.ts';
import { Playing } from './playing.ts';
import type { ReplayOptions, Visit } from './recording.ts';
import type { Session } from './session.ts';
import { traceOptionsOf } from './settings.ts';
import type { ExportOptions, ImageSource, InsertOptions } from './types.ts';

/** Whether what has the new name already is to be replaced. Default: it is an error. */
export interface ReplaceOptions {
  replace?: boolean;
}

/** `kernel`: with the kernel's own objects (docs/watching.md). */
export interface SnapshotOptions {
  kernel?: boolean;
}

const replaceOf = (value: unknown): boolean =>
  optionsOf<ReplaceOptions>(value, 'The options', { replace: booleanOf }).replace ?? false;

export abstract class SystemCalls extends PageElement {
  protected readonly playing = new Playing();

  /** The running system; boots it first where it is off. */
  protected abstract up(): Promise<Session>;

  abstract shutdown(): Promise<void>;

  protected abstract clearScreen(): void;

  protected abstract print(bytes: Uint8Array): Promise<string>;

  protected async ask<R extends AgentRequest>(request: R): Promise<AgentResults[R['op']]> {
    return (await this.up()).ask(request);
  }

  protected abstract readonly byName: DisksByName;

  /** Throws ImageError in words for what is no image of such a disk; the old one stays then. */
  async insertDisk(drive: string, image: ImageSource, options?: InsertOptions): Promise<void> {
    await this.byName.insert(drive, image, options);
  }

  /** Flushes, ejects, and resolves to the image. Rejects where the drive is empty. */
  async ejectDisk(drive: string): Promise<Blob> {
    return this.byName.eject(drive);
  }

  /**
   * As a hand pulls it out: nothing is flushed before. What the system had still to write to the
   * disk waits until the same disk is in a drive again. Resolves to the image as it is.
   */
  async pullDisk(drive: string): Promise<Blob> {
    return this.byName.pull(drive);
  }

  /** The image as it is after a flush, or `asIs`; the disk stays in. */
  async exportDisk(drive: string, options?: ExportOptions): Promise<Blob> {
    return this.byName.image(drive, options);
  }

  /** Runs one command line in a shell of its own; resolves to its NTSTATUS and its output. */
  async exec(line: string): Promise<ExecResult> {
    const text = textOf(line, 'The command line');
    const result = await this.ask({ op: 'exec', line: text });
    this.emit('neptune-command', { line: text, status: result.status, typed: false });
    return result;
  }

  /** The shell's `format`: all that was on the disk is gone. */
  async format(drive: string, options?: FormatOptions): Promise<void> {
    const { status, output } = await this.ask({ op: 'exec', line: formatLine(drive, options) });
    if (status !== 0) throw new SystemError(status, output.trim().split('\n').at(-1)!);
  }

  /** Rejects with a SystemError that has the NTSTATUS. */
  async readFile(path: string): Promise<Uint8Array> {
    return this.ask({ op: 'readFile', path: textOf(path, 'The path') });
  }

  /** Creates or replaces a file. The bytes are those at the call. */
  async writeFile(path: string, data: Content): Promise<void> {
    const name = textOf(path, 'The path');
    const bytes = await contentOf(data, 'The data');
    await this.ask({ op: 'writeFile', path: name, data: bytes });
  }

  async list(path: string): Promise<FileEntry[]> {
    return this.ask({ op: 'list', path: textOf(path, 'The path') });
  }

  /** The disk's map: every sector as the head finds it, and the file that it belongs to. */
  async sectors(drive: string): Promise<SectorInfo[]> {
    const { name } = await this.byName.medium(drive);
    const { sectorsOf } = await import('./medium/sectors.ts');
    const disk = async () => (await this.byName.medium(name)).disk;
    return sectorsOf(name, disk, (request) => this.ask(request));
  }

  /** All of a file that its disk still gives, and which bytes are missing. */
  async salvageFile(path: string, options?: SalvageOptions): Promise<Salvaged> {
    const name = textOf(path, 'The path');
    const checked = optionsOf<SalvageOptions>(options, 'The options', {
      signal: signalOf,
      limit: numberOf,
      onProgress: callbackOf,
    });
    const { salvage } = await import('./medium/salvage.ts');
    return salvage((request) => this.ask(request), name, checked);
  }

  /** What was deleted in a directory, and how sure it is that it is still there. */
  async deletedFiles(path: string, options?: DeletedFilesOptions): Promise<DeletedFileInfo[]> {
    const name = textOf(path, 'The path');
    const checked = optionsOf<DeletedFilesOptions>(options, 'The options', { below: booleanOf });
    const { deletedFiles } = await import('./medium/deleted.ts');
    return deletedFiles((request) => this.ask(request), name, checked);
  }

  /** What is left of a deleted file, by the `id` that `deletedFiles` gave. */
  async readDeleted(drive: string, id: string): Promise<Uint8Array> {
    const name = textOf(drive, 'The drive').slice(0, 1).toUpperCase();
    const wanted = textOf(id, 'The id');
    const { readDeleted } = await import('./medium/deleted.ts');
    return readDeleted((request) => this.ask(request), `${name}:`, wanted);
  }

  /**
   * Copies files, and folders by their relative paths, into a directory of a disk. Resolves to what
   * is there then, in order. docs/files.md has all of it.
   */
  async addFiles(path: string, files: Addable, options?: AddOptions): Promise<AddedFile[]> {
    const into = textOf(path, 'The path');
    const checked = addOptionsOf(files, options);
    const { addFiles } = await import('./add-files.ts');
    const progress = (done: number, total: number): void =>
      void this.emit('neptune-progress', { what: 'files', done, total });
    return addFiles({ ask: (request) => this.ask(request), progress }, into, checked);
  }

  /** Gives a file or a folder another name, or another place on the same disk. */
  async rename(from: string, to: string, options?: ReplaceOptions): Promise<void> {
    const paths = { from: textOf(from, 'The path'), to: textOf(to, 'The new path') };
    await this.ask({ op: 'rename', ...paths, replace: replaceOf(options) });
  }

  /** Copies one file, to any drive; the copy has its time. */
  async copyFile(from: string, to: string, options?: ReplaceOptions): Promise<void> {
    const paths = { from: textOf(from, 'The path'), to: textOf(to, 'The new path') };
    await this.ask({ op: 'copyFile', ...paths, replace: replaceOf(options) });
  }

  /** Deletes a file, or a folder: an empty one, unless `recursive`. */
  async deleteFile(path: string, options?: { recursive?: boolean }): Promise<void> {
    const name = textOf(path, 'The path');
    const checks = { recursive: booleanOf };
    const { recursive } = optionsOf<{ recursive?: boolean }>(options, 'The options', checks);
    await this.ask({ op: 'remove', path: name, tree: recursive ?? false });
  }

  /** The folder that it is to be in must be there. */
  async createFolder(path: string): Promise<void> {
    await this.ask({ op: 'createFolder', path: textOf(path, 'The path') });
  }

  /** Changes what is named, and nothing else. */
  async setAttributes(path: string, change: AttributeChange): Promise<void> {
    const name = textOf(path, 'The path');
    await this.ask({ op: 'setAttributes', path: name, ...attributeChangeOf(change) });
  }

  /** The drives that have letters, and whether their disks are mounted. */
  async volumes(): Promise<DriveEntry[]> {
    return this.ask({ op: 'volumes' });
  }

  /** The disk in a drive, with its free space. Rejects where there is none. */
  async volume(drive: string): Promise<VolumeEntry> {
    const letter = textOf(drive, 'The drive').replace(/[:\\/]+$/, '');
    return this.#explained({ op: 'volume', drive: `${letter.toUpperCase()}:` }, drive);
  }

  /** The system at one moment: processes, objects, devices, requests, the cache. */
  async snapshot(options?: SnapshotOptions): Promise<KernelSnapshot> {
    const checks = { kernel: booleanOf };
    const { kernel } = optionsOf<SnapshotOptions>(options, 'The options', checks);
    return this.ask({ op: 'snapshot', kernel: kernel ?? false });
  }

  /**
   * Revokes a capability (`which`: its slot), suspends or resumes a thread (its id), ends a
   * process. docs/watching.md says who survives what.
   */
  async control(action: ControlAction, process: number, which = 0): Promise<void> {
    await this.#explained({ op: 'control', action, process, which });
  }

  /** Where the arguments are wrong, says how: only then is the code for that loaded. */
  async #explained<R extends AgentRequest>(
    request: R,
    drive?: string,
  ): Promise<AgentResults[R['op']]> {
    try {
      return await this.ask(request);
    } catch (error) {
      if (error instanceof TypeError) (await import('./watch-options.ts')).explain(request, drive);
      throw error;
    }
  }

  /**
   * The machine at one moment: registers, lines, drives; of that sector the bytes, too. Nothing is
   * read by way of a port, and nothing changes.
   */
  async look(sector?: SectorPlace): Promise<MachineSnapshot> {
    const { sectorOf } = await import('./watch-options.ts');
    const place = sectorOf(sector);
    return (await this.up()).look(place);
  }

  /**
   * Code of the page's own as an image: `name.sys`, a module that imports nothing and exports
   * `image`. It runs where a service key names it and somebody loads that (docs/driver-bench.md),
   * and is forgotten with the system.
   */
  async addImage(name: string, text: string): Promise<void> {
    const image = textOf(name, 'The name');
    const code = textOf(text, 'The code');
    await (await this.up()).addImage(image, code);
  }

  /**
   * Something of the machine breaks, as `machine.fault` of the machine alone does it: a bad sector,
   * a lost interrupt, a disk pulled out in the middle. `('clear')` mends all.
   */
  async injectFault(...call: FaultCall): Promise<void> {
    const { isFault, faultsInWords } = await import('../host/machine-fault.ts');
    if (!isFault(call)) throw new TypeError(`No such fault: there are ${faultsInWords()}.`);
    await (await this.up()).fault(call);
  }

  /** What the kernel does, from now on, record by record, until the loop is left. */
  async *trace(options?: TraceOptions): AsyncGenerator<WatchedRecord, void, undefined> {
    const checked = traceOptionsOf(options);
    yield* traceRecords((request) => this.ask(request), checked);
  }

  /**
   * Holds the system's time, lets it go, slows it, or lets it make one step; what is so then. In
   * topology `single`. `<neptune-view>` has the words for it.
   */
  async time(request: TimeRequest): Promise<TimeState> {
    const { timeOf } = await import('./watch-options.ts');
    const checked = timeOf(request);
    const state = await (await this.up()).time(checked);
    this.requestUpdate();
    this.emit('neptune-time', state);
    return state;
  }

  /** What happened since the boot, as a file for `replay`. In topology `single`. */
  async recording(): Promise<Blob> {
    const { fileOf } = await import('./recording.ts');
    return fileOf(await (await this.up()).recording());
  }

  /**
   * Shuts the system down, and plays a recorded session on the screen, as fast as it can. What it
   * shows stays until a system is needed. docs/determinism.md has all of it.
   */
  async replay(recording: Blob, options?: ReplayOptions): Promise<ReplayResult> {
    const { recordingIn, replayHere, replayOptionsOf } = await import('./recording.ts');
    const { until, signal } = replayOptionsOf(options);
    const session = await recordingIn(recording);
    signal?.throwIfAborted();
    await this.shutdown();
    this.clearScreen();
    const onOutput = (bytes: Uint8Array): void => void this.print(bytes);
    return this.playing.play((stopped) =>
      replayHere(session, {
        request: until === undefined ? {} : { until },
        signal: signal ? AbortSignal.any([signal, stopped]) : stopped,
        onOutput,
      }),
    );
  }

  /**
   * One moment of a recorded session, beside the running system: by default of its own so far. It
   * changes nothing here. docs/determinism.md says what can be asked.
   */
  async visit(recording?: Blob, request?: VisitRequest): Promise<Visit> {
    const { recordingIn, visitHere, visitOf } = await import('./recording.ts');
    const checked = visitOf(request);
    const own = recording === undefined;
    const session = own ? await (await this.up()).recording() : await recordingIn(recording);
    return visitHere(session, checked);
  }

  /** Whether nobody prevented it, where it can be prevented. */
  protected emit(name: string, detail?: unknown, cancelable = false): boolean {
    const how = { detail, bubbles: true, composed: true, cancelable };
    return this.dispatchEvent(new CustomEvent(name, how));
  }

  /** Throws in words where the page keeps the disk in this drive. */
  protected mayLeave(drive: string): void {
    if (!this.emit('neptune-before-eject', { drive }, true))
      throw new Error(`The page does not let the disk out of ${drive}`);
  }

  /** Moving the element with `moveBefore` needs nothing. */
  connectedMoveCallback(): void {}
}
