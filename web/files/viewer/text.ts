/**
 * Text: in the likeliest encoding or another one, whatever ends its lines.
 *
 * A part of a long file is drawn at a time. What is drawn is one text node: nothing in it is
 * anything else than letters.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { amount } from '../words.ts';
import { decode, detect, type Encoding, ENCODINGS } from './encodings.ts';
import type { Opened, Viewed, Viewer } from './types.ts';

/** Bytes that are drawn at first, and each time more are asked for. */
const PART = 0x4_0000;
/** Bytes of a file that are looked at. */
const LOOK = 0x1000;
/** The end of a text, under CP/M and DOS. */
const END_MARK = 0x1a;

export const textViewer: Viewer = {
  id: 'text',
  label: 'Text',
  fits: ({ bytes }) => looksLikeText(bytes),
  open: (file, changed) => new TextView(file, changed),
};

/** No zeros, but those of UTF-16, and few control characters. */
function looksLikeText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, LOOK);
  const encoding = detect(head);
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return true;
  const end = head.indexOf(END_MARK);
  const text = end < 0 ? head : head.subarray(0, end);
  // A program may have that byte early, and begins with no text.
  if (text.length < head.length / 4 && head.length > 64 && text.includes(0)) return false;
  let odd = 0;
  for (const byte of text) {
    if (byte === 0) return false;
    if (byte < 0x20 && ![0x08, 0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte)) odd++;
  }
  return odd <= text.length / 50;
}

/** `\r\n`, `\n`, `\r`, or several. */
export function lineEndsOf(text: string): string {
  const found = new Set(text.match(/\r\n|\n|\r/g));
  if (found.size === 0) return 'one line';
  if (found.size > 1) return 'mixed line ends';
  return { '\r\n': 'CRLF line ends', '\n': 'LF line ends', '\r': 'CR line ends' }[[...found][0]!]!;
}

class TextView implements Opened {
  readonly #bytes: Uint8Array;
  readonly #name: string;
  readonly #changed: () => void;
  readonly #detected: Encoding;
  #encoding: Encoding;
  #wraps = true;
  #shown = PART;
  #text = '';
  #ends = '';
  #behind = 0;

  constructor({ bytes, name }: Viewed, changed: () => void) {
    this.#name = name;
    this.#changed = changed;
    this.#detected = this.#encoding = detect(bytes);
    const wide = this.#detected.startsWith('utf-16');
    const end = wide ? -1 : bytes.indexOf(END_MARK);
    this.#bytes = end < 0 ? bytes : bytes.subarray(0, end);
    this.#behind = bytes.length - this.#bytes.length;
    this.#decode();
  }

  tools(): TemplateResult {
    const choose = (event: Event): void => {
      this.#encoding = (event.target as HTMLSelectElement).value as Encoding;
      this.#decode();
      this.#changed();
    };
    const wrap = (event: Event): void => {
      this.#wraps = (event.target as HTMLInputElement).checked;
      this.#changed();
    };
    return html`<label class="tool"
        >Letters
        <select @change=${choose}>
          ${ENCODINGS.map(
            ({ id, label }) =>
              html`<option value=${id} .selected=${id === this.#encoding}>
                ${label}${id === this.#detected ? ' (found)' : ''}
              </option>`,
          )}
        </select></label
      >
      <label class="tool"
        ><input type="checkbox" .checked=${this.#wraps} @change=${wrap} /> Wrap</label
      >
      <span class="fact">${this.#ends}</span>`;
  }

  view(): TemplateResult {
    return html`<div class="paper" role="region" aria-label="Text of ${this.#name}" tabindex="0">
      <pre class=${this.#wraps ? 'wraps' : ''} dir="auto">${this.#text}</pre>
      ${this.#rest()}
    </div>`;
  }

  #rest(): TemplateResult | typeof nothing {
    const left = this.#bytes.length - this.#shown;
    if (left <= 0)
      return this.#behind > 1
        ? html`<p class="note">${amount(this.#behind)} after the end mark (1A) are not text.</p>`
        : nothing;
    const more = (): void => {
      this.#shown += PART;
      this.#decode();
      this.#changed();
    };
    return html`<p class="note">
      ${amount(left)} more.
      <button type="button" @click=${more}>Show ${amount(Math.min(left, PART))} more</button>
    </p>`;
  }

  #decode(): void {
    const part = this.#bytes.subarray(0, this.#shown);
    const text = decode(part, this.#encoding);
    this.#ends = lineEndsOf(text.slice(0, LOOK * 16));
    this.#text = text.replace(/\r\n?/g, '\n');
  }
}
