/**
 * What `addFiles` is going to do, before it does any of it: folders to make, files to write under
 * names that the disk can hold, and whether there is room.
 *
 *   makePlan(ask, into, given)   asks about names and conflicts; rejects where something is in the
 *                                way, with nothing written
 *
 * Of two files that would have one name on the disk the second gets another. A folder that is there
 * is gone into.
 */
import * as Status from '../../personality/rtl/ntstatus.ts';
import type { AgentRequest, AgentResults, FileEntry, VolumeEntry } from '../host/agent-protocol.ts';
import { SystemError } from '../host/system.ts';
import { visibleName } from '../store/share/visible.ts';
import { anotherName, diskName, Taken } from './add-names.ts';
import type { AddAnswer, AddItem, AddReply, CheckedAdd } from './add-options.ts';

export type Ask = <R extends AgentRequest>(request: R) => Promise<AgentResults[R['op']]>;

export interface PlannedFile {
  readonly path: string;
  readonly blob: Blob;
  readonly modified: number;
  /** The size of what it replaces. */
  readonly replaces: number | undefined;
}

export interface Plan {
  readonly volume: VolumeEntry;
  /** To be made, those above first. */
  readonly folders: readonly string[];
  readonly files: readonly PlannedFile[];
}

const ANSWERS: readonly unknown[] = ['replace', 'keep-both', 'skip'];

interface Folder {
  readonly path: string;
  readonly isNew: boolean;
  /** What is in it: of the disk an entry, of this plan nothing. */
  readonly taken: Taken<FileEntry | Folder | undefined>;
  /** Bytes of directory entries that this plan adds. */
  added: number;
}

/** Of a directory: 32 bytes for each 13 units of a long name, and as many for the short one. */
const entryBytes = (name: string): number => 32 * (1 + Math.ceil(name.length / 13));

export function refusal(status: number, words: string): SystemError {
  return new SystemError(status, words);
}

export async function makePlan(ask: Ask, into: string, given: CheckedAdd): Promise<Plan> {
  return new Planner(ask, given).plan(into.replaceAll('/', '\\').replace(/\\+$/, ''));
}

class Planner {
  readonly #ask: Ask;
  readonly #given: CheckedAdd;
  readonly #folders: Folder[] = [];
  readonly #files: PlannedFile[] = [];
  #forAll: AddAnswer | undefined;

  constructor(ask: Ask, given: CheckedAdd) {
    this.#ask = ask;
    this.#given = given;
    if (typeof given.conflict === 'string') this.#forAll = given.conflict;
  }

  async plan(into: string): Promise<Plan> {
    const drive = /^[A-Za-z]:/.exec(into)?.[0].toUpperCase();
    if (!drive) throw new TypeError('The path must begin with a drive, such as A:\\LETTERS.');
    const volume = await this.#ask({ op: 'volume', drive });
    const items = this.#given.items.map((item) => ({ item, parts: partsOf(item) }));
    await this.#tellNames(items);
    const top = await this.#folder(`${into}`, false);
    for (const { item, parts } of items) await this.#place(top, item, parts.map(diskName));
    this.#checkRoom(volume);
    const folders = this.#folders.filter(({ isNew }) => isNew).map(({ path }) => path);
    return { volume, folders, files: inOrder(this.#files) };
  }

  async #tellNames(items: readonly { parts: readonly string[] }[]): Promise<void> {
    const renames = new Map<string, string>();
    for (const { parts } of items) {
      const [from, to] = [parts.join('/'), parts.map(diskName).join('/')];
      if (from !== to) renames.set(from, to);
    }
    if (renames.size === 0 || !this.#given.names) return;
    const told = [...renames].map(([from, to]) => ({ from, to }));
    if ((await this.#given.names(told)) === false)
      throw new DOMException('The files were not copied.', 'AbortError');
  }

  async #folder(path: string, isNew: boolean): Promise<Folder> {
    const folder: Folder = { path, isNew, taken: new Taken(), added: 0 };
    this.#folders.push(folder);
    if (isNew) return folder;
    for (const entry of await this.#ask({ op: 'list', path: `${path}\\` })) {
      folder.taken.add(entry.name, entry);
      if (entry.shortName) folder.taken.add(entry.shortName, entry);
    }
    return folder;
  }

  async #place(top: Folder, { file }: AddItem, names: readonly string[]): Promise<void> {
    let at = top;
    const folders = file ? names.slice(0, -1) : names;
    for (const name of folders) at = await this.#inside(at, name);
    if (file) await this.#file(at, names.at(-1)!, file);
  }

  async #inside(folder: Folder, name: string): Promise<Folder> {
    const there = folder.taken.get(name);
    if (there && 'taken' in there) return there;
    const free = !folder.taken.has(name);
    const isFolder = there?.directory ?? false;
    const own = free || isFolder ? name : anotherName(name, folder.taken);
    const made = await this.#folder(`${folder.path}\\${own}`, !isFolder);
    if (!isFolder) folder.added += entryBytes(own);
    // Files that come later under the name that was taken go into the same folder.
    for (const each of new Set([name, own])) folder.taken.add(each, made);
    return made;
  }

  async #file(folder: Folder, name: string, blob: Blob): Promise<void> {
    const there = folder.taken.get(name);
    const isOnDisk = there !== undefined && !('taken' in there);
    let own = name;
    let replaces: number | undefined;
    if (isOnDisk) {
      const answer = await this.#answer(folder, name, blob, there);
      if (answer === 'skip') return;
      if (answer === 'replace' && !there.directory) [own, replaces] = [there.name, there.size];
      else own = anotherName(name, folder.taken);
    } else if (folder.taken.has(name)) own = anotherName(name, folder.taken);
    if (replaces === undefined) folder.added += entryBytes(own);
    folder.taken.add(own, undefined);
    const modified = 'lastModified' in blob ? (blob as File).lastModified : 0;
    this.#files.push({ path: `${folder.path}\\${own}`, blob, modified, replaces });
  }

