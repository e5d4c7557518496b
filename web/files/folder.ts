/**
 * The folder that is shown: what is in it, and the way there and back.
 *
 *   go(path)          shows another folder; where it cannot be had, `trouble` says why
 *   up, back, forward
 *   refresh()         looks again; what cannot be had now stays as it was
 *   sortBy(column)    again: the other way round
 *   chosen()          the rows that an action is for
 *
 * Answers that come after a later question are dropped. It draws nothing: `changed` is called.
 */
import type { FileEntry, VolumeEntry } from '../element/index.ts';
import {
  type DeletedFile,
  isEmptyDrive,
  isGone,
  type Machine,
  rescueOf,
  wordsOf,
} from './machine.ts';
import {
  driveOf,
  folded,
  folderPath,
  isRoot,
  isWithin,
  joined,
  leadsElsewhere,
  parentOf,
  rootOf,
} from './paths.ts';
import { type Column, type Order, type Row, rowsOf, sorted } from './rows.ts';
import { Selection } from './selection.ts';
import { shown } from './words.ts';

export type FolderState = 'waiting' | 'loading' | 'shown' | 'empty' | 'failed';

export class Folder {
  path = 'A:\\';
  state: FolderState = 'waiting';
  /** Why there is nothing to show, in words. */
  trouble = '';
  volume: VolumeEntry | undefined;
  rows: readonly Row[] = [];
  order: Order = { by: 'name', down: false };
  readonly selection = new Selection();
  #machine: Machine | undefined;
  readonly #changed: () => void;
  #entries: readonly FileEntry[] = [];
  #deleted: readonly DeletedFile[] = [];
  #showsDeleted = false;
  #damaged: ReadonlySet<string> = new Set();
  readonly #found = new Set<string>();
  #past: string[] = [];
  #future: string[] = [];
  #turn = 0;
  #runs = false;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get machine(): Machine | undefined {
    return this.#machine;
  }

  /** It may not run yet: `begin` when it does. */
  set machine(machine: Machine | undefined) {
    this.#machine = machine;
    this.#runs = false;
    this.#forget();
    this.#become('waiting');
  }

  begin(): void {
    this.#runs = true;
    this.#become('loading');
    void this.refresh(true).then(() => this.lookForDamage());
  }

  get drive(): string {
    return driveOf(this.path);
  }

  get canGoBack(): boolean {
    return this.#past.length > 0;
  }

  get canGoForward(): boolean {
    return this.#future.length > 0;
  }

  /** Whether deleted files can be looked for at all. */
  get canShowDeleted(): boolean {
    return this.#machine !== undefined && rescueOf(this.#machine).deletedFiles !== undefined;
  }

  get showsDeleted(): boolean {
    return this.#showsDeleted;
  }

  /** Raises, in words, where the row's name would lead to something else. */
  pathOf({ name }: Row): string {
    if (leadsElsewhere(name))
      throw new Error(`No path leads to ${shown(name)}: chkdsk /f gives it another name.`);
    return joined(this.path, name);
  }

  isDamaged(row: Row): boolean {
    const path = folded(joined(this.path, row.name));
    return !row.deleted && (this.#damaged.has(path) || this.#found.has(path));
  }

  /** Reading it has failed. */
  foundDamaged(path: string): void {
    this.#found.add(folded(path));
    this.#changed();
  }

  /** The chosen rows; none is: the one at hand. */
  chosen(): Row[] {
    const { selection } = this;
    const chosen = this.rows.filter(({ key }) => selection.has(key));
    return chosen.length > 0 ? chosen : this.rows.filter(({ key }) => key === selection.active);
  }

  get there(): readonly FileEntry[] {
    return this.#entries;
  }

  async go(path: string): Promise<void> {
    const to = folderPath(path);
    if (to === undefined || to === this.path) return this.refresh(true);
    if (this.#runs) this.#past.push(this.path);
    this.#future = [];
    await this.#show(to);
  }

  async up(): Promise<void> {
    if (isRoot(this.path)) return;
    const from = this.path;
    await this.go(parentOf(from));
    const row = this.rows.find((one) => joined(this.path, one.name) === from);
    if (row) this.selection.only(row.key);
    this.#changed();
  }

  async back(): Promise<void> {
    const to = this.#past.pop();
    if (to === undefined) return;
    this.#future.push(this.path);
    await this.#show(to);
  }

  async forward(): Promise<void> {
    const to = this.#future.pop();
    if (to === undefined) return;
    this.#past.push(this.path);
    await this.#show(to);
  }

  sortBy(by: Column): void {
    this.order = { by, down: this.order.by === by && !this.order.down };
    this.#arrange();
  }

  async showDeleted(shows: boolean): Promise<void> {
    this.#showsDeleted = shows;
    await this.refresh();
  }

  /** `loud`: somebody asked for it, and is to hear why not. */
  async refresh(loud = false): Promise<void> {
    const machine = this.#machine;
    if (!machine || !this.#runs) return;
    const turn = ++this.#turn;
    const { path } = this;
    try {
      const entries = await machine.list(`${path}${isRoot(path) ? '' : '\\'}`);
      const volume = await machine.volume(this.drive);
      const deleted = await this.#lookForDeleted(machine, path);
      if (turn !== this.#turn) return;
      [this.#entries, this.volume, this.#deleted] = [entries, volume, deleted];
      this.#become('shown');
      this.#arrange();
    } catch (error) {
      if (turn === this.#turn) await this.#failed(error, loud);
    }
  }

  /** Which files have sectors that cannot be read: the medium's map says it, where there is one. */
  async lookForDamage(): Promise<void> {
    const machine = this.#machine;
    const { drive } = this;
    const sectors = await (machine && rescueOf(machine).sectors?.(drive))?.catch(() => []);
    if (machine !== this.#machine || drive !== this.drive) return;
    const bad = (sectors ?? []).filter(({ state, file }) => file && state !== 'good');
    this.#damaged = new Set(
      bad.map(({ file }) =>
        folded(/^[a-z]:/i.test(file!) ? file! : joined(rootOf(drive), file!.replace(/^\\/, ''))),
      ),
    );
    if (this.#damaged.size > 0) this.#changed();
  }

  /** The disk has left the drive, or another one has come. */
  diskChanged(isThere: boolean): void {
    this.#found.clear();
    this.#damaged = new Set();
    const isHere = (path: string): boolean => driveOf(path) === this.drive;
    this.#past = this.#past.filter((path) => !isHere(path));
    this.#future = this.#future.filter((path) => !isHere(path));
    this.path = rootOf(this.path);
    this.#forget();
    if (!isThere) return this.#become('empty');
    this.#become('loading');
    void this.refresh(true).then(() => this.lookForDamage());
  }

  async #show(path: string): Promise<void> {
    const sameDrive = driveOf(path) === this.drive;
    const before = this.path;
    this.path = path;
    this.selection.clear();
    this.selection.active = '';
    this.#forget();
    if (!sameDrive) this.volume = undefined;
    this.#become('loading');
    await this.refresh(true);
    if (!sameDrive) void this.lookForDamage();
    if (isWithin(before, path)) this.#changed();
  }

  async #lookForDeleted(machine: Machine, path: string): Promise<DeletedFile[]> {
    if (!this.#showsDeleted) return [];
    return (await rescueOf(machine).deletedFiles?.(path)) ?? [];
  }

  async #failed(error: unknown, loud: boolean): Promise<void> {
    if (isEmptyDrive(error)) {
      this.path = rootOf(this.path);
      this.#forget();
      return this.#become('empty');
    }
    if (isGone(error) && !isRoot(this.path)) {
      this.path = parentOf(this.path);
      return this.refresh(loud);
    }
    if (!loud && this.state === 'shown') return;
    this.#forget();
    this.trouble = wordsOf(error);
    this.#become('failed');
  }

  #forget(): void {
    [this.#entries, this.#deleted, this.rows] = [[], [], []];
    this.selection.follow([]);
  }

  #arrange(): void {
    this.rows = sorted(rowsOf(this.#entries, this.#deleted), this.order);
    this.selection.follow(this.rows.map(({ key }) => key));
    this.#changed();
  }

  #become(state: FolderState): void {
    this.state = state;
    this.#changed();
  }
}
