/** As WinObj: the name space, and of the chosen object its counts and who has it open. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ObjectRow } from '../data/objects.ts';
import type { Desk } from '../desk.ts';
import { facts, table } from '../table.ts';
import { hex } from '../words.ts';

const PAGE = 'objects';

const labelOf = ({ name, path, number }: ObjectRow): string =>
  path === '\\' ? '\\' : name === '' ? `(no name, ${number})` : name;

export function objectsPage(rows: readonly ObjectRow[], desk: Desk): TemplateResult {
  const chosen = rows.find(({ number }) => String(number) === desk.chosen(PAGE));
  return html`${table(desk, {
    page: PAGE,
    label: 'Objects',
    rows,
    key: ({ number }) => String(number),
    depth: ({ depth }) => depth,
    columns: [
      { title: 'Name', cell: labelOf },
      { title: 'Type', cell: ({ type }) => type },
      { title: 'Leads to', cell: ({ target }) => target },
      { title: 'References', number: true, cell: ({ pointers }) => pointers },
      { title: 'Handles', number: true, cell: ({ handles }) => handles },
    ],
  })}
  ${chosen ? detail(chosen) : nothing}`;
}

function detail(object: ObjectRow): TemplateResult {
  const { path, type, pointers, handles, permanent, openBy } = object;
  return html`<div class="detail">
    ${facts(path === '' ? labelOf(object) : path, [
      ['Type', type],
      ['References', pointers],
      ['Handles', handles],
      ['Permanent', permanent ? 'yes' : 'no'],
    ])}
    ${facts(
      'Open by',
      openBy.map(({ process, image, handle, access }) => [
        `${image}, ${process}`,
        `handle ${hex(handle)}, access ${hex(access)}`,
      ]),
    )}
  </div>`;
}
