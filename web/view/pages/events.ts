/**
 * As Process Monitor: the newest records first, filtered by words that must all be there, and by
 * kinds, each with its count. *Hold the list* keeps it while records go on coming.
 */
import { html, type TemplateResult } from 'lit';
import type { EventRow, EventsData } from '../data/events.ts';
import type { Desk } from '../desk.ts';
import { filtered, filterField } from '../filter.ts';
import '../virtual-table.ts';
import type { LongTable } from '../virtual-table.ts';

const PAGE = 'events';
const KINDS = 'events kinds';
const HELD = 'events held';
const hex = (value: number): string => (value >>> 0).toString(16);

const textOf = ({ what, processor, thread, words }: EventRow): string =>
  `${what} cpu${processor} ${hex(thread)} ${words}`;

/** What was there when the list was held, by the desk that holds it. */
const heldBy = new WeakMap<Desk, EventsData>();

function shownOf(data: EventsData, desk: Desk): EventsData {
  if (desk.chosen(HELD) !== 'yes') heldBy.delete(desk);
  else if (!heldBy.has(desk)) heldBy.set(desk, data);
  return heldBy.get(desk) ?? data;
}

export function eventsPage(data: EventsData, desk: Desk): TemplateResult {
  const { rows: all, counts, lost } = shownOf(data, desk);
  const kinds = new Set((desk.chosen(KINDS) ?? '').split(' ').filter(Boolean));
  const ofKinds = kinds.size === 0 ? all : all.filter(({ what }) => kinds.has(what));
  const rows = filtered(desk, PAGE, ofKinds, textOf);
  const isHeld = desk.chosen(HELD) === 'yes';
  const table: LongTable<EventRow> = {
    label: 'Records of the trace',
    rows,
    key: ({ sequence }) => String(sequence),
    columns: COLUMNS,
  };
  return html`<div class="bar">
      ${filterField(desk, PAGE)}
      <button aria-pressed=${isHeld} @click=${() => desk.choose(HELD, isHeld ? '' : 'yes')}>
        Hold the list
      </button>
      <p role="status">
        ${rows.length.toLocaleString('en-US')} of ${all.length.toLocaleString('en-US')} records,
        ${lost.toLocaleString('en-US')} lost
      </p>
    </div>
    <div class="kinds" role="group" aria-label="Kinds of records: press to see these alone">
      ${Object.entries(counts)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([kind, count]) => kindButton(desk, kinds, kind, count))}
    </div>
    <neptune-long-table
      .table=${table}
      .chosen=${desk.chosen(PAGE)}
      @long-choose=${({ detail }: CustomEvent<string>) => desk.choose(PAGE, detail)}
    ></neptune-long-table>`;
}

function kindButton(
  desk: Desk,
  kinds: ReadonlySet<string>,
  kind: string,
  count: number,
): TemplateResult {
  const isOn = kinds.has(kind);
  const press = (): void => {
    const now = isOn ? [...kinds].filter((one) => one !== kind) : [...kinds, kind];
    desk.choose(KINDS, now.join(' '));
  };
  return html`<button aria-pressed=${isOn} @click=${press}>
    ${kind} <span>${count.toLocaleString('en-US')}</span>
  </button>`;
}

const COLUMNS: LongTable<EventRow>['columns'] = [
  { title: 'Sequence', number: true, cell: ({ sequence }) => sequence },
  { title: 'What', cell: ({ what }) => what },
  { title: 'Thread', number: true, cell: ({ thread }) => hex(thread) },
  { title: 'Entry', number: true, cell: ({ entry }) => entry },
  { title: 'Time, µs', number: true, cell: ({ time }) => time },
  { title: 'CPU', number: true, cell: ({ processor }) => processor },
  { title: 'Words', cell: ({ words }) => words },
];
