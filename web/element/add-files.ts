/**
 * Files and folders of the reader's computer, copied onto a disk through the file system.
 *
 *   addFiles(host, into, given)   resolves to what was copied
 *
 * Everything that can be known before is looked at before (add-plan.ts). Then a file is on the disk
 * as a whole or not at all: one that was cut off by the signal or by an error is deleted, and one
 * that is replaced is so under its name only when the new one is written, if there is room for
 * both. A folder is made when the first file comes into it, and goes if that one does not. The disk
 * that was there at the beginning is the only one that is written to.
 *
 * What is written before an error stays: the error says how many files that are, and so does the
 * progress, for who gives it up.
 */
import * as Status from '../../personality/rtl/ntstatus.ts';
import type { VolumeEntry } from '../host/agent-protocol.ts';
import { SystemError } from '../host/system.ts';
import { visibleName } from '../store/share/visible.ts';
import type { AddedFile, CheckedAdd } from './add-options.ts';
import { type Ask, makePlan, type Plan, type PlannedFile, refusal } from './add-plan.ts';
import { writtenWords } from './add-words.ts';

export interface AddHost {
  readonly ask: Ask;
  progress(done: number, total: number): void;
}

/** Bytes that travel at once. */
const PIECE = 0x1_0000;

export async function addFiles(
  host: AddHost,
  into: string,
  given: CheckedAdd,
): Promise<AddedFile[]> {
  const { signal } = given;
  signal?.throwIfAborted();
  const plan = await makePlan(host.ask, into, given);
  const writer = new Writer(host, given, plan);
  const folders = new Folders(host.ask, plan.folders);
  const attempt = async (path: string, work: () => Promise<void>): Promise<void> => {
    signal?.throwIfAborted();
    try {
      await work();
      folders.used();
    } catch (error) {
      await folders.undo();
      throw signal?.aborted ? error : notCopied(path, error, writer.words);
    }
  };
  const added: AddedFile[] = [];
  for (const file of plan.files) {
    await attempt(file.path, async () => {
      await folders.above(file.path);
      await writer.put(file);
    });
    added.push({ path: file.path, size: file.blob.size });
    writer.wrote(file.path);
  }
  for (const path of plan.folders) await attempt(path, () => folders.make(path));
  writer.tell('');
  return added;
}

/** Which file an error is about, and what was written before it. */
function notCopied(path: string, cause: unknown, written: string): Error {
  const { message } = cause as Error;
  const words = `${visibleName(path)} was not copied: ${message}${written && ` ${written}`}`;
  return cause instanceof SystemError ? refusal(cause.status, words) : new Error(words, { cause });
}

/** Folders that are new on the disk. */
class Folders {
  readonly #ask: Ask;
  readonly #wanted: Set<string>;
  /** Made for a file that is not written yet, those above first. */
  #made: string[] = [];

  constructor(ask: Ask, wanted: readonly string[]) {
    [this.#ask, this.#wanted] = [ask, new Set(wanted)];
  }

  above(path: string): Promise<void> {
    return this.make(path.replace(/\\[^\\]*$/, ''));
  }

  async make(path: string): Promise<void> {
    if (!this.#wanted.delete(path)) return;
    await this.above(path);
    await this.#ask({ op: 'createFolder', path });
    this.#made.push(path);
  }

  used(): void {
    this.#made = [];
  }

  async undo(): Promise<void> {
    for (const path of this.#made.reverse())
      await this.#ask({ op: 'remove', path, tree: false }).catch(() => undefined);
  }
}

class Writer {
  #done = 0;
  #written = 0;
  readonly #host: AddHost;
  readonly #given: CheckedAdd;
  readonly #volume: VolumeEntry;
  readonly #files: number;
  readonly #total: number;

  constructor(host: AddHost, given: CheckedAdd, { volume, files }: Plan) {
    this.#host = host;
    this.#given = given;
    this.#volume = volume;
    this.#files = files.length;
    this.#total = files.reduce((sum, { blob }) => sum + blob.size, 0);
  }

  get words(): string {
    return writtenWords({ written: this.#written, files: this.#files });
  }

  wrote(path: string): void {
    this.#written++;
    this.tell(path);
  }

  async put(file: PlannedFile): Promise<void> {
    const { ask } = this.#host;
    const { path, blob, replaces } = file;
    // To read may take any time: the disk is looked at after it.
    const first = await bytesOf(blob, 0);
    const { free } = await this.#sameDisk();
    if (replaces === undefined) return this.#write(path, file, first, false);
    // Both have to be there for a moment; else the old one goes first.
    if (free < blob.size + 2 * this.#volume.cluster) return this.#write(path, file, first, true);
    const beside = path.replace(/[^\\]*$/, `~${Date.now().toString(36).slice(-6)}.tmp`);
    await this.#write(beside, file, first, false);
    await this.#orRemove(beside, () =>
      ask({ op: 'rename', from: beside, to: path, replace: true }),
    );
  }

  /** What was begun and not ended is deleted; what is written over its old self is not given up. */
  async #write(
    path: string,
    { blob, modified }: PlannedFile,
    first: Uint8Array,
    replace: boolean,
  ): Promise<void> {
    const { ask } = this.#host;
    let begun = false;
    const work = async (): Promise<void> => {
      for (let offset = 0; offset === 0 || offset < blob.size; offset += PIECE) {
        if (!replace) this.#given.signal?.throwIfAborted();
        const data = offset === 0 ? first : await bytesOf(blob, offset);
        this.tell(path);
        const part = { path, data, offset, total: blob.size, replace };
        await ask({ op: 'writePart', ...part });
        begun = true;
        this.#done += data.length;
      }
      if (modified > 0) await ask({ op: 'setAttributes', path, on: 0, off: 0, modified });
    };
    await this.#orRemove(path, work, () => begun);
  }

  async #orRemove(
    path: string,
    work: () => Promise<unknown>,
    isOurs: () => boolean = () => true,
  ): Promise<void> {
    try {
      await work();
    } catch (error) {
      const remove = { op: 'remove', path, tree: false } as const;
      if (isOurs()) await this.#host.ask(remove).catch(() => undefined);
      throw error;
    }
  }

  async #sameDisk(): Promise<VolumeEntry> {
    const { drive, serial, label, total } = this.#volume;
    const now = await this.#host.ask({ op: 'volume', drive });
    if (now.serial === serial && now.label === label && now.total === total) return now;
    throw refusal(Status.STATUS_WRONG_VOLUME, `another disk is in ${drive} (STATUS_WRONG_VOLUME).`);
  }

  tell(path: string): void {
    const bytes = { done: this.#done, total: this.#total };
    this.#given.onProgress?.({ path, written: this.#written, files: this.#files, ...bytes });
    this.#host.progress(bytes.done, bytes.total);
  }
}

async function bytesOf(blob: Blob, offset: number): Promise<Uint8Array> {
  try {
    const part = blob.slice(offset, offset + PIECE);
    return new Uint8Array(await part.arrayBuffer());
  } catch (cause) {
    throw new Error('The file could not be read; it may have changed or gone.', { cause });
  }
}