  async #answer(folder: Folder, name: string, blob: Blob, there: FileEntry): Promise<AddAnswer> {
    if (this.#forAll) return this.#forAll;
    const path = `${folder.path}\\${name}`;
    const { conflict } = this.#given;
    if (typeof conflict !== 'function') {
      const words = `There is a ${visibleName(path)} already (STATUS_OBJECT_NAME_COLLISION).`;
      throw refusal(Status.STATUS_OBJECT_NAME_COLLISION, words);
    }
    const { size, modified: written, directory } = there;
    const modified = 'lastModified' in blob ? new Date((blob as File).lastModified) : undefined;
    const existing = { size, modified: written, directory };
    const reply = await conflict({ path, size: blob.size, modified, existing });
    const { answer, all = false }: Partial<Exclude<AddReply, string>> =
      typeof reply === 'object' ? (reply ?? {}) : { answer: reply };
    if (!answer || !ANSWERS.includes(answer))
      throw new TypeError('A conflict is answered by "replace", "keep-both" or "skip".');
    if (all) this.#forAll = answer;
    return answer;
  }

  #checkRoom({ cluster, free, drive }: VolumeEntry): void {
    const clusters = (bytes: number): number => Math.ceil(bytes / cluster);
    let need = 0;
    for (const { blob, replaces } of this.#files)
      need += clusters(blob.size) - clusters(replaces ?? 0);
    // How full the last cluster of a folder is that is there is not known: none is counted.
    for (const { isNew, added } of this.#folders)
      need += isNew ? Math.max(1, clusters(added + 64)) : Math.floor(added / cluster);
    const bytes = need * cluster;
    if (bytes <= free) return;
    const [wanted, room] = [bytes, free].map((count) => count.toLocaleString('en'));
    const words = `These files need ${wanted} bytes on ${drive}, and ${room} are free`;
    throw refusal(Status.STATUS_DISK_FULL, `${words} (STATUS_DISK_FULL). Nothing was copied.`);
  }
}

/** `..` leads nowhere; what is empty is no name. */
function partsOf({ path }: AddItem): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0) throw new TypeError("A file's path has no name in it.");
  return parts;
}

/** What frees room comes first, so that there is room for the others, if there is at last. */
function inOrder(files: readonly PlannedFile[]): PlannedFile[] {
  if (!files.some(({ replaces }) => replaces !== undefined)) return [...files];
  const growth = ({ blob, replaces = 0 }: PlannedFile): number => blob.size - replaces;
  return [...files].sort((a, b) => growth(a) - growth(b));
}
