/**
 * A table whose rows can be chosen: by a click, by the arrow keys, and by Enter or Space where the
 * focus is, with one row in the order of tabs (ARIA's grid pattern).
 */
import { html, type TemplateResult } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Desk } from './desk.ts';

export interface Column<T> {
  readonly title: string;
  /** Numbers stand at the end of their column. */
  readonly number?: boolean;
  cell(row: T): unknown;
}

export interface Table<T> {
  /** Where the choice is kept. */
  readonly page: string;
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  key(row: T): string;
  /** How far the first cell is indented. */
  depth?(row: T): number;
  /** Enter or Space on the row, which else choose it. */
  press?(row: T): void;
}

/** Rows that a key moves by, in all lists of a view. */
export const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: -Infinity,
  End: Infinity,
};

/** Enter or Space on a row itself, and not on what is in it. */
export function isPressed({ key, target }: KeyboardEvent): boolean {
  const isRow = (target as Element).localName === 'tr';
  return isRow && (key === 'Enter' || key === ' ');
}

export function table<T>(desk: Desk, given: Table<T>): TemplateResult {
  const { page, label, columns, rows, key } = given;
  const keys = rows.map(key);
  const at = Math.max(0, keys.indexOf(desk.chosen(page) ?? ''));
  const press = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (rows.length === 0) return;
    if (step === undefined) {
      if (!isPressed(event)) return;
      event.preventDefault();
      if (given.press) given.press(rows[at]!);
      else desk.choose(page, keys[at]!);
      return;
    }
    event.preventDefault();
    const to = Math.min(rows.length - 1, Math.max(0, at + step));
    desk.choose(page, keys[to]!);
    const body = (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('tbody tr');
    body[to]?.focus();
  };
  const head = columns.map(
    ({ title, number }) => html`<th scope="col" class=${number ? 'number' : ''}>${title}</th>`,
  );
  const body = repeat(rows, key, (row, index) => {
    const chosen = desk.chosen(page) === keys[index];
    return html`<tr
      tabindex=${index === at ? 0 : -1}
      aria-selected=${chosen}
      class=${classMap({ chosen })}
      @click=${() => desk.choose(page, keys[index]!)}
    >
      ${columns.map((column, place) => cellOf(column, row, place === 0 ? given.depth?.(row) : 0))}
    </tr>`;
  });
  return html`<div class="scroll">
    <table role="grid" aria-label=${label} @keydown=${press}>
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </div>`;
}

/** Indented by class: a page's policy may forbid style attributes. */
const DEEPEST = 6;

function cellOf<T>(column: Column<T>, row: T, depth = 0): TemplateResult {
  const look = `${column.number ? 'number' : ''} depth${Math.min(depth, DEEPEST)}`;
  return html`<td class=${look}>${column.cell(row)}</td>`;
}

/** What is known of the chosen row: names and values. */
export function facts(title: string, pairs: readonly (readonly [string, unknown])[]) {
  return html`<section class="facts" aria-label=${title}>
    <h2>${title}</h2>
    ${pairs.length === 0 ? html`<p class="muted">None.</p>` : ''}
    <dl>
      ${pairs.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </section>`;
}
