/**
 * Asks what is to be written on a disk.
 *
 *   open(disk)   the dialog, with the label as it is
 *   view()
 */
import { html, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import type { KeptDiskInfo } from '../element/index.ts';
import { floppy } from './floppy.ts';

const LONGEST = 255;

export interface LabelDialogHost {
  rename(disk: KeptDiskInfo, label: string): void;
  requestUpdate(): void;
}

export class LabelDialog {
  readonly #host: LabelDialogHost;
  readonly #dialog = createRef<HTMLDialogElement>();
  readonly #input = createRef<HTMLInputElement>();
  #disk: KeptDiskInfo | undefined;
  /** As it is typed. */
  #label = '';

  constructor(host: LabelDialogHost) {
    this.#host = host;
  }

  open(disk: KeptDiskInfo): void {
    this.#disk = disk;
    this.#label = disk.label;
    const [dialog, input] = [this.#dialog.value, this.#input.value];
    if (!dialog || !input) return;
    input.value = disk.label;
    this.#host.requestUpdate();
    dialog.showModal();
    input.select();
  }

  view(): TemplateResult {
    const disk = this.#disk;
    return html`<dialog ${ref(this.#dialog)} class="small" aria-labelledby="label-title">
      <form method="dialog" @submit=${this.#done}>
        <h2 id="label-title">What is written on the disk</h2>
        <div class="beside">
          <span class="picture">${disk ? floppy({ ...disk, label: this.#label }) : ''}</span>
          <label class="field">
            <span>Label</span>
            <input ${ref(this.#input)} type="text" maxlength=${LONGEST} @input=${this.#typed} />
          </label>
        </div>
        <div class="buttons">
          <button class="main">Write it</button>
          <button type="button" @click=${() => this.#dialog.value?.close()}>Cancel</button>
        </div>
      </form>
    </dialog>`;
  }

  readonly #typed = (event: Event): void => {
    this.#label = (event.currentTarget as HTMLInputElement).value;
    this.#host.requestUpdate();
  };

  readonly #done = (): void => {
    const label = this.#label.trim();
    if (this.#disk && label !== this.#disk.label) this.#host.rename(this.#disk, label);
  };
}
