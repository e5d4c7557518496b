/**
 * What to put into a drive: a file, an empty disk, one that came with the page, one that is kept in
 * this browser, one that the browser has not taken, or one that was deleted and is restored first.
 *
 *   open(drive)   shows it
 *   view()
 */
import { html, nothing, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import type { BinnedDisk, DiskInfo } from '../store/types.ts';
import type { Bin } from './bin.ts';
import { binView } from './bin-view.ts';
import { sizeName } from './drive-bar.ts';
import { fileName } from './source.ts';
import type { Drive, ImageSource, InsertOptions, LooseDisk } from './types.ts';

export interface InsertDialogHost {
  insert(drive: Drive, image: ImageSource, options?: InsertOptions): void;
  insertKept(drive: Drive, name: string): void;
  kept(): Promise<DiskInfo[]>;
  /** Addresses of the disks that the page names for its drives. */
  ofPage(): URL[];
  readonly bin: Pick<Bin, 'list' | 'throwAway' | 'restore' | 'remove' | 'empty'>;
  /** Disks in this page alone. */
  loose(): LooseDisk[];
  download(disk: LooseDisk): void;
  discard(id: string): Promise<void>;
  keep(id: string): void;
  /** Whether there is a place to keep disks. */
  readonly keeps: boolean;
  say(message: string): void;
  requestUpdate(): void;
}

/** Formatted, with nothing on it. */
const BLANK = new URL('../../build/disks/blank.img.gz', import.meta.url);

export class InsertDialog {
  readonly #host: InsertDialogHost;
  readonly #dialog = createRef<HTMLDialogElement>();
  #drive: Drive = 'A:';
  #kept: DiskInfo[] = [];
  #binned: BinnedDisk[] = [];

  constructor(host: InsertDialogHost) {
    this.#host = host;
  }

  async open(drive: Drive): Promise<void> {
    this.#drive = drive;
    this.#host.requestUpdate();
    this.#dialog.value?.showModal();
    await this.#list();
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
        ${this.#looseView()} ${this.#pageView()} ${this.#keptView()}
        ${binView(this.#binned, {
          restore: (name) => void this.#do(this.#host.bin.restore(name)),
          remove: (name) => void this.#do(this.#host.bin.remove(name)),
          empty: () => void this.#do(this.#host.bin.empty()),
        })}
        <div class="buttons">
          <button type="button" @click=${this.#blank}>Insert a blank disk</button>
          <button>Cancel</button>
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
    const rows = this.#kept.map(
      ({ name, label, size, modified }) =>
        html`<li>
          <span class="label">${label || name}</span>
          <span class="size">${sizeName(size)}, ${new Date(modified).toLocaleDateString()}</span>
          <button type="button" @click=${() => this.#insertKept(name)}>Insert</button>
          <button
            type="button"
            aria-label="Delete ${label || name}"
            @click=${() => this.#do(this.#host.bin.throwAway(name))}
          >
            Delete
          </button>
        </li>`,
    );
    return html`<h3>Kept in this browser</h3>
      <ul class="kept">
        ${rows}
      </ul>
      <p>Delete moves a disk into the bin, from where it can be restored.</p>`;
  }

  readonly #chosen = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const file = input.files?.[0];
    input.value = '';
    this.#dialog.value?.close();
    if (file) this.#host.insert(this.#drive, file);
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

  async #do(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#host.say(error instanceof Error ? error.message : String(error));
    }
    await this.#list();
  }

  async #list(): Promise<void> {
    const { kept, bin } = this.#host;
    [this.#kept, this.#binned] = await Promise.all([kept(), bin.list()]);
    this.#host.requestUpdate();
  }
}
