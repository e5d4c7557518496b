/**
 * The line under the disks: whether the browser keeps them also when its computer's disk is full,
 * and where it has not promised that, a button that asks for it.
 *
 *   look()   asks what is so
 *   view()   nothing where the browser does not say
 */
import { html, nothing, type TemplateResult } from 'lit';
import { askToSpare, sparing } from '../beside/sparing.ts';

const WORDS = {
  promised: 'This browser keeps these disks until you delete them.',
  free: 'This browser may delete these disks when its computer’s disk is full. Keep a backup.',
  refused:
    'This browser does not promise to keep them now. Most do so for a site that was installed as ' +
    'an app, or is often used.',
};

export class SparingView {
  readonly #requestUpdate: () => void;
  #is: keyof typeof WORDS | undefined;

  constructor(requestUpdate: () => void) {
    this.#requestUpdate = requestUpdate;
  }

  async look(): Promise<void> {
    const is = await sparing();
    if (is === undefined || (!is && this.#is === 'refused')) return;
    this.#become(is ? 'promised' : 'free');
  }

  view(): TemplateResult | typeof nothing {
    if (!this.#is) return nothing;
    return html`<p class="sparing">
      <span role="status">${WORDS[this.#is]}</span>
      ${this.#is === 'promised' ? nothing : this.#button()}
    </p>`;
  }

  #button(): TemplateResult {
    return html`<button type="button" @click=${() => void this.#ask()}>
      Ask it to keep them
    </button>`;
  }

  async #ask(): Promise<void> {
    this.#become((await askToSpare()) ? 'promised' : 'refused');
  }

  #become(is: keyof typeof WORDS): void {
    if (this.#is === is) return;
    this.#is = is;
    this.#requestUpdate();
  }
}
