/**
 * Where the parts of the list meet: what is shown, what is asked, what is being done.
 *
 *   view(), drawn()     what the element draws
 *   beside(machine)     another machine, or none; `begin()` when it runs
 *   go, openPath        for the page
 *
 * It is the Desk of the actions. What they reject with is a line for people.
 *
 * @csspart bar     drives, the folder, buttons
 * @csspart list    the grid
 * @csspart viewer  a file that is looked at
 * @csspart status  the line at the foot
 */
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { type DroppedItem, entriesOf, filesIn } from '../page/dropped.ts';
import { Menu, type Place } from '../beside/menu.ts';
import { actionOf, type Desk, folderItems, rowItems } from './actions.ts';
import { bar } from './bar.ts';
import { Dialogs } from './dialogs.ts';
import { Dragging } from './dragging.ts';
import { Folder } from './folder.ts';
import { Grid } from './grid.ts';
import { type Job, Jobs } from './job.ts';
import { isUnreadable, type Machine, wordsOf } from './machine.ts';
import { Notices } from './notices.ts';
import { folded, folderPath, isRoot, joined, nameOf, parentOf, rootOf } from './paths.ts';
import { MOST_BYTES, readRow } from './read.ts';
import type { Row } from './rows.ts';
import { plainBlob, saveAs } from './save.ts';
import { instead, status } from './status.ts';
import { addFiles, copyOver, type Source } from './transfer.ts';
import { Viewing } from './viewer/viewing.ts';
import { amount, count, shown } from './words.ts';

export interface DeskHost extends ReactiveControllerHost {
  readonly renderRoot: HTMLElement | DocumentFragment;
  readonly machine: Machine | undefined;
}

export class FilesDesk implements Desk {
  readonly folder: Folder;
  readonly dialogs: Dialogs;
  readonly #host: DeskHost;
  readonly #jobs: Jobs;
  readonly #menu: Menu;
  readonly #grid: Grid;
  readonly #dragging: Dragging;
  readonly #notices: Notices;
  #viewing: Viewing | undefined;
  #letters: readonly string[] = ['A:', 'B:'];
  #copied: Source | undefined;
  /** The focus goes into the list when it is drawn. */
  #began = false;

