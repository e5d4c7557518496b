/**
 * `<neptune-long-table>`: a table of many rows, of which those in sight are drawn. Which these are
 * says TanStack Virtual, which draws nothing itself: so the table stays one, its columns aligned by
 * the browser, and every row's number of how many said to screen readers.
 *
 * Rows have the height of the first. Arrow keys, page keys, Home and End move, Enter and Space
 * choose the row that has the focus; the row that is chosen stays the same row when others come.
 * Rows are drawn newest first: `rows` is oldest first.
 *
 * A part of the page `events`; ARIA's grid pattern, with the number of all rows said.
 *
 * Sends `long-choose` with the key of the row that is chosen now.
 */
import { VirtualizerController } from '@tanstack/lit-virtual';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { palette } from '../element/palette.ts';
import { styles } from './styles.ts';
import { type Column, isPressed, STEPS } from './table.ts';

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
      /* All rows are of one height. */
      .window :is(th, td) {
        white-space: nowrap;
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
  /** Of the head, which lies over the rows. */
  #head = USUAL_HEIGHT;
  /** The row that is to have the focus, once it is drawn. */
  #wanted: number | undefined;
  readonly #virtual = new VirtualizerController<HTMLElement, HTMLElement>(this, {
    ...{ count: 0, overscan: MARGIN, initialRect: { width: 0, height: 20 * USUAL_HEIGHT } },
    getScrollElement: () => this.renderRoot.querySelector<HTMLElement>('.window'),
    estimateSize: () => this.#height,
  });

  protected override render(): TemplateResult | typeof nothing {
    if (!this.table) return nothing;
    const { label, columns, rows, key } = this.table;
    const count = rows.length;
    const virtual = this.#virtual.getVirtualizer();
    const margins = { scrollMargin: this.#head, scrollPaddingStart: this.#head };
    virtual.setOptions({ ...virtual.options, ...margins, count });
    const inSight = virtual.getVirtualItems();
    const from = inSight[0]?.index ?? 0;
    const to = from + inSight.length;
    // Newest first: what stands at `at` from above is `count - 1 - at` from the beginning.
    const shown = inSight.map(({ index }) => rows[count - 1 - index]!);
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
    return html`<div class="window">
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
    const of = (selector: string): number =>
      this.renderRoot.querySelector<HTMLElement>(selector)?.offsetHeight ?? 0;
    const [row, head] = [of('tr[aria-rowindex]'), of('thead')];
    for (const room of this.renderRoot.querySelectorAll<HTMLElement>('td.room'))
      room.style.setProperty('height', `${Number(room.dataset['rows']) * this.#height}px`);
    if (row > 0 && (row !== this.#height || head !== this.#head)) {
      this.#height = row;
      this.#head = head;
      this.#virtual.getVirtualizer().measure();
    }
    const wanted = this.#wanted;
    const there = this.renderRoot.querySelector<HTMLElement>(`tr[aria-rowindex="${wanted}"]`);
    if (wanted === undefined || !there) return;
    this.#wanted = undefined;
    there.focus({ preventScroll: true });
  }

  #choose(key: string): void {
    this.dispatchEvent(new CustomEvent<string>('long-choose', { detail: key }));
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    const { rows = [], key } = this.table ?? {};
    if (isPressed(event)) {
      event.preventDefault();
      const place = Number((event.target as Element).getAttribute('aria-rowindex'));
      const row = rows[rows.length + 1 - place];
      if (row && key) this.#choose(key(row));
      return;
    }
    if (step === undefined || !key || rows.length === 0) return;
    event.preventDefault();
    const at = rows.findIndex((row) => key(row) === this.chosen);
    const above = at < 0 ? -1 : rows.length - 1 - at;
    const to = Math.min(rows.length - 1, Math.max(0, above + step));
    this.#virtual.getVirtualizer().scrollToIndex(to, { align: 'auto' });
    this.#wanted = to + 2;
    this.#choose(key(rows[rows.length - 1 - to]!));
    this.requestUpdate();
  };
}

if (!customElements.get('neptune-long-table'))
  customElements.define('neptune-long-table', LongTableElement);
