/** A row of the list and its headings: six cells, of which one may have the focus. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from './icons.ts';
import { type Column, COLUMNS, type Order, type Row } from './rows.ts';
import { attributeWords, date, letters, shown, size } from './words.ts';

export interface RowActions {
  toggle(): void;
  menu(button: HTMLElement): void;
}

export interface RowLook {
  /** Which cell has the focus; -1: none. */
  readonly focused: number;
  readonly isChosen: boolean;
  readonly damaged: boolean;
}

const HEADINGS: Readonly<Record<Column, string>> = {
  name: 'Name',
  size: 'Size',
  modified: 'Modified',
  attributes: 'Attributes',
};

const stop = (is: boolean): '0' | '-1' => (is ? '0' : '-1');

export function heading(
  { by, down }: Order,
  focused: number,
  sort: (column: Column) => void,
): TemplateResult {
  const cells = COLUMNS.map((column, at) => {
    const sorted = column === by;
    const direction = down ? 'descending' : 'ascending';
    return html`<div
      role="columnheader"
      class=${column}
      aria-colindex=${at + 2}
      aria-sort=${sorted ? direction : 'none'}
    >
      <button
        type="button"
        tabindex=${stop(focused === at + 1)}
        data-cell=${at + 1}
        @click=${() => sort(column)}
      >
        ${HEADINGS[column]}<span aria-hidden="true">${sorted ? (down ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </div>`;
  });
  return html`<div class="head" role="row" aria-rowindex="1">
    <div role="columnheader" class="check" aria-colindex="1">
      <span class="unseen">Chosen</span>
    </div>
    ${cells}
    <div role="columnheader" class="act" aria-colindex="6"><span class="unseen">Actions</span></div>
  </div>`;
}

export function cellsOf(row: Row, look: RowLook, actions: RowActions): TemplateResult {
  const { focused, isChosen } = look;
  const name = shown(row.name);
  return html`<div role="gridcell" class="check" aria-colindex="1">
      <input
        type="checkbox"
        aria-label="Choose ${name}"
        tabindex=${stop(focused === 0)}
        data-cell="0"
        .checked=${isChosen}
        @change=${actions.toggle}
      />
    </div>
    <div
      role="rowheader"
      class="name"
      aria-colindex="2"
      tabindex=${stop(focused === 1)}
      data-cell="1"
      title=${row.shortName ? `${name} (${shown(row.shortName)})` : name}
    >
      ${icon(row.directory ? 'folder' : 'file')}
      <span class="text">${name}</span>${markOf(row, look.damaged)}
    </div>
    ${plain(2, 'size', focused, row.directory ? html`<span class="kind">folder</span>` : size(row.size))}
    ${plain(3, 'modified', focused, date(row.modified))}
    ${plain(4, 'attributes', focused, bits(row.attributes))}
    <div role="gridcell" class="act" aria-colindex="6">
      <button
        type="button"
        aria-label="Actions for ${name}"
        aria-haspopup="menu"
        tabindex=${stop(focused === 5)}
        data-cell="5"
        @click=${(event: Event) => actions.menu(event.currentTarget as HTMLElement)}
      >
        ⋯
      </button>
    </div>`;
}

function markOf({ deleted, directory }: Row, damaged: boolean): TemplateResult | typeof nothing {
  const kind = directory ? html`<span class="unseen">, folder</span>` : nothing;
  if (deleted)
    return html`<span class="mark"
      >deleted<span class="chance">${chance(deleted.chance)}</span></span
    >`;
  return damaged ? html`${kind}<span class="mark bad">damaged</span>` : kind;
}

const CHANCES: Readonly<Record<string, string>> = {
  good: ', its bytes are most likely there',
  fair: ', another deleted file may have its bytes',
  poor: ', parts are overwritten',
  none: ', nothing is left',
};

/** What can be had back; a word that is not known here is said as it is. */
function chance(value: unknown): string {
  if (typeof value === 'string') return CHANCES[value] ?? `, ${value}`;
  return typeof value === 'number' ? `, ${Math.round(value * 100)}% can be had back` : '';
}

function bits(attributes: number): TemplateResult | string {
  const words = attributeWords(attributes);
  if (words === '') return '';
  return html`<span aria-hidden="true" title=${words}>${letters(attributes)}</span
    ><span class="unseen">${words}</span>`;
}

function plain(
  at: number,
  name: string,
  focused: number,
  content: TemplateResult | string,
): TemplateResult {
  return html`<div
    role="gridcell"
    class=${name}
    aria-colindex=${at + 1}
    tabindex=${stop(focused === at)}
    data-cell=${at}
  >
    ${content}
  </div>`;
}
