/**
 * The bin: what was deleted, to be restored, or deleted for good.
 *
 *   open()   the dialog, with what is in the bin now
 *   view()
 */
import { html, nothing, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import type { DeletedDiskInfo, NeptuneOs } from '../element/index.ts';
import { dayOf, titleOf } from './cards.ts';
import { textOf } from './importer.ts';

export interface BinDialogHost {
  machine(): NeptuneOs | undefined;
  say(words: string): void;
  requestUpdate(): void;
}

export class BinDialog {
  readonly #host: BinDialogHost;
  readonly #dialog = createRef<HTMLDialogElement>();
  #disks: readonly DeletedDiskInfo[] = [];
  /** Asked whether all are to go. */
  #sure = false;
  #words = '';

  constructor(host: BinDialogHost) {
    this.#host = host;
  }

  async open(): Promise<void> {
    this.#sure = false;
    this.#words = '';
    await this.#list();
    this.#dialog.value?.showModal();
  }

  view(): TemplateResult {
    return html`<dialog ${ref(this.#dialog)} aria-labelledby="bin-title">
      <h2 id="bin-title">The bin</h2>
      <p class="quiet">Deleted disks stay here for 30 days, or until their room is needed.</p>
      <p role="status">${this.#words}</p>
      ${this.#disks.length === 0 ? html`<p>The bin is empty.</p>` : this.#rows()}
      <div class="buttons">
        ${this.#emptying()}
        <button type="button" class="main" @click=${() => this.#dialog.value?.close()}>
          Close
        </button>
      </div>
    </dialog>`;
  }

  #rows(): TemplateResult {
    return html`<ul class="rows">
      ${this.#disks.map((disk) => {
        const { name, format, deleted } = disk;
        const title = titleOf(disk);
        return html`<li>
          <span class="grow"
            ><b>${title}</b> <span class="facts">${format}, deleted ${dayOf(deleted)}</span></span
          >
          <button
            type="button"
            aria-label="Restore: ${title}"
            @click=${() => this.#do(`${title} is back.`, (kept) => kept.restore(name))}
          >
            Restore
          </button>
          <button
            type="button"
            class="danger"
            aria-label="Delete for good: ${title}"
            @click=${() => this.#do(`${title} is gone.`, (kept) => kept.remove(name))}
          >
            Delete for good
          </button>
        </li>`;
      })}
    </ul>`;
  }

  #emptying(): TemplateResult | typeof nothing {
    const count = this.#disks.length;
    if (count === 0) return nothing;
    const ask = (): void => {
      this.#sure = true;
      this.#host.requestUpdate();
    };
    const act = (): void => this.#do('The bin is empty.', (kept) => kept.empty());
    return this.#sure
      ? html`<button type="button" class="danger" @click=${act}>
          Delete ${count === 1 ? 'it' : `all ${count}`} for good
        </button>`
      : html`<button type="button" @click=${ask}>Empty the bin…</button>`;
  }

  #do(words: string, work: (kept: NeptuneOs['kept']) => Promise<unknown>): void {
    const machine = this.#host.machine();
    if (!machine) return;
    this.#sure = false;
    void work(machine.kept)
      .then(() => (this.#words = words))
      .catch((error: unknown) => (this.#words = textOf(error)))
      .then(() => this.#list());
  }

  async #list(): Promise<void> {
    this.#disks =
      (await this.#host
        .machine()
        ?.kept.deleted()
        .catch(() => undefined)) ?? [];
    this.#host.requestUpdate();
  }
}
