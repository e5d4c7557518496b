/**
 * `<neptune-box for="machine">`: the kept disks of a machine as a box of floppies.
 *
 * It shows what `machine.kept` says, anew at each `neptune-kept`, and does everything by calls of
 * the machine's: with one disk in actions.ts, with all of them in whole.ts.
 *
 * Of the cards one is in the tab order; arrow keys, Home and End go to others, Enter opens its
 * menu, and the keys that the menu names do the same without it. What came of it is said in a live
 * region.
 */
import { html, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { BesideMachine } from '../beside/beside-machine.ts';
import { download } from '../page/download.ts';
import { Menu } from '../beside/menu.ts';
import { menuStyles } from '../beside/menu-styles.ts';
import type { KeptDiskInfo } from '../element/index.ts';
import { palette } from '../element/palette.ts';
import { Actions } from './actions.ts';
import { BinDialog } from './bin-dialog.ts';
import { cardView, type DriveName, titleOf } from './cards.ts';
import { rememberedFolder } from './folder.ts';
import { acceptFiles } from './given.ts';
import { textOf } from './importer.ts';
import { LabelDialog } from './label-dialog.ts';
import { moreItems } from './more.ts';
import { NewDialog } from './new-dialog.ts';
import { type Order, ORDERS, shown } from './order.ts';
import { nextCard } from './roving.ts';
import { SparingView } from './sparing-view.ts';
import { dialogStyles } from './styles-dialogs.ts';
import { styles } from './styles.ts';
import { Whole } from './whole.ts';
import { failuresView, type Notice, noticeView, progressView } from './work-view.ts';

const EMPTY = 'The box is empty. Drop images of floppies here, dozens at once if you like.';
const NOT_KEPT = 'This machine keeps no disks: its element has no "persist".';

export class NeptuneBox extends BesideMachine {
  static override styles = [palette, styles, dialogStyles, menuStyles];

  #disks: KeptDiskInfo[] = [];
  /** Why there is nothing to show; empty: it can be shown. */
  #why = '';
  /** The disks were listed once. */
  #known = false;
  #search = '';
  #order: Order = 'newest';
  #current: string | undefined;
  /** The disk whose card is to have the focus once it is drawn. */
  #awaited: string | undefined;
  readonly #busy = new Set<string>();
  #notice: Notice | undefined;
  #over = false;
  #listing: Promise<void> | undefined;
  #again = false;
  readonly #menu = new Menu(this);
  readonly #actions: Actions;
  readonly #whole: Whole;
  readonly #label: LabelDialog;
  readonly #new: NewDialog;
  readonly #bin: BinDialog;
  readonly #sparing = new SparingView(() => this.requestUpdate());

  constructor() {
    super();
    const host = {
      machine: () => this.machine,
      say: (words: string, undo?: () => void) => this.#tell({ words, undo, error: false }),
      fail: (words: string) => this.#tell({ words, error: true }),
      requestUpdate: () => this.requestUpdate(),
      download: (file: File) => download(file.name, file),
    };
    this.#actions = new Actions({
      ...host,
      during: (name, work) => this.#during(name, work),
      askLabel: (disk) => this.#label.open(disk),
      becomes: (name) => this.#becomes(name),
      neighbour: (name) => this.#neighbour(name),
    });
    this.#whole = new Whole({ ...host, becomes: (name) => (this.#current = name) });
    const rename = (disk: KeptDiskInfo, label: string): void => this.#actions.rename(disk, label);
    this.#label = new LabelDialog({ ...host, rename });
    this.#new = new NewDialog({ ...host, make: (wish) => void this.#whole.make(wish) });
    this.#bin = new BinDialog(host);
    acceptFiles(this, {
      over: (is) => {
        this.#over = is;
        this.requestUpdate();
      },
      take: (files) => void this.#whole.add(files),
      fail: (error) => this.#tell({ words: textOf(error), error: true }),
    });
  }

  /** Adds the images that these files are, or have in them, as if they were dropped here. */
  async addFiles(files: readonly File[]): Promise<void> {
    await this.#whole.add([...files]);
  }

  protected override machineChanged(): void {
    this.#disks = [];
    this.#known = false;
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
    this.#known = true;
    this.requestUpdate();
    void this.#sparing.look();
    await this.updateComplete;
  }

  get #shown(): KeptDiskInfo[] {
    return shown(this.#disks, this.#search, this.#order);
  }

  protected override render(): TemplateResult {
    const disks = this.#shown;
    if (!disks.some(({ name }) => name === this.#current)) this.#current = disks[0]?.name;
    const whole = this.#whole;
    return html`<section
        class="box"
        aria-label="Box of disks"
        ?data-over=${this.#over}
        @keydown=${this.#pressed}
      >
        ${this.#bar()} ${progressView(whole.progress)}
        ${noticeView(this.#notice, () => this.#tell(undefined))}
        ${failuresView(whole.failures, () => whole.closeFailures())} ${this.#cards(disks)}
        <div class="said" role="status">${this.#notice?.words ?? ''}</div>
      </section>
      ${this.#menu.view()} ${this.#label.view()} ${this.#new.view()} ${this.#bin.view()}`;
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
      <button type="button" class="main" @click=${() => this.#new.open(this.#inDrives)}>
        New disk…
      </button>
      <button type="button" @click=${() => this.#choose('images')}>Add images…</button>
      <button type="button" aria-haspopup="menu" @click=${this.#more}>More</button>
      <input type="file" multiple hidden data-for="images" @change=${this.#chosen} />
      <input type="file" webkitdirectory hidden data-for="folder" @change=${this.#chosen} />
      <input type="file" accept=".zip" hidden data-for="backup" @change=${this.#chosen} />
    </div>`;
  }

  #cards(disks: readonly KeptDiskInfo[]): TemplateResult {
    if (this.#why) return html`<p class="empty">${this.#why}</p>`;
    if (!this.#known) return html`<p class="empty">The disks are being looked up.</p>`;
    if (this.#disks.length === 0) return html`<p class="empty">${EMPTY}</p>`;
    if (disks.length === 0) return html`<p class="empty">No disk is called “${this.#search}”.</p>`;
    const card = (disk: KeptDiskInfo): TemplateResult => this.#card(disk);
    return html`<ul class="cards">
        ${repeat(disks, ({ name }) => name, card)}
      </ul>
      ${this.#sparing.view()}`;
  }

  #card(disk: KeptDiskInfo): TemplateResult {
    const { name } = disk;
    return cardView(disk, {
      current: name === this.#current,
      busy: this.#busy.has(name),
      menu: (opener) => void this.#menu.open(titleOf(disk), this.#actions.menuOf(disk), opener),
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
    this.#awaited = name;
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
    if (this.#awaited === undefined) return;
    const face = this.#faces().find((one) => nameAt(one) === this.#awaited);
    if (!face) return;
    this.#awaited = undefined;
    face.focus();
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
    this.requestUpdate();
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    const target = event.composedPath()[0] as HTMLElement;
    const control = event.ctrlKey || event.metaKey;
    if (control && event.key === 'z' && target.localName !== 'input') {
      event.preventDefault();
      return this.#actions.undo();
    }
    if (control || event.altKey) return;
    const card = target.closest<HTMLElement>('.card');
    const disk = this.#disks.find(({ name }) => name === card?.dataset['name']);
    if (!disk) return;
    const next = nextCard(event.key, this.#faces(), card!);
    next?.focus();
    if (next || this.#actions.pressed(disk, event.key)) event.preventDefault();
  };

  readonly #searched = (event: Event): void => {
    this.#search = (event.currentTarget as HTMLInputElement).value;
    this.requestUpdate();
  };

  readonly #ordered = (event: Event): void => {
    this.#order = (event.currentTarget as HTMLSelectElement).value as Order;
    this.requestUpdate();
  };

  /** What is in the drives, as far as the box knows. */
  get #inDrives(): Partial<Record<DriveName, string>> {
    const inside = this.#disks.filter(({ drive }) => drive !== '');
    return Object.fromEntries(inside.map((disk) => [disk.drive, titleOf(disk)]));
  }

  readonly #more = async (event: Event): Promise<void> => {
    const opener = event.currentTarget as HTMLElement;
    const items = moreItems(this.#whole, await rememberedFolder(), {
      choose: (what) => this.#choose(what),
      bin: () => void this.#bin.open(),
    });
    await this.#menu.open('The whole box', items, opener);
  };

  #choose(what: string): void {
    this.renderRoot.querySelector<HTMLInputElement>(`input[data-for="${what}"]`)?.click();
  }

  readonly #chosen = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = '';
    const [first] = files;
    if (input.dataset['for'] !== 'backup') void this.#whole.add(files);
    else if (first) void this.#whole.restore(first);
  };
}

const nameAt = (face: HTMLElement): string | undefined =>
  face.closest<HTMLElement>('.card')?.dataset['name'];
