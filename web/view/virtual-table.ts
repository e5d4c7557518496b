/**
 * `<neptune-long-table>`: a table of many rows, of which those in sight are drawn.
 *
 * All rows have the height of the first, so that where a row is follows from its number. Arrow
 * keys, page keys, Home and End move; the row that is chosen stays the same row when others come.
 * Rows are drawn newest first: `rows` is oldest first.
 *
 * A part of the page `events`; ARIA's grid pattern, with the number of all rows said.
 *
 * Sends `long-choose` with the key of the row that is chosen now.
 */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { palette } from '../element/palette.ts';
import { styles } from './styles.ts';
import { type Column, STEPS } from './table.ts';

export interface LongTable<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  key(row: T): string;
}

/** Before the first row is there to be measured. */
const USUAL_HEIGHT = 24;
/** Rows above and below those in sight. */
const MARGIN = 8;

export class LongTableElement<T = unknown> extends LitElement {
  static override styles = [
    palette,
    styles,
    css`
      :host {
        overflow: visible;
        block-size: auto;
      }
      .window {
        overflow: auto;
        block-size: 22rem;
        border-block-end: 1px solid var(--_line);
      }
      thead th {
        position: sticky;
        inset-block-start: 0;
        background: var(--_background);
      }
      td.room {
        padding: 0;
        border: 0;
      }
    `,
  ];

  static override properties = { table: { attribute: false }, chosen: { attribute: false } };

  declare table: LongTable<T> | undefined;
  declare chosen: string | undefined;

  #height = USUAL_HEIGHT;
  #first = 0;
  #inSight = 20;

  protected override render(): TemplateResult | typeof nothing {
    if (!this.table) return nothing;
    const { label, columns, rows, key } = this.table;
    const count = rows.length;
    const from = Math.max(0, Math.min(this.#first - MARGIN, count - this.#inSight));
    const to = Math.min(count, this.#first + this.#inSight + MARGIN);
    // Newest first: what stands at `at` from above is `count - 1 - at` from the beginning.
    const shown = Array.from({ length: to - from }, (_, i) => rows[count - 1 - from - i]!);
    const chosenHere = shown.some((row) => key(row) === this.chosen);
    const head = columns.map(
      ({ title, number }) => html`<th scope="col" class=${number ? 'number' : ''}>${title}</th>`,
    );
    const body = repeat(shown, key, (row, i) => {
      const isChosen = key(row) === this.chosen;
      const stop = isChosen || (!chosenHere && i === 0);
      return html`<tr
        tabindex=${stop ? 0 : -1}
        aria-selected=${isChosen}
        aria-rowindex=${from + i + 2}
        class=${isChosen ? 'chosen' : ''}
        @click=${() => this.#choose(key(row))}
      >
        ${columns.map(
          (column) => html`<td class=${column.number ? 'number' : ''}>${column.cell(row)}</td>`,
        )}
      </tr>`;
    });
    return html`<div class="window" @scroll=${this.#scrolled}>
      <table role="grid" aria-label=${label} aria-rowcount=${count + 1} @keydown=${this.#pressed}>
        <thead>
          <tr>
            ${head}
          </tr>
        </thead>
        <tbody>
          <tr aria-hidden="true">
            <td class="room" data-rows=${from}></td>
          </tr>
          ${body}
          <tr aria-hidden="true">
            <td class="room" data-rows=${count - to}></td>
          </tr>
        </tbody>
      </table>
    </div>`;
  }

  protected override updated(): void {
    const row = this.renderRoot.querySelector<HTMLElement>('tr[aria-rowindex]');
    if (row && row.offsetHeight > 0) this.#height = row.offsetHeight;
    for (const room of this.renderRoot.querySelectorAll<HTMLElement>('td.room'))
      room.style.setProperty('height', `${Number(room.dataset['rows']) * this.#height}px`);
  }

  get #window(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>('.window')!;
  }

  readonly #scrolled = (): void => {
    const { scrollTop, clientHeight } = this.#window;
    const first = Math.max(0, Math.floor(scrollTop / this.#height) - 1);
    const inSight = Math.ceil(clientHeight / this.#height) + 1;
    if (first === this.#first && inSight === this.#inSight) return;
    this.#first = first;
    this.#inSight = inSight;
    this.requestUpdate();
  };

  #choose(key: string): void {
    this.dispatchEvent(new CustomEvent<string>('long-choose', { detail: key }));
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    const { rows = [], key } = this.table ?? {};
    if (step === undefined || !key || rows.length === 0) return;
    event.preventDefault();
    const at = rows.findIndex((row) => key(row) === this.chosen);
    const above = at < 0 ? -1 : rows.length - 1 - at;
    const to = Math.min(rows.length - 1, Math.max(0, above + step));
    void this.#goTo(to, key(rows[rows.length - 1 - to]!));
  };

  async #goTo(place: number, key: string): Promise<void> {
    const box = this.#window;
    const top = place * this.#height;
    const room = box.clientHeight - 3 * this.#height;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top > box.scrollTop + room) box.scrollTop = top - room;
    this.#choose(key);
    this.#scrolled();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`tr[aria-rowindex="${place + 2}"]`)?.focus();
  }
}

if (!customElements.get('neptune-long-table'))
  customElements.define('neptune-long-table', LongTableElement);