  constructor(host: DeskHost) {
    this.#host = host;
    const changed = (): void => host.requestUpdate();
    this.folder = new Folder(changed);
    this.dialogs = new Dialogs(host);
    this.#jobs = new Jobs(changed);
    this.#menu = new Menu(host);
    this.#notices = new Notices(changed);
    this.#dragging = new Dragging({
      folder: this.folder,
      changed,
      take: (transfer, into) => this.#take(transfer, into),
      copy: (source, into) => this.act(() => copyOver(this, source, into)),
      read: async (row) => (await readRow(this.machine, this.folder, row)).data,
    });
    this.#grid = new Grid({
      folder: this.folder,
      root: () => host.renderRoot as ShadowRoot,
      requestUpdate: changed,
      keys: (event) => {
        const act = actionOf(this, event);
        act?.();
        return act !== undefined;
      },
      open: (row) => this.act(() => this.open(row)),
      menu: (row, at) => this.#rowMenu(row, at),
      chose: () => this.#chose(),
      dragStart: (event, row) => this.#dragging.start(event, row),
      pressed: (row) => this.#dragging.pressed(row),
    });
  }

  get machine(): Machine {
    const { machine } = this.#host;
    if (!machine) throw new Error('There is no machine beside this list.');
    return machine;
  }

  get drives(): readonly string[] {
    return this.#letters;
  }

  get canPaste(): boolean {
    return this.#copied !== undefined && this.folder.state === 'shown';
  }

  beside(machine: Machine | undefined): void {
    this.#began = false;
    this.#leave(false);
    this.folder.machine = machine;
  }

  /** The machine runs; again, when it was started again. */
  begin(): void {
    const { machine } = this.#host;
    if (!machine || (this.#began && this.folder.state === 'shown')) return;
    this.#began = true;
    this.folder.begin();
    this.lookForDrives();
  }

  /** A disk in RAM has a letter while it is there. */
  lookForDrives(): void {
    const { machine } = this.#host;
    machine?.volumes().then(
      (found) => {
        const letters = found.map(({ drive }) => drive);
        if (letters.join() === this.#letters.join()) return;
        this.#letters = letters;
        this.#host.requestUpdate();
      },
      () => undefined,
    );
  }

  diskChanged(drive: string, change: 'inserted' | 'ejected'): void {
    if (drive !== this.folder.drive) return;
    this.#leave(false);
    this.folder.diskChanged(change === 'inserted');
    this.announce(change === 'inserted' ? `A disk is in ${drive}.` : `${drive} is empty.`);
  }

  go(path: string): void {
    this.#leave(false);
    this.act(() => this.folder.go(path));
  }

  async openPath(path: string, as?: string): Promise<void> {
    const whole = folderPath(path);
    if (whole === undefined) throw new TypeError(`"${path}" is no path: A:\\LETTERS is one.`);
    await this.machine.ready;
    const entries = isRoot(whole) ? [] : await this.machine.list(above(whole));
    const name = folded(nameOf(whole));
    const found = entries.find((entry) => folded(entry.name) === name);
    const isFile = found !== undefined && !found.directory;
    this.#leave(false);
    const isThere = found !== undefined || isRoot(whole);
    await this.folder.go(isFile || !isThere ? parentOf(whole) : whole);
    if (!isThere) throw new Error(`There is no ${shown(whole)}.`);
    const row = isFile && this.folder.rows.find((one) => one.name === found.name);
    if (!row) return;
    this.folder.selection.only(row.key);
    await this.look(row, as);
  }

  focus(): void {
    this.#grid.focus();
  }

  close(): void {
    this.#jobs.cancel();
    this.dialogs.close();
    this.#dragging.end();
    this.#leave(false);
  }

  say(words: string): void {
    this.#notices.say(words);
  }

  announce(words: string): void {
    this.#notices.announce(words);
  }

  run<T>(words: string, work: (job: Job) => Promise<T>): Promise<T | undefined> {
    return this.#jobs.run(words, work);
  }

  act(work: () => Promise<void> | void): void {
    const done = async (): Promise<void> => work();
    done().catch((error: unknown) => {
      this.say(wordsOf(error));
      // Half of it may be done.
      void this.folder.refresh();
    });
  }

  async open(row: Row): Promise<void> {
    if (!row.directory) return this.look(row);
    await this.folder.go(this.folder.pathOf(row));
    this.#grid.focus();
    this.announce(`${shown(row.name)}, ${count(this.folder.rows.length, 'entry', 'entries')}.`);
  }

  async look(row: Row, as?: string): Promise<void> {
    const name = shown(row.name);
    if (row.size > MOST_BYTES)
      throw new Error(
        `${name} has ${amount(row.size)}: too much to look at here. It can be saved.`,
      );
    const { data, missing } = await this.#read(row);
    const actions = {
      changed: () => this.#host.requestUpdate(),
      close: () => this.#leave(true),
      save: () => saveAs(row.name, plainBlob([data])),
    };
    this.#leave(false);
    this.#viewing = new Viewing({ name, bytes: data, missing }, actions, as);
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    this.#host.renderRoot.querySelector<HTMLElement>('#viewer h2')?.focus();
  }

  copy(rows: readonly Row[]): void {
    this.#copied = { folder: this.folder.path, rows };
    this.announce(`${count(rows.length, 'entry', 'entries')} to be pasted elsewhere.`);
    this.#host.requestUpdate();
  }

  async paste(): Promise<void> {
    if (this.#copied) await copyOver(this, this.#copied, this.folder.path);
  }

  copyTo(rows: readonly Row[], drive: string): Promise<void> {
    return copyOver(this, { folder: this.folder.path, rows }, rootOf(drive));
  }

  choose(folder: boolean): void {
    const id = folder ? '#choose-folder' : '#choose-files';
    this.#host.renderRoot.querySelector<HTMLInputElement>(id)?.click();
  }

  drawn(): void {
    this.#viewing?.drawn(this.#host.renderRoot);
    if (!this.#viewing) this.#grid.drawn();
  }

  view(): TemplateResult {
    const { folder } = this;
    const more = (button: HTMLElement): void => {
      void this.#menu.open('More', folderItems(this), button);
    };
    const list = html`<div
      id="list"
      @dragover=${(event: DragEvent) => this.#dragging.over(event)}
      @dragleave=${(event: DragEvent) => this.#dragging.leave(event)}
      @drop=${(event: DragEvent) => this.#dragging.drop(event)}
      @paste=${(event: ClipboardEvent) => this.#pasted(event)}
      ?data-dropping=${this.#dragging.isOver}
    >
      ${folder.state === 'shown' || folder.state === 'loading' ? this.#grid.view() : nothing}
      ${instead(folder, this.#host.machine, (work) => this.act(work))}
    </div>`;
    return html`<div id="files" ?hidden=${this.#viewing !== undefined}>
        ${bar(this, this.#letters, { more })} ${list}
      </div>
      ${this.#viewing?.view() ?? nothing} ${this.#notices.view()}
      <div id="foot" part="status">
        ${this.#jobs.view()} ${this.#viewing ? nothing : status(folder)}
      </div>
      ${this.#fields()} ${this.#menu.view()} ${this.dialogs.view()}`;
  }

  /** What opens the browser's own choosers. */
  #fields(): TemplateResult {
    const chosen = (event: Event): void => {
      const field = event.target as HTMLInputElement;
      const files = [...(field.files ?? [])];
      const into = this.folder.path;
      this.act(() => addFiles(this, files, into));
      field.value = '';
    };
    return html`<input id="choose-files" type="file" multiple hidden @change=${chosen} />
      <input id="choose-folder" type="file" webkitdirectory hidden @change=${chosen} />`;
  }

  #read(row: Row) {
    return readRow(this.machine, this.folder, row).catch((error: unknown) => {
      if (!isUnreadable(error)) throw error;
      throw new Error(`${shown(row.name)} is damaged: ${wordsOf(error)}`, { cause: error });
    });
  }

  #leave(focus: boolean): void {
    if (!this.#viewing) return;
    this.#viewing.close();
    this.#viewing = undefined;
    if (focus) this.#grid.focus();
    this.#host.requestUpdate();
  }

  #chose(): void {
    const { size } = this.folder.selection;
    this.announce(size === 0 ? 'None chosen.' : `${size} chosen.`);
    this.#host.requestUpdate();
  }

  #rowMenu(row: Row, at: HTMLElement | Place): void {
    const { selection } = this.folder;
    const rows = selection.has(row.key) ? this.folder.chosen() : [row];
    const label =
      rows.length === 1 ? `Actions for ${shown(row.name)}` : `Actions for ${rows.length} entries`;
    void this.#menu.open(label, rowItems(this, rows), at, () => this.#grid.focus(null));
  }

  #take(transfer: DataTransfer, into: string): void {
    const entries = entriesOf(transfer);
    this.act(async () => addFiles(this, (await filesIn(entries)) as DroppedItem[], into));
  }

  /** Files of the computer, from its clipboard. */
  #pasted(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || this.folder.state !== 'shown') return;
    event.preventDefault();
    const into = this.folder.path;
    this.act(() => addFiles(this, files, into));
  }
}

/** The folder that something is in, as `list` wants it. */
const above = (path: string): string => joined(parentOf(path), '');
