/**
 * The filter of a list: words that must all be there, in any order and case.
 *
 *   filtered(desk, page, rows, textOf)   the rows that have them
 *   filterField(desk, page)              where they are typed
 */
import { html, type TemplateResult } from 'lit';
import type { Desk } from './desk.ts';

export function filtered<T>(
  desk: Desk,
  page: string,
  rows: readonly T[],
  textOf: (row: T) => string,
): readonly T[] {
  const words = desk.filter(page).toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = textOf(row).toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function filterField(desk: Desk, page: string): TemplateResult {
  const typed = (event: Event): void =>
    desk.setFilter(page, (event.currentTarget as HTMLInputElement).value);
  return html`<label
    >Filter <input type="search" .value=${desk.filter(page)} @input=${typed}
  /></label>`;
}
