/**
 * A new disk: of which format, what is written on it, and which drive formats it.
 *
 * It is made as it always was: an unformatted disk goes into a drive, and the system's own `format`
 * makes its tracks and its file system. It stays in the drive, and is kept.
 *
 *   open(free)              the dialog; `free` is the drive that is proposed
 *   makeDisk(machine, wish) rejects in words
 *   volumeLabel(text)       what of a label a volume can have; empty: none
 */
import { html, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import type { NeptuneOs } from '../element/index.ts';
import { type DriveName, DRIVES } from './cards.ts';
import { floppy } from './floppy.ts';

interface Format {
  readonly name: string;
  readonly bytes: number;
  readonly words: string;
}

/** As the machine's drives make them. */
const FORMATS: readonly Format[] = [
  { name: '1.44M', bytes: 1_474_560, words: '3.5″, high density' },
  { name: '720K', bytes: 737_280, words: '3.5″, double density' },
  { name: '2.88M', bytes: 2_949_120, words: '3.5″, extra density' },
  { name: '1.2M', bytes: 1_228_800, words: '5.25″, high density' },
  { name: '360K', bytes: 368_640, words: '5.25″, double density' },
  { name: '320K', bytes: 327_680, words: '5.25″, eight sectors' },
  { name: '180K', bytes: 184_320, words: '5.25″, one side' },
  { name: '160K', bytes: 163_840, words: '5.25″, one side, eight sectors' },
  { name: '640K', bytes: 655_360, words: '3.5″, eight sectors' },
  { name: '1.23M', bytes: 1_261_568, words: 'of the PC-98' },
  { name: '1.68M', bytes: 1_720_320, words: '3.5″, of distributions' },
  { name: '1.72M', bytes: 1_763_328, words: '3.5″, 82 tracks' },
];

export interface Wish {
  readonly format: string;
  readonly bytes: number;
  readonly label: string;
  readonly drive: DriveName;
}

export interface NewDialogHost {
  make(wish: Wish): void;
  requestUpdate(): void;
}

export async function makeDisk(
  machine: NeptuneOs,
  { format, bytes, label, drive }: Wish,
): Promise<void> {
  await machine.insertDisk(drive, new Uint8Array(bytes), { label: label || `New ${format}` });
  const volume = volumeLabel(label);
  await machine.format(drive, { format, ...(volume && { label: volume }) });
}

/** Letters, digits and blanks of ASCII alone: what every system shows alike. */
export function volumeLabel(text: string): string {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
  return plain
    .replace(/[^A-Z0-9_-]+/g, ' ')
    .trim()
    .slice(0, 11)
    .trim();
}

export class NewDialog {
  readonly #host: NewDialogHost;
  readonly #dialog = createRef<HTMLDialogElement>();
  #format = FORMATS[0]!;
  #label = '';
  #drive: DriveName = 'B:';
  #inDrives: Partial<Record<DriveName, string>> = {};

  constructor(host: NewDialogHost) {
    this.#host = host;
  }

  /** `inDrives`: what is in them, as far as the box knows. */
  open(inDrives: Partial<Record<DriveName, string>>): void {
    this.#inDrives = inDrives;
    this.#drive = inDrives['B:'] === undefined || inDrives['A:'] !== undefined ? 'B:' : 'A:';
    this.#host.requestUpdate();
    this.#dialog.value?.showModal();
  }

  view(): TemplateResult {
    const { name, bytes } = this.#format;
    const drawn = { name: `new ${name}`, label: this.#label, size: bytes, writeProtected: false };
    return html`<dialog ${ref(this.#dialog)} aria-labelledby="new-title">
      <form method="dialog" @submit=${this.#done}>
        <h2 id="new-title">A new disk</h2>
        <div class="beside">
          <span class="picture">${floppy(drawn)}</span>
          <div class="grow">
            <label class="field">
              <span>Label</span>
              <input type="text" maxlength="255" .value=${this.#label} @input=${this.#typed} />
            </label>
            <label class="field">
              <span>Format</span>
              <select @change=${this.#chose}>
                ${FORMATS.map(
                  (one) =>
                    html`<option value=${one.name} ?selected=${one === this.#format}>
                      ${one.name}, ${one.words}
                    </option>`,
                )}
              </select>
            </label>
          </div>
        </div>
        <fieldset>
          <legend>The system formats it in</legend>
          ${DRIVES.map((drive) => this.#driveView(drive))}
        </fieldset>
        <div class="buttons">
          <button class="main">Make it</button>
          <button type="button" @click=${() => this.#dialog.value?.close()}>Cancel</button>
        </div>
      </form>
    </dialog>`;
  }

  #driveView(drive: DriveName): TemplateResult {
    const there = this.#inDrives[drive];
    const choose = (): void => void (this.#drive = drive);
    return html`<label class="choice">
      <input type="radio" name="drive" .checked=${drive === this.#drive} @change=${choose} />
      <span>${drive}${there === undefined ? '' : ` (${there} is taken out)`}</span>
    </label>`;
  }

  readonly #typed = (event: Event): void => {
    this.#label = (event.currentTarget as HTMLInputElement).value;
    this.#host.requestUpdate();
  };

  readonly #chose = (event: Event): void => {
    const { value } = event.currentTarget as HTMLSelectElement;
    this.#format = FORMATS.find(({ name }) => name === value) ?? FORMATS[0]!;
    this.#host.requestUpdate();
  };

  readonly #done = (): void => {
    const { name, bytes } = this.#format;
    const label = this.#label.trim();
    this.#label = '';
    this.#host.make({ format: name, bytes, label, drive: this.#drive });
  };
}
