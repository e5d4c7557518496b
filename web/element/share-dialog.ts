/**
 * A link that carries disks, shown to be copied.
 *
 *   open(options)   makes the link and shows it, or why there is none
 *   view()
 */
import { html, nothing, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import { lengthAdvice } from './share.ts';
import type { ShareOptions } from './types.ts';

export interface ShareDialogHost {
  share(options?: ShareOptions): Promise<string>;
  requestUpdate(): void;
}

const WHOEVER = html`<p>Whoever opens it has these disks, without what was deleted from them.</p>`;

export class ShareDialog {
  readonly #host: ShareDialogHost;
  readonly #dialog = createRef<HTMLDialogElement>();
  readonly #field = createRef<HTMLTextAreaElement>();
  #link = '';
  #words = '';

  constructor(host: ShareDialogHost) {
    this.#host = host;
  }

  async open(options?: ShareOptions): Promise<void> {
    this.#show('', 'Making the link …');
    this.#dialog.value?.showModal();
    try {
      const link = await this.#host.share(options);
      const size = link.length.toLocaleString('en-US');
      const words = `${size} characters: the disk itself is in the link, nothing is uploaded.`;
      this.#show(link, `${words} ${lengthAdvice(link.length)}`.trim());
    } catch (error) {
      this.#show('', error instanceof Error ? error.message : String(error));
    }
  }

  view(): TemplateResult {
    const copy = html`<button type="button" @click=${this.#copy}>Copy link</button>`;
    return html`<dialog ${ref(this.#dialog)} aria-labelledby="share-title">
      <form method="dialog">
        <h2 id="share-title">Share</h2>
        <textarea
          ${ref(this.#field)}
          readonly
          rows="3"
          aria-label="Link"
          ?hidden=${!this.#link}
          .value=${this.#link}
        ></textarea>
        <p role="status">${this.#words}</p>
        ${this.#link ? WHOEVER : nothing}
        <div class="buttons">
          ${this.#link ? copy : nothing}
          <button>Close</button>
        </div>
      </form>
    </dialog>`;
  }

  readonly #copy = async (): Promise<void> => {
    this.#field.value?.select();
    try {
      await navigator.clipboard.writeText(this.#link);
      this.#show(this.#link, 'Copied.');
    } catch {
      this.#show(this.#link, 'Copy it with Ctrl+C: the browser does not let the page do it.');
    }
  };

  #show(link: string, words: string): void {
    this.#link = link;
    this.#words = words;
    this.#host.requestUpdate();
  }
}
