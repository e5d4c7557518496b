/** As Process Monitor: the newest records first, filtered by words that must all be there. */
import { html, type TemplateResult } from 'lit';
import type { TraceRecord } from '../../../personality/sel4/types.ts';
import type { EventsData } from '../data/events.ts';
import type { Desk } from '../desk.ts';
import { table } from '../table.ts';

const PAGE = 'events';
/** Rows that are drawn; the search looks at all. */
const SHOWN = 200;
const hex = (value: number): string => (value >>> 0).toString(16);

const textOf = ({ kind, processor, thread, badge, label, detail }: TraceRecord): string =>
  `${kind} cpu${processor} ${hex(thread)} ${hex(badge)} ${label} ${hex(detail)}`;

export function found(records: readonly TraceRecord[], filter: string): TraceRecord[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return records.filter((record) => words.every((word) => textOf(record).includes(word)));
}

export function eventsPage({ records, counts, lost }: EventsData, desk: Desk): TemplateResult {
  const rows = found(records, desk.filter(PAGE));
  const kinds = Object.entries(counts).map(([kind, count]) => `${kind} ${count}`);
  const filter = (event: Event): void =>
    desk.setFilter(PAGE, (event.currentTarget as HTMLInputElement).value);
  return html`<div class="bar">
      <label>Filter <input type="search" .value=${desk.filter(PAGE)} @input=${filter} /></label>
      <p role="status">
        ${rows.length.toLocaleString('en-US')} of ${records.length.toLocaleString('en-US')} records,
        ${lost.toLocaleString('en-US')}
        lost${rows.length > SHOWN ? `; the newest ${SHOWN} below` : ''}
      </p>
    </div>
    <p class="muted">${kinds.join(' · ')}</p>
    ${table(desk, {
      page: PAGE,
      label: 'Records of the kernel',
      rows: rows.slice(-SHOWN).reverse(),
      key: ({ sequence }) => String(sequence),
      columns: [
        { title: 'Sequence', number: true, cell: ({ sequence }) => sequence },
        { title: 'CPU', number: true, cell: ({ processor }) => processor },
        { title: 'Thread', number: true, cell: ({ thread }) => hex(thread) },
        { title: 'What', cell: ({ kind }) => kind },
        { title: 'Badge', number: true, cell: ({ badge }) => hex(badge) },
        { title: 'Label', number: true, cell: ({ label }) => label },
        { title: 'Detail', number: true, cell: ({ detail }) => hex(detail) },
      ],
    })}`;
}
