/**
 * What to put into a drive: a file, an address, an empty disk, one that came with the page, one
 * that the browser has not taken, or one that is kept and was used of late. To look after many
 * there is the box (web/box): a page that has one shows it; any other gets all kept disks in this
 * list.
 *
 *   open(drive)   shows it
 *   view()
 */
import { html, nothing, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import type { DiskInfo } from '../store/types.ts';
import { sizeName } from './drive-bar.ts';
import { fileName } from './source.ts';
import type { Drive, ImageSource, InsertOptions, LooseDisk } from './types.ts';

export interface InsertDialogHost {
  insert(drive: Drive, image: ImageSource, options?: InsertOptions): void;
  insertKept(drive: Drive, name: string): void;
  kept(): Promise<DiskInfo[]>;
  /** Addresses of the disks that the page names for its drives. */
  ofPage(): URL[];
  /** The page is to show all kept disks; false: it has nothing for that. */
  showBox(drive: Drive): boolean;
  /** Disks in this page alone. */
  loose(): LooseDisk[];
  download(disk: LooseDisk): void;
  discard(id: string): Promise<void>;
  keep(id: string): void;
  /** Whether there is a place to keep disks. */
  readonly keeps: boolean;
  requestUpdate(): void;
}

/** Formatted, with nothing on it. */
const BLANK = new URL('../../build/disks/blank.img.gz', import.meta.url);

/** Kept disks that are shown at once. */
const RECENT = 4;

export class InsertDialog {
  readonly #host: InsertDialogHost;
  readonly #dialog = createRef<HTMLDialogElement>();
  #drive: Drive = 'A:';
  #kept: DiskInfo[] = [];
  #all = false;

  constructor(host: InsertDialogHost) {
    this.#host = host;
  }

  async open(drive: Drive): Promise<void> {
    this.#drive = drive;
    this.#all = false;
    this.#host.requestUpdate();
    this.#dialog.value?.showModal();
    const kept = await this.#host.kept();
    this.#kept = kept.sort((one, other) => other.modified - one.modified);
    this.#host.requestUpdate();
  }

  view(): TemplateResult {
    const drive = this.#drive;
    return html`<dialog ${ref(this.#dialog)} part="dialog" aria-labelledby="insert-title">
      <form method="dialog">
        <h2 id="insert-title">Insert a disk into ${drive}</h2>
        <label class="file">
          <span>An image from this computer</span>
          <input type="file" data-drive=${drive} @change=${this.#chosen} />
        </label>
        <p>Any floppy image: IMG, IMD, TD0, DSK, HFE, zip and more. Nothing is uploaded.</p>
        <div class="address">
          <label class="file">
            <span>Or its address</span>
            <input type="url" placeholder="https://" @keydown=${this.#key} />
          </label>
          <button type="button" @click=${this.#fetch}>Fetch</button>
        </div>
        ${this.#looseView()} ${this.#pageView()} ${this.#keptView()}
        <div class="buttons">
          <button type="button" @click=${this.#blank}>Insert a blank disk</button>
          <button formnovalidate>Cancel</button>
        </div>
      </form>
    </dialog>`;
  }

  #looseView(): TemplateResult | typeof nothing {
    const disks = this.#host.loose();
    if (disks.length === 0) return nothing;
    const rows = disks.map(
      (disk) =>
        html`<li>
          <span class="label">${disk.label || 'unnamed disk'}</span>
          <span class="size">${sizeName(disk.bytes)}, ${disk.words}</span>
          <button type="button" @click=${() => this.#insertKept(disk.id)}>Insert</button>
          <button type="button" @click=${() => this.#host.download(disk)}>Download</button>
          ${
            disk.toBeKept || !this.#host.keeps
              ? nothing
              : html`<button type="button" @click=${() => this.#host.keep(disk.id)}>Keep</button>`
          }
          <button type="button" @click=${() => this.#host.discard(disk.id)}>Discard</button>
        </li>`,
    );
    return html`<h3>In this page only</h3>
      <ul class="loose">
        ${rows}
      </ul>`;
  }

  #pageView(): TemplateResult | typeof nothing {
    const disks = this.#host.ofPage();
    if (disks.length === 0) return nothing;
    const rows = disks.map((address) => {
      const name = fileName(address);
      const put = (): void => this.#put(address, { label: name });
      return html`<li>
        <span class="label">${name}</span>
        <button type="button" aria-label="Insert ${name}" @click=${put}>Insert</button>
      </li>`;
    });
    return html`<h3>From this page</h3>
      <ul class="page">
        ${rows}
      </ul>`;
  }

  #keptView(): TemplateResult | typeof nothing {
    if (this.#kept.length === 0) return nothing;
    const shown = this.#all ? this.#kept : this.#kept.slice(0, RECENT);
    const rows = shown.map(
      ({ name, label, size, modified }) =>
        html`<li>
          <span class="label">${label || name}</span>
          <span class="size">${sizeName(size)}, ${new Date(modified).toLocaleDateString()}</span>
          <button
            type="button"
            aria-label="Insert ${label || name}"
            @click=${() => this.#insertKept(name)}
          >
            Insert
          </button>
        </li>`,
    );
    return html`<h3>Kept in this browser, used of late</h3>
      <ul class="kept">
        ${rows}
      </ul>
      ${this.#all ? nothing : html`<button type="button" @click=${this.#showAll}>All disks…</button>`}`;
  }

  readonly #chosen = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const file = input.files?.[0];
    input.value = '';
    this.#dialog.value?.close();
    if (file) this.#host.insert(this.#drive, file);
  };

  readonly #showAll = (): void => {
    if (this.#host.showBox(this.#drive)) this.#dialog.value?.close();
    else this.#all = true;
    this.#host.requestUpdate();
  };

  /** Enter would press the dialog's first button. */
  readonly #key = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    this.#fetch();
  };

  /** What is no address stays there, and the browser says so. */
  readonly #fetch = (): void => {
    const input = this.#dialog.value?.querySelector<HTMLInputElement>('input[type=url]');
    if (!input?.value) return input?.focus();
    if (!input.reportValidity()) return;
    const address = new URL(input.value);
    input.value = '';
    this.#put(address, {});
  };

  readonly #blank = (): void => this.#put(BLANK, { label: 'blank disk' });

  #put(image: ImageSource, options: InsertOptions): void {
    this.#dialog.value?.close();
    this.#host.insert(this.#drive, image, options);
  }

  #insertKept(name: string): void {
    this.#dialog.value?.close();
    this.#host.insertKept(this.#drive, name);
  }
}
