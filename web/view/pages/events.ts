/** As Process Monitor: the newest records first, filtered by words that must all be there. */
import { html, type TemplateResult } from 'lit';
import type { EventRow, EventsData } from '../data/events.ts';
import type { Desk } from '../desk.ts';
import { filtered, filterField } from '../filter.ts';
import { table } from '../table.ts';

const PAGE = 'events';
/** Rows that are drawn; the search looks at all. */
const SHOWN = 200;
const hex = (value: number): string => (value >>> 0).toString(16);

const textOf = ({ what, processor, thread, words }: EventRow): string =>
  `${what} cpu${processor} ${hex(thread)} ${words}`;

export function eventsPage({ rows: all, counts, lost }: EventsData, desk: Desk): TemplateResult {
  const rows = filtered(desk, PAGE, all, textOf);
  const kinds = Object.entries(counts).map(([kind, count]) => `${kind} ${count}`);
  return html`<div class="bar">
      ${filterField(desk, PAGE)}
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
