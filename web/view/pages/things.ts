/**
 * A part of the map: endpoints, notifications and groups of frames, in a list; the chosen one with
 * all who hold a capability to it, and who waits there.
 *
 *   thingsPart(seen, desk, lines)   `lines`: where the page keeps the capability that is chosen
 *   THING                           where it keeps the object
 */
import { html, nothing, type TemplateResult } from 'lit';
import { type Thing, thingOf, thingsOf, type ThingWhole } from '../data/things.ts';
import type { Seen } from '../data/types.ts';
import type { Desk } from '../desk.ts';
import { facts, table } from '../table.ts';
import { hex } from '../words.ts';
import { slotList } from './whole.ts';

export const THING = 'map object';
const OF = 'map objects of';
/** Longer lists are told by their length. */
const SHOWN = 100;
const WAYS = { objects: 'Endpoints and notifications', frames: 'Frames' } as const;

export function thingsPart(seen: Seen, desk: Desk, lines: string): TemplateResult {
  const of = desk.chosen(OF) === 'frames' ? 'frames' : 'objects';
  const chosen = desk.chosen(THING) ?? '';
  const whole = chosen === '' ? undefined : thingOf(seen, chosen);
  return html`<h2>Objects <span>that capabilities lead to</span></h2>
    <div class="bar">
      ${Object.entries(WAYS).map(
        ([name, title]) =>
          html`<button aria-pressed=${name === of} @click=${() => desk.choose(OF, name)}>
            ${title}
          </button>`,
      )}
    </div>
    ${table(desk, {
      page: THING,
      label: 'Objects',
      rows: thingsOf(seen, of),
      key: ({ id }) => id,
      columns: [
        { title: 'Type', cell: ({ type }) => type },
        { title: 'What', cell: ({ name }) => name },
        { title: 'At', cell: ({ address }: Thing) => (address === 0 ? '' : hex(address)) },
        { title: 'Capabilities', number: true, cell: ({ capabilities }) => capabilities },
        { title: 'Threads waiting', number: true, cell: ({ waiting }) => waiting },
      ],
    })}
    ${whole ? wholeThing(whole, desk, lines) : chosen === '' ? nothing : gone()}`;
}

const gone = () => html`<p role="status">That object is gone.</p>`;

function wholeThing(whole: ThingWhole, desk: Desk, lines: string): TemplateResult {
  const { name, type, waits, mapped, holders } = whole;
  const choose = (at: number): void => desk.choose(lines, String(at));
  return html`<section class="whole" aria-label="The chosen object">
    ${facts(name, [
      ['Type', type],
      ...whole.facts,
      ...waits.map((words) => ['Waits there', words] as const),
      ...(type === 'Frames' ? [] : waits.length === 0 ? [['Waits there', 'nobody'] as const] : []),
    ])}
    ${mappedList(mapped)}
    ${slotList(type === 'Frames' ? 'Others with capabilities' : 'Who holds it', holders, choose)}
  </section>`;
}

function mappedList(mapped: readonly string[]): TemplateResult | typeof nothing {
  if (mapped.length === 0) return nothing;
  const rest = mapped.length - SHOWN;
  return html`<h2>Mapped <span>${mapped.length}</span></h2>
    <ul>
      ${mapped.slice(0, SHOWN).map((words) => html`<li>${words}</li>`)}
      ${rest > 0 ? html`<li class="muted">and ${rest.toLocaleString('en-US')} more</li>` : nothing}
    </ul>`;
}
