/**
 * What is told: lines that stay until they are dismissed, and words for those who do not see.
 */
import { html, type TemplateResult } from 'lit';

const MOST = 3;

export class Notices {
  readonly #changed: () => void;
  #lines: readonly string[] = [];
  #spoken = '';

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  say(words: string): void {
    this.#lines = [...this.#lines.filter((line) => line !== words), words].slice(-MOST);
    this.#changed();
  }

  /** Said again it is heard again: a blank more makes it another text. */
  announce(words: string): void {
    this.#spoken = words === this.#spoken ? `${words}\u00a0` : words;
    this.#changed();
  }

  view(): TemplateResult {
    const dismiss = (line: string) => (): void => {
      this.#lines = this.#lines.filter((other) => other !== line);
      this.#changed();
    };
    return html`<div id="notices" role="alert">
        ${this.#lines.map(
          (line) =>
            html`<p class="notice">
              <span>${line}</span>
              <button type="button" aria-label="Dismiss" @click=${dismiss(line)}>×</button>
            </p>`,
        )}
      </div>
      <p id="spoken" class="unseen" role="status">${this.#spoken}</p>`;
  }
}
