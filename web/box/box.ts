/**
 * `<neptune-box for="machine">`: the kept disks of a machine as a box of floppies.
 *
 * It shows what `machine.kept` says, anew at each `neptune-kept`, and does everything by calls of
 * the machine's. What is shown is in cards.ts, what can be done in actions.ts.
 *
 * Of the cards one is in the tab order; arrow keys, Home and End go to others, Enter opens its
 * menu, and the keys that the menu names do the same without it. What came of it is said in a live
 * region.
 */
import { html, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { BesideMachine } from '../beside/beside-machine.ts';
import type { KeptDiskInfo } from '../element/index.ts';
import { palette } from '../element/palette.ts';
import { Actions } from './actions.ts';
import { cardView, titleOf } from './cards.ts';
import { carriesFiles, filesIn, isHidden } from './given.ts';
import { type Failure, importFiles, textOf } from './importer.ts';
import { LabelDialog } from './label-dialog.ts';
import { Menu } from './menu.ts';
import { type Order, ORDERS, shown } from './order.ts';
import { styles } from './styles.ts';
import { failuresView, type Notice, noticeView, type Progress, progressView } from './work-view.ts';

export class NeptuneBox extends BesideMachine {
  static override styles = [palette, styles];

  #disks: KeptDiskInfo[] = [];
  /** Why there is nothing to show; empty: it can be shown. */
  #why = '';
  #search = '';
  #order: Order = 'newest';
  #current: string | undefined;
  /** The current card is to have the focus once it is drawn. */
  #focusNext = false;
  readonly #busy = new Set<string>();
  #notice: Notice | undefined;
  #failures: readonly Failure[] = [];
  #progress: Progress | undefined;
  #said = '';
  #over = false;
  #listing: Promise<void> | undefined;
  #again = false;
  readonly #menu = new Menu(() => this.#drawn());
  readonly #actions: Actions;
  readonly #label: LabelDialog;

  constructor() {
    super();
    this.#actions = new Actions({
      machine: () => this.machine,
      say: (words, undo) => this.#tell({ words, undo, error: false }),
      fail: (words) => this.#tell({ words, error: true }),
      during: (name, work) => this.#during(name, work),
      askLabel: (disk) => this.#label.open(disk),
      becomes: (name) => this.#becomes(name),
      neighbour: (name) => this.#neighbour(name),
      download,
    });
    this.#label = new LabelDialog({
      rename: (disk, label) => this.#actions.rename(disk, label),
      requestUpdate: () => this.requestUpdate(),
    });
    this.addEventListener('dragover', (event) => this.#hover(event));
    this.addEventListener('dragleave', (event) => this.#left(event));
    this.addEventListener('drop', (event) => this.#dropped(event));
    this.addEventListener('paste', (event) => this.#pasted(event));
  }

  /** Adds images of files, as if they were dropped here. */
  async addFiles(files: readonly File[]): Promise<void> {
    await this.#import([...files]);
  }

  protected override machineChanged(): void {
    this.#disks = [];
    this.listen('neptune-kept', () => void this.#list());
    if (this.machine) void this.#list();
  }

  /** One reading after the other; what changes meanwhile is read once more. */
  #list(): Promise<void> {
    this.#again = true;
    this.#listing ??= (async () => {
      while (this.#again) {
        this.#again = false;
        await this.#read();
      }
      this.#listing = undefined;
    })();
    return this.#listing;
  }

  async #read(): Promise<void> {
    const { machine } = this;
    try {
      this.#disks = (await machine?.kept.list()) ?? [];
      this.#why = machine && typeof machine.persist !== 'string' ? NOT_KEPT : '';
    } catch (error) {
      this.#why = textOf(error);
    }
    this.requestUpdate();
    await this.updateComplete;
  }

  get #shown(): KeptDiskInfo[] {
    return shown(this.#disks, this.#search, this.#order);
  }

  protected override render(): TemplateResult {
    const disks = this.#shown;
    if (!disks.some(({ name }) => name === this.#current)) this.#current = disks[0]?.name;
    return html`<section
        class="box"
        aria-label="Box of disks"
        ?data-over=${this.#over}
        @keydown=${this.#pressed}
      >
        ${this.#bar()} ${progressView(this.#progress)}
        ${noticeView(this.#notice, () => this.#tell(undefined))}
        ${failuresView(this.#failures, () => this.#closeFailures())} ${this.#list2(disks)}
        <div class="said" role="status">${this.#said}</div>
      </section>
      ${this.#menu.view()} ${this.#label.view()}`;
  }

  #bar(): TemplateResult {
    return html`<div class="bar">
      <label class="search">
        <span class="hidden">Search the box</span>
        <input type="search" placeholder="Search" @input=${this.#searched} />
      </label>
      <label>
        <span class="hidden">Order</span>
        <select @change=${this.#ordered}>
          ${ORDERS.map(([id, words]) => html`<option value=${id}>${words}</option>`)}
        </select>
      </label>
      <label class="button">
        <input class="hidden" type="file" multiple @change=${this.#chosen} />
        <span>Add images</span>
      </label>
    </div>`;
  }

  #list2(disks: readonly KeptDiskInfo[]): TemplateResult {
    if (this.#why) return html`<p class="empty">${this.#why}</p>`;
    if (this.#disks.length === 0) return html`<p class="empty">${EMPTY}</p>`;
    if (disks.length === 0) return html`<p class="empty">No disk is called “${this.#search}”.</p>`;
    return html`<ul class="cards">
      ${repeat(
        disks,
        ({ name }) => name,
        (disk) => this.#card(disk),
      )}
    </ul>`;
  }

  #card(disk: KeptDiskInfo): TemplateResult {
    const { name } = disk;
    return cardView(disk, {
      current: name === this.#current,
      busy: this.#busy.has(name),
      menu: (opener) => void this.#menu.open(opener, titleOf(disk), this.#actions.menuOf(disk)),
      toggle: (drive) => this.#actions.toggle(disk, drive),
      focused: () => this.#focused(name),
    });
  }

  #focused(name: string): void {
    if (this.#current === name) return;
    this.#current = name;
    this.requestUpdate();
  }

  #becomes(name: string | undefined): void {
    this.#current = name;
    this.#focusNext = true;
    this.requestUpdate();
  }

  #neighbour(name: string): string | undefined {
    const disks = this.#shown;
    const at = disks.findIndex((disk) => disk.name === name);
    return (disks[at + 1] ?? disks[at - 1])?.name;
  }

  #faces(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('.face')];
  }

  protected override updated(): void {
    if (!this.#focusNext) return;
    const face = this.#faces().find((one) => nameAt(one) === this.#current);
    if (!face) return;
    this.#focusNext = false;
    face.focus();
  }

  async #drawn(): Promise<unknown> {
    this.requestUpdate();
    return this.updateComplete;
  }

  async #during(name: string, work: Promise<unknown>): Promise<void> {
    this.#busy.add(name);
    this.requestUpdate();
    await work;
    this.#busy.delete(name);
    this.requestUpdate();
  }

  #tell(notice: Notice | undefined): void {
    this.#notice = notice;
    this.#said = notice?.words ?? '';
    this.requestUpdate();
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    const target = event.composedPath()[0] as HTMLElement;
    if ((event.ctrlKey || event.metaKey) && event.key === 'z' && target.localName !== 'input') {
      event.preventDefault();
      return this.#actions.undo();
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const card = target.closest<HTMLElement>('.card');
    const disk = this.#disks.find(({ name }) => name === card?.dataset['name']);
    if (!card || !disk) return;
    if (this.#moved(event.key, card) || this.#actions.pressed(disk, event.key))
      event.preventDefault();
  };

  /** Up and down are to the card that is seen there. */
  #moved(key: string, card: HTMLElement): boolean {
    const faces = this.#faces();
    const at = faces.findIndex((face) => face.closest('.card') === card);
    const tops = faces.map((face) => face.getBoundingClientRect().top);
    const columns = Math.max(1, tops.filter((top) => top === tops[0]).length);
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
      Home: -at,
      End: faces.length - 1 - at,
    };
    const step = steps[key];
    if (step === undefined) return false;
    faces[at + step]?.focus();
    return true;
  }

  readonly #searched = (event: Event): void => {
    this.#search = (event.currentTarget as HTMLInputElement).value;
    this.requestUpdate();
  };

  readonly #ordered = (event: Event): void => {
    this.#order = (event.currentTarget as HTMLSelectElement).value as Order;
    this.requestUpdate();
  };

  readonly #chosen = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = '';
    void this.#import(files);
  };

  #hover(event: DragEvent): void {
    if (!carriesFiles(event.dataTransfer)) return;
    event.preventDefault();
    this.#over = true;
    this.requestUpdate();
  }

  #left({ relatedTarget }: DragEvent): void {
    if (relatedTarget instanceof Node && this.contains(relatedTarget)) return;
    this.#over = false;
    this.requestUpdate();
  }

  #dropped(event: DragEvent): void {
    this.#over = false;
    if (!event.dataTransfer || !carriesFiles(event.dataTransfer)) return;
    event.preventDefault();
    event.stopPropagation();
    void filesIn(event.dataTransfer).then((files) => this.#import(files));
  }

  #pasted(event: ClipboardEvent): void {
    if (!event.clipboardData || !carriesFiles(event.clipboardData)) return;
    event.preventDefault();
    void filesIn(event.clipboardData).then((files) => this.#import(files));
  }

  async #import(given: readonly File[]): Promise<void> {
    const files = given.filter((file) => !isHidden(file));
    const { machine } = this;
    if (!machine || files.length === 0 || this.#progress) return;
    const stopping = new AbortController();
    const result = await importFiles(machine.kept, files, {
      signal: stopping.signal,
      onProgress: (done, total) => {
        this.#progress = { words: 'Adding', done, total, stop: () => stopping.abort() };
        this.requestUpdate();
      },
    });
    this.#progress = undefined;
    this.#failures = result.failed;
    if (result.added.length > 0) this.#current = result.added[0];
    this.#tell({ words: importWords(result), error: result.failed.length > 0 });
  }

  #closeFailures(): void {
    this.#failures = [];
    this.requestUpdate();
  }
}

const EMPTY = 'The box is empty. Drop images of floppies here, dozens at once if you like.';
const NOT_KEPT = 'This machine keeps no disks: its element has no "persist".';

function importWords({ added, failed, left }: Awaited<ReturnType<typeof importFiles>>): string {
  const parts = [
    `${added.length === 1 ? 'One disk is' : `${added.length} disks are`} new in the box.`,
    failed.length > 0 && `${failed.length} could not be added.`,
    left > 0 && `Stopped: ${left} were not looked at.`,
  ];
  return parts.filter(Boolean).join(' ');
}

const nameAt = (face: HTMLElement): string | undefined =>
  face.closest<HTMLElement>('.card')?.dataset['name'];

/** Browsers read the address some time after the click. */
const LATER_MS = 60_000;

function download(file: File): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), LATER_MS);
}
