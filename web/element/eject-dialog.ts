/**
 * Asks before a disk goes out of its drive that the browser could not keep, or that the system
 * cannot write: then it may be had as it is, without what is still to be written.
 *
 *   eject(drive)      at once where the disk is safe; else it asks: download it first, put it aside
 *                     in this page, or leave it in
 *   download(drive)   at once where the system can write all of it; else it asks
 *   view()
 *
 * @csspart dialog     each dialog
 */
import { html, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import { letGo } from '../store/let-go.ts';
import { downloadImage } from './download.ts';
import type { Drives } from './drives.ts';
import { textOf } from './shelf.ts';
import type { Drive } from './types.ts';

const ASIDE = 'Once it is out, it lasts as long as this page, unless it can be kept before.';
const AS_IS =
  'As it is, the disk lacks what is still to be written: that waits until the disk is back.';

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
  /** The system cannot write it. */
  #asIs = false;

  constructor(host: EjectDialogHost) {
    this.#host = host;
  }

  async eject(drive: Drive): Promise<void> {
    const { drives } = this.#host;
    const view = await drives.settle(drive).catch((error: unknown) => this.#orAsIs(drive, error));
    if (!view) return;
    if (view.unsaved && this.#dialog.value)
      this.#ask(drive, `${view.label || 'This disk'} is ${view.words}.`, false);
    else letGo(await drives.eject(drive));
  }

  async download(drive: Drive): Promise<void> {
    const { drives } = this.#host;
    const view = drives.views.find((one) => one.drive === drive);
    const whole = downloadImage(drives, drive);
    await (view?.bytes ? whole.catch((error: unknown) => this.#orAsIs(drive, error)) : whole);
  }

  #orAsIs(drive: Drive, error: unknown): undefined {
    this.#ask(drive, `The system cannot write all of it: ${textOf(error)}`, true);
  }

  #ask(drive: Drive, words: string, asIs: boolean): void {
    this.#drive = drive;
    this.#words = words;
    this.#asIs = asIs;
    this.#host.requestUpdate();
    this.#dialog.value?.showModal();
  }

  view(): TemplateResult {
    return html`<dialog ${ref(this.#dialog)} part="dialog" id="eject" aria-labelledby="eject-title">
      <form method="dialog">
        <h2 id="eject-title">${this.#asIs ? 'The' : 'Eject the'} disk of ${this.#drive}</h2>
        <p role="status">${this.#words}</p>
        <p>${this.#asIs ? AS_IS : ASIDE}</p>
        <div class="buttons">
          <button type="button" data-do="download" @click=${this.#download}>
            ${this.#asIs ? 'Download as it is' : 'Download, then eject'}
          </button>
          <button type="button" data-do="eject" @click=${this.#eject}>
            ${this.#asIs ? 'Eject as it is' : 'Eject'}
          </button>
          <button>Cancel</button>
        </div>
      </form>
    </dialog>`;
  }

  readonly #download = (): void => {
    const { drives } = this.#host;
    const drive = this.#drive;
    this.#dialog.value?.close();
    const asIs = this.#asIs;
    const downloaded = downloadImage(drives, drive, asIs);
    const then = async (): Promise<void> => (asIs ? undefined : letGo(await drives.eject(drive)));
    void this.#host.orSay(downloaded.then(then));
  };

  readonly #eject = (): void => {
    this.#dialog.value?.close();
    const { drives, orSay } = this.#host;
    void orSay(drives.eject(this.#drive, false, this.#asIs).then(letGo));
  };
}
