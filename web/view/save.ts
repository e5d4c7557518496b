/**
 * The row's part that makes a file of what is seen: which one, and a button.
 *
 *   saveForm(desk, save)   `save(format, name)` makes it, and rejects in words
 *
 * What each format is: export/index.ts, which is fetched when the first is saved.
 */
import { html, type TemplateResult } from 'lit';
import type { Desk } from './desk.ts';
import { textOf } from './words.ts';

const PAGE = 'save';
const ERROR = 'save.error';

/** Its name, what is in it, and what the file is called. */
const FORMATS = [
  ['fxt', 'records, for Perfetto', 'records.fxt'],
  ['chrome', 'records, as Chrome’s JSON', 'records.json'],
  ['csv', 'counters, as CSV', 'counters.csv'],
  ['dot', 'capabilities, for Graphviz', 'capabilities.dot'],
  ['json', 'capabilities, as JSON', 'capabilities.json'],
] as const;

export function saveForm(
  desk: Desk,
  save: (format: string, name: string) => Promise<void>,
): TemplateResult {
  const chosen = FORMATS.find(([format]) => format === desk.chosen(PAGE)) ?? FORMATS[0];
  const choose = (event: Event): void =>
    desk.choose(PAGE, (event.target as HTMLSelectElement).value);
  const press = (): void => {
    desk.choose(ERROR, '');
    save(chosen[0], chosen[2]).catch((error: unknown) => desk.choose(ERROR, textOf(error)));
  };
  return html`<span class="save">
    <select aria-label="What is saved" @change=${choose}>
      ${FORMATS.map(
        ([format, words]) =>
          html`<option value=${format} ?selected=${format === chosen[0]}>${words}</option>`,
      )}
    </select>
    <button @click=${press}>Save</button>
    <span role="status">${desk.chosen(ERROR) ?? ''}</span>
  </span>`;
}
