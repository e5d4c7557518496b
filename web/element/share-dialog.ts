/**
 * A link that carries disks, shown to be taken along.
 *
 *   open(options)   makes the link and shows it, or why there is none
 *   view()
 *
 * Whoever gets the link has the disks: that is said, and which they are can be chosen. What most
 * people do not need (what makes a link, a QR code) is loaded when it is asked for.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import type { MadeLink } from '../parts/share/types.ts';
import type { Drives } from './drives.ts';
import { sharing } from './sharing.ts';
import { textOf } from './shelf.ts';
import type { Drive, ShareOptions } from './types.ts';

export interface ShareDialogHost {
  link(options: ShareOptions): Promise<MadeLink>;
  readonly drives: Pick<Drives, 'views'>;
  requestUpdate(): void;
}

export class ShareDialog {
  readonly #host: ShareDialogHost;
  readonly #dialog = createRef<HTMLDialogElement>();
  readonly #field = createRef<HTMLTextAreaElement>();
  #options: ShareOptions = {};
  #made: MadeLink | undefined;
  #words = '';
  #qr: TemplateResult | undefined;
  /** Of two links that are made at once, the later one is shown. */
  #turn = 0;

  constructor(host: ShareDialogHost) {
    this.#host = host;
  }

  async open(options: ShareOptions = {}): Promise<void> {
    this.#dialog.value?.showModal();
    await this.#make(options);
  }

  async #make(options: ShareOptions): Promise<void> {
    const turn = ++this.#turn;
    this.#options = options;
    this.#show('Making the link …', undefined);
    try {
      const made = await this.#host.link(options);
      if (turn !== this.#turn) return;
      this.#show(made.words, made);
    } catch (error) {
      if (turn === this.#turn) this.#show(textOf(error), undefined);
    }
  }

  view(): TemplateResult {
    const link = this.#made?.link ?? '';
    const button = (name: string, press: () => unknown): TemplateResult =>
      html`<button type="button" @click=${press}>${name}</button>`;
    return html`<dialog ${ref(this.#dialog)} part="dialog" aria-labelledby="share-title">
      <form method="dialog">
        <h2 id="share-title">Share</h2>
        ${this.#choice()}
        <textarea
          ${ref(this.#field)}
          readonly
          rows="3"
          aria-label="Link"
          ?hidden=${!link}
          .value=${link}
        ></textarea>
        <p role="status">${this.#words}</p>
        ${this.#made?.notes.map((note) => html`<p>${note}</p>`)} ${this.#qr ?? nothing}
        <div class="buttons">
          ${link ? button('Copy link', this.#copy) : nothing}
          ${link && canSend(link) ? button('Send …', () => this.#send(link)) : nothing}
          ${this.#made?.fitsQr && !this.#qr ? button('QR code', () => this.#drawQr(link)) : nothing}
          <button>Close</button>
        </div>
      </form>
    </dialog>`;
  }

  /** Which disks, where there are several; and whether one is fetched, where it can be. */
  #choice(): TemplateResult | typeof nothing {
    const full = this.#host.drives.views.filter(({ bytes }) => bytes > 0);
    const { drives = full.map(({ drive }) => drive), overlay } = this.#options;
    const fetched = this.#made?.fetches ?? overlay === true;
    const far = fetched || this.#made?.far;
    const box = (text: string, checked: boolean, change: () => unknown): TemplateResult =>
      html`<label><input type="checkbox" .checked=${checked} @change=${change} /> ${text}</label>`;
    const turn = (drive: Drive): void => {
      const others = drives.filter((one) => one !== drive);
      const now = others.length < drives.length ? others : [...drives, drive];
      void this.#make({ ...this.#options, drives: now });
    };
    if (full.length < 2 && !far) return nothing;
    return html`<fieldset>
      <legend>In the link</legend>
      ${
        full.length < 2
          ? nothing
          : full.map(({ drive, label }) =>
              box(`${drive} ${label || 'unnamed disk'}`, drives.includes(drive), () => turn(drive)),
            )
      }
      ${
        far
          ? box('Only what is changed; the rest is fetched where it came from', fetched, () =>
              this.#make({ ...this.#options, overlay: !fetched }),
            )
          : nothing
      }
    </fieldset>`;
  }

  readonly #copy = async (): Promise<void> => {
    this.#field.value?.select();
    try {
      await navigator.clipboard.writeText(this.#made?.link ?? '');
      this.#say('Copied.');
    } catch {
      this.#say('Copy it with Ctrl+C: the browser does not let the page do it.');
    }
  };

  async #send(url: string): Promise<void> {
    try {
      await navigator.share({ url });
    } catch (error) {
      // The person has changed their mind.
      if ((error as Error).name !== 'AbortError')
        this.#say('The browser did not send it: copy it.');
    }
  }

  async #drawQr(link: string): Promise<void> {
    try {
      const { size, path } = (await sharing()).drawQr(link);
      this.#qr = html`<svg
        class="qr"
        viewBox="0 0 ${size} ${size}"
        role="img"
        aria-label="QR code of the link"
      >
        <path d=${path} />
      </svg>`;
      this.#host.requestUpdate();
    } catch (error) {
      this.#say(textOf(error));
    }
  }

  #say(words: string): void {
    this.#words = words;
    this.#host.requestUpdate();
  }

  #show(words: string, made: MadeLink | undefined): void {
    this.#made = made;
    this.#qr = undefined;
    this.#say(words);
  }
}

/** Whether the browser has a sheet of the system's for it. */
function canSend(url: string): boolean {
  return navigator.canShare?.({ url }) ?? false;
}
