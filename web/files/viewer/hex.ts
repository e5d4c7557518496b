/**
 * Bytes as numbers and as the PC's letters. Only the rows that can be seen are there: a file of any
 * length costs the same.
 *
 * A page has at most PAGE bytes, since no browser can scroll through elements of any height; places
 * beyond are reached by typing them.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { watchSize } from '../../page/page-element.ts';
import { decode } from './encodings.ts';
import type { Opened, Viewed, Viewer } from './types.ts';

const PAGE = 0x10_0000;
/** Of a row: of its style sheet. */
const ROW_REM = 1.375;
/** In pixels, in a page whose letters may be of any size. */
const rem = (): number => parseFloat(getComputedStyle(document.documentElement).fontSize);
const rowHeight = (): number => ROW_REM * rem();

/** Rows drawn above and below what is seen. */
const SPARE = 8;

export const hexViewer: Viewer = {
  id: 'hex',
  label: 'Hex',
  fits: () => true,
  open: (file, changed) => new HexView(file, changed),
};

const hex = (value: number, digits: number): string =>
  value.toString(16).toUpperCase().padStart(digits, '0');

class HexView implements Opened {
  readonly #file: Viewed;
  readonly #changed: () => void;
  #page = 0;
  #top = 0;
  #height = 600;
  /** Bytes in a row: 16; 8 or 4 where there is little room. */
  #width = 16;
  #jump: number | undefined;
  #unwatch: (() => void) | undefined;

  constructor(file: Viewed, changed: () => void) {
    this.#file = file;
    this.#changed = changed;
  }

  tools(): TemplateResult {
    const last = Math.max(0, this.#file.bytes.length - 1);
    const go = (event: Event): void => {
      const field = event.target as HTMLInputElement;
      const place = parseInt(field.value, 16);
      if (Number.isNaN(place)) return;
      this.#go(Math.min(Math.max(place, 0), last));
    };
    return html`<label class="tool"
        >Go to
        <input
          class="place"
          size="8"
          spellcheck="false"
          autocomplete="off"
          placeholder=${hex(last, 4)}
          @change=${go}
      /></label>
      <span class="fact">${this.#pages()}</span>`;
  }

  view(): TemplateResult {
    const { name } = this.#file;
    const page = this.#bytes();
    const rows = Math.ceil(page.length / this.#width);
    const high = rowHeight();
    const first = Math.max(0, Math.floor(this.#top / high) - SPARE);
    const last = Math.min(rows, Math.ceil((this.#top + this.#height) / high) + SPARE);
    const seen = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
    const scroll = (event: Event): void => {
      const { scrollTop, clientHeight } = event.currentTarget as Element;
      [this.#top, this.#height] = [scrollTop, clientHeight];
      this.#changed();
    };
    return html`<div
      id="hex"
      class="paper"
      role="region"
      aria-label="Bytes of ${name}"
      tabindex="0"
      @scroll=${scroll}
    >
      <div class="tall" data-height=${rows * high}>
        <div
          class="rows"
          role="table"
          aria-label="Bytes"
          aria-rowcount=${rows}
          data-top=${first * high}
        >
          ${repeat(
            seen,
            (row) => row,
            (row) => this.#row(page, row),
          )}
        </div>
      </div>
    </div>`;
  }

  /** Heights are set by script: a strict policy refuses them in the markup. */
  drawn(root: ParentNode): void {
    const box = root.querySelector<HTMLElement>('#hex');
    if (!box) return;
    const tall = box.querySelector<HTMLElement>('.tall')!;
    tall.style.setProperty('height', `${tall.dataset['height']}px`);
    const rows = box.querySelector<HTMLElement>('.rows')!;
    rows.style.setProperty('transform', `translateY(${rows.dataset['top']}px)`);
    if (this.#jump !== undefined) box.scrollTop = this.#jump;
    this.#jump = undefined;
    this.#unwatch ??= watchSize(box, () => {
      const room = box.clientWidth / rem();
      const width = room < 16 ? 4 : room < 40 ? 8 : 16;
      if (width === this.#width && box.clientHeight === this.#height) return;
      [this.#width, this.#height] = [width, box.clientHeight];
      this.#changed();
    });
  }

  close(): void {
    this.#unwatch?.();
  }

  #bytes(): Uint8Array {
    return this.#file.bytes.subarray(this.#page * PAGE, (this.#page + 1) * PAGE);
  }

  #go(place: number): void {
    this.#page = Math.floor(place / PAGE);
    this.#top = this.#jump = Math.floor((place % PAGE) / this.#width) * rowHeight();
    this.#changed();
  }

  #pages(): TemplateResult | typeof nothing {
    const pages = Math.ceil(this.#file.bytes.length / PAGE);
    if (pages < 2) return nothing;
    const turn = (by: number) => (): void => this.#go((this.#page + by) * PAGE);
    return html`<button type="button" ?disabled=${this.#page === 0} @click=${turn(-1)}>
        Earlier</button
      ><button type="button" ?disabled=${this.#page === pages - 1} @click=${turn(1)}>Later</button>
      part ${this.#page + 1} of ${pages}`;
  }

  #row(page: Uint8Array, row: number): TemplateResult {
    const from = row * this.#width;
    const part = page.subarray(from, from + this.#width);
    const offset = this.#page * PAGE + from;
    const numbers = Array.from(part, (byte) => hex(byte, 2)).join(' ');
    const text = decode(part, 'cp437').replace(
      /[\t\n\r]/g,
      (unit) => '○◙♪'['\t\n\r'.indexOf(unit)]!,
    );
    const lost = this.#file.missing.some(
      (gap) => gap.offset < offset + part.length && gap.offset + gap.length > offset,
    );
    return html`<div role="row" aria-rowindex=${row + 1} class="bytes" ?data-lost=${lost}>
      <span role="rowheader" class="offset">${hex(offset, 6)}</span>
      <span role="cell" class="numbers">${numbers.padEnd(this.#width * 3 - 1)}</span>
      <span role="cell" class="letters">${text}</span>
      ${lost ? html`<span role="cell" class="lost">missing</span>` : nothing}
    </div>`;
  }
}
