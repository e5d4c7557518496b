/**
 * What is done with the whole box, and takes a while: files added, archives and backups made and
 * restored, a new disk formatted. One at a time, with progress, and a way to stop it.
 */
import type { NeptuneOs } from '../element/index.ts';
import { chooseFolder, filesIn, type Folder, mayUse, writeInto } from './folder.ts';
import { isHidden } from './given.ts';
import { type Failure, importFiles, textOf } from './importer.ts';
import { makeDisk, type Wish } from './new-dialog.ts';
import type { Progress } from './work-view.ts';

export interface WholeHost {
  machine(): NeptuneOs | undefined;
  say(words: string): void;
  fail(words: string): void;
  becomes(name: string): void;
  download(file: File): void;
  requestUpdate(): void;
}

interface Steps {
  readonly signal: AbortSignal;
  onProgress(done: number, total: number): void;
}

export class Whole {
  readonly #host: WholeHost;
  progress: Progress | undefined;
  /** Files that were not added, or disks that were not restored. */
  failures: readonly Failure[] = [];

  constructor(host: WholeHost) {
    this.#host = host;
  }

  closeFailures(): void {
    this.failures = [];
    this.#host.requestUpdate();
  }

  add(given: readonly File[]): Promise<void> {
    const files = given.filter((file) => !isHidden(file));
    if (files.length === 0) return Promise.resolve();
    return this.#do('Adding', async ({ kept }, steps) => {
      const { added, failed, left } = await importFiles(kept, files, steps);
      this.failures = failed;
      if (added[0] !== undefined) this.#host.becomes(added[0]);
      const words = [
        `${count(added.length, 'disk is', 'disks are')} new in the box.`,
        failed.length > 0 && `${count(failed.length, 'file', 'files')} could not be added.`,
        left > 0 && `Stopped: ${count(left, 'file was', 'files were')} not looked at.`,
      ];
      return words.filter(Boolean).join(' ');
    });
  }

  make(wish: Wish): Promise<void> {
    const { drive, format } = wish;
    return this.#do(`Formatting in ${drive}`, async (machine) => {
      await makeDisk(machine, wish);
      return `The new ${format} disk is in ${drive}`;
    });
  }

  zip(as: 'image' | 'original'): Promise<void> {
    return this.#do('Packing', async ({ kept }, steps) => {
      const { file, why } = await kept.zip({ ...steps, as });
      this.#host.download(file);
      const notes = why === '' ? 0 : why.split('\n').length;
      this.failures = notes === 0 ? [] : notesOf(why);
      const plain = `${count(notes, 'disk is', 'disks are')} not as they came; the list says why.`;
      return notes === 0 ? 'All disks are in the archive.' : `The archive is saved. ${plain}`;
    });
  }

  backup(): Promise<void> {
    return this.#do('Saving', async ({ kept }, steps) => {
      this.#host.download(await kept.backup(steps));
      return 'The whole box is in one file.';
    });
  }

  restore(source: Blob | readonly File[]): Promise<void> {
    return this.#do('Restoring', async ({ kept }, steps) => {
      const { restored, same, failed } = await kept.restoreBackup(source, steps);
      this.failures = failed.map(({ label, why }) => ({ file: label, why }));
      const words = [
        `${count(restored.length, 'disk is', 'disks are')} restored.`,
        same > 0 && `${count(same, 'was', 'were')} here already.`,
        failed.length > 0 && `${count(failed.length, 'disk', 'disks')} could not be restored.`,
      ];
      return words.filter(Boolean).join(' ');
    });
  }

  /** `folder`: the one of last time; absent: the user chooses. */
  backupInto(folder?: Folder): Promise<void> {
    return this.#withFolder(folder, 'readwrite', 'Saving', async (chosen, { kept }, steps) => {
      const disks = await kept.backupInto((file) => writeInto(chosen, file), steps);
      return `${count(disks, 'disk is', 'disks are')} in the folder ${chosen.name}.`;
    });
  }

  async restoreFrom(folder?: Folder): Promise<void> {
    let files: File[] | undefined;
    await this.#withFolder(folder, 'read', 'Reading', async (chosen) => {
      files = await filesIn(chosen);
      return '';
    });
    if (files) await this.restore(files);
  }

  #withFolder(
    folder: Folder | undefined,
    mode: 'read' | 'readwrite',
    words: string,
    work: (folder: Folder, machine: NeptuneOs, steps: Steps) => Promise<string>,
  ): Promise<void> {
    return this.#do(words, async (machine, steps) => {
      const chosen = folder ?? (await chooseFolder());
      if (!chosen) return 'No folder was chosen.';
      if (await mayUse(chosen, mode)) return work(chosen, machine, steps);
      const may = mode === 'read' ? 'read' : 'write to';
      return `The browser does not let this page ${may} the folder ${chosen.name}.`;
    });
  }

  async #do(
    words: string,
    work: (machine: NeptuneOs, steps: Steps) => Promise<string>,
  ): Promise<void> {
    const machine = this.#host.machine();
    if (!machine) return;
    if (this.progress) return this.#host.fail('Something else is being done with the box.');
    const stopping = new AbortController();
    const onProgress = (done: number, total: number): void => {
      this.progress = { words, done, total, stop: () => stopping.abort() };
      this.#host.requestUpdate();
    };
    onProgress(0, 0);
    try {
      const said = await work(machine, { signal: stopping.signal, onProgress });
      this.#host.say(said);
    } catch (error) {
      this.#host.fail(stopping.signal.aborted ? 'Stopped.' : textOf(error));
    } finally {
      this.progress = undefined;
      this.#host.requestUpdate();
    }
  }
}

const count = (many: number, one: string, more: string): string =>
  many === 1 ? `One ${one}` : `${many} ${more}`;

/** Lines of `file: why`. */
function notesOf(why: string): Failure[] {
  return why.split('\n').map((line) => {
    const at = line.indexOf(': ');
    return { file: line.slice(0, at), why: line.slice(at + 2) };
  });
}
