/** As Process Monitor: the newest records first, filtered by words that must all be there. */
import { html, type TemplateResult } from 'lit';
import type { EventRow, EventsData } from '../data/events.ts';
import type { Desk } from '../desk.ts';
import { table } from '../table.ts';

const PAGE = 'events';
/** Rows that are drawn; the search looks at all. */
const SHOWN = 200;
const hex = (value: number): string => (value >>> 0).toString(16);

const textOf = ({ what, processor, thread, words }: EventRow): string =>
  `${what} cpu${processor} ${hex(thread)} ${words}`.toLowerCase();

export function found(rows: readonly EventRow[], filter: string): readonly EventRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0
    ? rows
    : rows.filter((row) => words.every((word) => textOf(row).includes(word)));
}

export function eventsPage({ rows: all, counts, lost }: EventsData, desk: Desk): TemplateResult {
  const rows = found(all, desk.filter(PAGE));
  const kinds = Object.entries(counts).map(([kind, count]) => `${kind} ${count}`);
  const filter = (event: Event): void =>
    desk.setFilter(PAGE, (event.currentTarget as HTMLInputElement).value);
  return html`<div class="bar">
      <label>Filter <input type="search" .value=${desk.filter(PAGE)} @input=${filter} /></label>
      <p role="status">
        ${rows.length.toLocaleString('en-US')} of ${all.length.toLocaleString('en-US')} records,
        ${lost.toLocaleString('en-US')}
        lost${rows.length > SHOWN ? `; the newest ${SHOWN} below` : ''}
      </p>
    </div>
    <p class="muted">${kinds.join(' · ')}</p>
    ${table(desk, {
      page: PAGE,
      label: 'Records of the trace',
      rows: rows.slice(-SHOWN).reverse(),
      key: ({ sequence }) => String(sequence),
      columns: [
        { title: 'Sequence', number: true, cell: ({ sequence }) => sequence },
        { title: 'Entry', number: true, cell: ({ entry }) => entry },
        { title: 'Time, µs', number: true, cell: ({ time }) => time },
        { title: 'CPU', number: true, cell: ({ processor }) => processor },
        { title: 'Thread', number: true, cell: ({ thread }) => hex(thread) },
        { title: 'What', cell: ({ what }) => what },
        { title: 'Words', cell: ({ words }) => words },
      ],
    })}`;
}
