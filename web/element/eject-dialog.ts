/**
 * Asks before a disk goes out of its drive that the browser could not keep.
 *
 *   eject(drive)   at once where the disk is safe; else it asks: download it first, put it aside in
 *                  this page, or leave it in
 *   view()
 *
 * @csspart dialog     each dialog
 */
import { html, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import { letGo } from '../store/let-go.ts';
import { downloadImage } from './download.ts';
import type { Drives } from './drives.ts';
import type { Drive } from './types.ts';

export interface EjectDialogHost {
  readonly drives: Drives;
  orSay(work: Promise<unknown>): Promise<void>;
  requestUpdate(): void;
}

export class EjectDialog {
  readonly #host: EjectDialogHost;
  readonly #dialog = createRef<HTMLDialogElement>();
  #drive: Drive = 'A:';
  #words = '';

  constructor(host: EjectDialogHost) {
    this.#host = host;
  }

  /** What the system could not write back rejects, and the disk stays in. */
  async eject(drive: Drive): Promise<void> {
    const { drives } = this.#host;
    const view = await drives.settle(drive);
    const dialog = this.#dialog.value;
    if (!view.unsaved || !dialog) return letGo(await drives.eject(drive));
    this.#drive = drive;
    this.#words = `${view.label || 'This disk'} is ${view.words}.`;
    this.#host.requestUpdate();
    dialog.showModal();
  }

  view(): TemplateResult {
    return html`<dialog ${ref(this.#dialog)} part="dialog" id="eject" aria-labelledby="eject-title">
      <form method="dialog">
        <h2 id="eject-title">Eject the disk of ${this.#drive}</h2>
        <p role="status">${this.#words}</p>
        <p>Once it is out, it lasts as long as this page, unless it can be kept before.</p>
        <div class="buttons">
          <button type="button" data-do="download" @click=${this.#download}>
            Download, then eject
          </button>
          <button type="button" data-do="eject" @click=${this.#eject}>Eject</button>
          <button>Cancel</button>
        </div>
      </form>
    </dialog>`;
  }

  readonly #download = (): void => {
    const { drives } = this.#host;
    const drive = this.#drive;
    this.#dialog.value?.close();
    const downloaded = downloadImage(drives, drive);
    void this.#host.orSay(downloaded.then(() => drives.eject(drive)).then(letGo));
  };

  readonly #eject = (): void => {
    this.#dialog.value?.close();
    void this.#host.orSay(this.#host.drives.eject(this.#drive).then(letGo));
  };
}
