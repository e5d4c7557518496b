/**
 * What the element has to say to people: a short list of lines, the newest first to be read.
 *
 *   say(text, more?)    a line; said again, it comes last instead of twice. `more.offer`: something
 *                       that can be done about it, with a button; the line goes when it is pressed.
 *                       `more.about`: the drive that it is about; `more.failed`: of what failed.
 *                       `more.far`: how far it is, in a bar
 *   settled(drive, failed?)
 *                       what failed there has been done: lines about it go, or what failed alone
 *   dismiss(text)
 *   view()              the lines, in a live region
 *
 * @csspart message    one line for people
 */
import { html, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Progress } from '../host/progress.ts';
import { bar } from './progress.ts';
import type { Drive } from './types.ts';

const MOST = 3;

export interface Offer {
  readonly label: string;
  act(): void;
}

export interface More {
  readonly offer?: Offer | undefined;
  readonly about?: Drive | undefined;
  readonly failed?: boolean;
  readonly far?: Progress | undefined;
}

interface Line extends More {
  readonly text: string;
}

export class Messages {
  readonly #changed: () => void;
  #lines: Line[] = [];

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  say(text: string, more: More = {}): void {
    const others = this.#lines.filter((line) => line.text !== text);
    this.#lines = [...others, { ...more, text }].slice(-MOST);
    this.#changed();
  }

  settled(drive: Drive, only = false): void {
    const left = this.#lines.filter(({ about, failed }) => about !== drive || (only && !failed));
    if (left.length === this.#lines.length) return;
    this.#lines = left;
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
      ({ text, offer, far }) =>
        html`<p class="message" part="message">
          <span>${text}</span>
          ${far && bar(text, far)} ${offer && this.#button(text, offer)}
          <button
            type="button"
            part="button"
            aria-label="Dismiss"
            @click=${() => this.dismiss(text)}
          >
            ×
          </button>
        </p>`,
    );
    return html`<div id="messages" part="messages" role="status">${lines}</div>`;
  }

  #button(text: string, { label, act }: Offer): TemplateResult {
    const press = (): void => {
      this.dismiss(text);
      act();
    };
    return html`<button type="button" part="button" @click=${press}>${label}</button>`;
  }
}
