/** One capability, whole (data/whole.ts): each other slot that is named can be chosen, too. */
import { html, nothing, type TemplateResult } from 'lit';
import { idOf } from '../data/things.ts';
import type { SlotFacts, Whole } from '../data/whole.ts';
import type { Desk } from '../desk.ts';
import { facts } from '../table.ts';
import { hex, rightsWords } from '../words.ts';

/** Longer lists are told by their length. */
const SHOWN = 100;

export const slotWords = ({ type, rights, badge, object }: SlotFacts): string =>
  [
    type,
    rightsWords(rights),
    badge === 0 ? '' : `badge ${hex(badge)}`,
    object === '' ? '' : `to ${object}`,
  ]
    .filter((word) => word !== '')
    .join(' ');

export function slotList(title: string, slots: readonly SlotFacts[], choose: (at: number) => void) {
  if (slots.length === 0) return nothing;
  const rest = slots.length - SHOWN;
  return html`<section class="slots" aria-label=${title}>
    <h2>${title} <span>${slots.length}</span></h2>
    <ul>
      ${slots.slice(0, SHOWN).map(
        (slot) =>
          html`<li>
            <button type="button" @click=${() => choose(slot.at)}>
              ${slot.holder}, slot ${slot.index}
            </button>
            ${slotWords(slot)}
          </li>`,
      )}
      ${rest > 0 ? html`<li class="muted">and ${rest.toLocaleString('en-US')} more</li>` : nothing}
    </ul>
  </section>`;
}

/** An endpoint or notification can be chosen itself. */
function leadsTo({ object, type, address }: Whole, choose: () => void): string | TemplateResult {
  const words = object === '' ? 'an object without a name' : object;
  if (idOf(type, address) === '') return words;
  return html`<button type="button" class="inline" @click=${choose}>${words}</button>`;
}

export function wholePage(
  whole: Whole,
  desk: Desk,
  page: string,
  act: TemplateResult | typeof nothing,
  toObject: () => void,
): TemplateResult {
  const choose = (at: number): void => desk.choose(page, String(at));
  const { holder, index, type, rights, badge, address, bytes, waiting } = whole;
  return html`<section class="whole" aria-label="The chosen capability">
    ${facts(`${holder}, slot ${index}`, [
      ['Type', type],
      ['Leads to', leadsTo(whole, toObject)],
      ...(address === 0 ? [] : [['At', hex(address)] as const]),
      ...(bytes === 0 ? [] : [['Size', `${bytes.toLocaleString('en-US')} bytes`] as const]),
      ['Rights', rights === 0 ? 'none to speak of' : rightsWords(rights)],
      ...(badge === 0 ? [] : [['Badge', hex(badge)] as const]),
      ...waiting.map((words) => ['Waits there', words] as const),
    ])}
    ${act} ${slotList('Made from', whole.parents, choose)}
    ${slotList('Made of it', whole.children, choose)}
    ${slotList('Others to the same object', whole.copies, choose)}
  </section>`;
}
