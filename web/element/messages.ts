/**
 * What the element has to say to people: a short list of lines, the newest first to be read.
 *
 *   say(text)      a line; said again, it comes last instead of twice
 *   dismiss(text)
 *   view()         the lines, in a live region
 */
import { html, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';

const MOST = 3;

export class Messages {
  readonly #changed: () => void;
  #lines: string[] = [];

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  say(text: string): void {
    this.#lines = [...this.#lines.filter((line) => line !== text), text].slice(-MOST);
    this.#changed();
  }

  dismiss(text: string): void {
    this.#lines = this.#lines.filter((line) => line !== text);
    this.#changed();
  }

  view(): TemplateResult {
    const lines = repeat(
      this.#lines,
      (line) => line,
      (line) =>
        html`<p class="message">
          <span>${line}</span>
          <button type="button" aria-label="Dismiss" @click=${() => this.dismiss(line)}>×</button>
        </p>`,
    );
    return html`<div id="messages" part="messages" role="status">${lines}</div>`;
  }
}
