/**
 * What the element has to say to people: a short list of lines, the newest first to be read.
 *
 *   say(text, offer?)   a line; said again, it comes last instead of twice. `offer`: something that
 *                       can be done about it, with a button; the line goes when it is pressed
 *   dismiss(text)
 *   view()              the lines, in a live region
 */
import { html, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';

const MOST = 3;

export interface Offer {
  readonly label: string;
  act(): void;
}

interface Line {
  readonly text: string;
  readonly offer: Offer | undefined;
}

export class Messages {
  readonly #changed: () => void;
  #lines: Line[] = [];

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  say(text: string, offer?: Offer): void {
    const others = this.#lines.filter((line) => line.text !== text);
    this.#lines = [...others, { text, offer }].slice(-MOST);
    this.#changed();
  }

  dismiss(text: string): void {
    this.#lines = this.#lines.filter((line) => line.text !== text);
    this.#changed();
  }

  view(): TemplateResult {
    const lines = repeat(
      this.#lines,
      ({ text }) => text,
      ({ text, offer }) =>
        html`<p class="message">
          <span>${text}</span>
          ${offer && this.#button(text, offer)}
          <button type="button" aria-label="Dismiss" @click=${() => this.dismiss(text)}>×</button>
        </p>`,
    );
    return html`<div id="messages" part="messages" role="status">${lines}</div>`;
  }

  #button(text: string, { label, act }: Offer): TemplateResult {
    const press = (): void => {
      this.dismiss(text);
      act();
    };
    return html`<button type="button" @click=${press}>${label}</button>`;
  }
}
