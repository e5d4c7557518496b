/**
 * Files that come onto a disk: from the reader's computer, or from another disk of the machine.
 *
 *   addFiles(room, items, into)     from the computer (the machine's addFiles)
 *   copyOver(room, source, into)    from a disk: each file by the machine's copyFile
 */
import { html } from 'lit';
import type { AddConflict, AddItem, AddReply, AddRename } from '../element/index.ts';
import { CANCEL } from './dialogs.ts';
import { Status, statusOf } from './machine.ts';
import { driveOf, folded, isWithin, joined, nameOf, parentOf } from './paths.ts';
import type { Room } from './room.ts';
import type { Row } from './rows.ts';
import { bytesIn, type Found, type Tree, walk } from './tree.ts';
import { amount, count, date, shown } from './words.ts';

export async function addFiles(
  room: Room,
  items: readonly (File | AddItem)[],
  into: string,
): Promise<void> {
  if (items.length === 0) return;
  let far = { written: 0, files: 0 };
  const added = await room.run(`Copying onto ${driveOf(into)}`, (job) =>
    room.machine.addFiles(into, items, {
      signal: job.signal,
      onProgress: ({ path, done, total, ...files }) => {
        far = files;
        job.tell(done, total, shown(nameOf(path)));
      },
      conflict: (conflict) => askConflict(room, conflict),
      names: (renames) => askNames(room, renames),
    }),
  );
  await room.folder.refresh();
  if (added) room.announce(`${count(added.length, 'file')} copied onto ${driveOf(into)}.`);
  else tellGivenUp(room, far);
}

/** What is written stays; nothing is where nothing was begun. */
function tellGivenUp(room: Room, { written, files }: { written: number; files: number }): void {
  if (files === 0) return room.announce('The copying was given up.');
  const verb = written === 1 ? 'is' : 'are';
  room.say(`The copying was given up: ${written} of ${count(files, 'file')} ${verb} written.`);
}

async function askNames({ dialogs }: Room, renames: readonly AddRename[]): Promise<boolean> {
  const list = renames.slice(0, 8).map(({ from, to }) => `${shown(from)} becomes ${shown(to)}`);
  if (renames.length > list.length) list.push(`and ${renames.length - list.length} more`);
  const pressed = await dialogs.choose({
    title: 'Names that a FAT disk cannot hold',
    list,
    buttons: [CANCEL, { value: 'yes', label: 'Copy them so', main: true }],
  });
  return pressed === 'yes';
}

const conflictButtons = (directory: boolean) => [
  { value: 'cancel', label: 'Cancel' },
  { value: 'skip', label: 'Skip' },
  ...(directory ? [] : [{ value: 'replace', label: 'Replace' }]),
  { value: 'keep-both', label: 'Keep both', main: true },
];

/** Escape and Cancel give up all of it. */
async function askConflict({ dialogs }: Room, conflict: AddConflict): Promise<AddReply> {
  const { path, size, modified, existing } = conflict;
  const facts = (bytes: number, when: Date | undefined): string =>
    [amount(bytes), when ? date(when) : ''].filter((fact) => fact !== '').join(', ');
  const question = {
    title: `There is a ${shown(nameOf(path))} already`,
    lines: existing.directory
      ? ['It is a folder.']
      : [`There: ${facts(existing.size, existing.modified)}.`, `New: ${facts(size, modified)}.`],
    buttons: conflictButtons(existing.directory),
  };
  const body = html`<label class="box"
    ><input type="checkbox" name="all" /> The same for all that follow</label
  >`;
  const isForAll = (form: HTMLFormElement): boolean => new FormData(form).has('all');
  const answer = await dialogs.form(question, body, isForAll);
  if (!answer || answer.pressed === 'cancel')
    throw new DOMException('The files were not copied.', 'AbortError');
  return { answer: answer.pressed as 'replace' | 'keep-both' | 'skip', all: answer.value };
}

export interface Source {
  readonly folder: string;
  readonly rows: readonly Row[];
}

export async function copyOver(room: Room, source: Source, into: string): Promise<void> {
  const { machine, folder } = room;
  const inItself = source.rows.some(
    (row) => row.directory && isWithin(into, joined(source.folder, row.name)),
  );
  if (inItself) throw new Error('A folder cannot be copied into itself.');
  const far = { written: 0, files: 0 };
  const done = await room.run(`Copying to ${driveOf(into)}`, async (job) => {
    const tree = await walk(machine, source.folder, source.rows, job.signal);
    await checkRoom(room, tree, into);
    const copying = new Copying(room, into);
    for (const one of tree.folders) await copying.makeFolder(one);
    let bytes = 0;
    far.files = tree.files.length;
    for (const file of tree.files) {
      job.signal.throwIfAborted();
      job.tell(bytes, bytesIn(tree), shown(nameOf(file.path)));
      if (await copying.copy(file)) far.written++;
      bytes += file.size;
    }
    return far.written;
  });
  await folder.refresh();
  if (done === undefined) tellGivenUp(room, far);
  else room.announce(`${count(done, 'file')} copied to ${into}.`);
}

/** What is replaced is not counted: there may be more room than this says, never less. */
async function checkRoom({ machine }: Room, tree: Tree, into: string): Promise<void> {
  const { cluster, free, drive } = await machine.volume(driveOf(into));
  const clusters = tree.files.reduce((sum, { size }) => sum + Math.ceil(size / cluster), 0);
  const need = (clusters + tree.folders.length) * cluster;
  if (need > free)
    throw new Error(`These files need ${amount(need)} on ${drive}, and ${amount(free)} are free.`);
}

class Copying {
  readonly #room: Room;
  readonly #into: string;
  #forAll: AddReply | undefined;

  constructor(room: Room, into: string) {
    [this.#room, this.#into] = [room, into];
  }

  async makeFolder({ relative }: Found): Promise<void> {
    try {
      await this.#room.machine.createFolder(joined(this.#into, relative));
    } catch (error) {
      if (statusOf(error) !== Status.nameCollision) throw error;
    }
  }

  /** False: it was left out. */
  async copy(file: Found): Promise<boolean> {
    const { machine } = this.#room;
    const to = joined(this.#into, file.relative);
    const onItself = folded(to) === folded(file.path);
    const there = await this.#there(to);
    if (!there) {
      await machine.copyFile(file.path, to);
      return true;
    }
    const existing = { size: there.size, modified: there.modified, directory: there.directory };
    const { size, modified } = file;
    const reply = onItself
      ? 'keep-both'
      : (this.#forAll ?? (await askConflict(this.#room, { path: to, size, modified, existing })));
    const { answer, all } = typeof reply === 'string' ? { answer: reply, all: false } : reply;
    if (all) this.#forAll = reply;
    if (answer === 'skip') return false;
    if (answer === 'replace') await machine.copyFile(file.path, to, { replace: true });
    else await this.#keepBoth(file.path, to);
    return true;
  }

  async #there(path: string) {
    const entries = await this.#room.machine.list(`${parentOf(path).replace(/\\$/, '')}\\`);
    const name = folded(nameOf(path));
    return entries.find((entry) => folded(entry.name) === name);
  }

  async #keepBoth(from: string, to: string): Promise<void> {
    const [, stem, end] = /^(.*?)(\.[^.\\]*)?$/s.exec(nameOf(to))!;
    for (let number = 2; ; number++) {
      const other = joined(parentOf(to), `${stem} (${number})${end ?? ''}`);
      if (!(await this.#there(other))) return this.#room.machine.copyFile(from, other);
    }
  }
}
