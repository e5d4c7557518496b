/** As Process Explorer: the tree, and what the chosen one holds and is charged. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ProcessRow } from '../data/processes.ts';
import type { Desk } from '../desk.ts';
import { facts, table } from '../table.ts';
import { hex, rightsWords } from '../words.ts';

const PAGE = 'processes';
const busy = ({ threads }: ProcessRow): number =>
  threads.filter(({ state }) => state !== 'running').length;

export function processesPage(rows: readonly ProcessRow[], desk: Desk): TemplateResult {
  const chosen = rows.find(({ id }) => String(id) === desk.chosen(PAGE));
  return html`${table(desk, {
    page: PAGE,
    label: 'Processes',
    rows,
    key: ({ id }) => String(id),
    depth: ({ depth }) => depth,
    columns: [
      { title: 'Image', cell: ({ image }) => image },
      { title: 'Id', number: true, cell: ({ id }) => id },
      { title: 'Driver', cell: ({ driver }) => driver },
      { title: 'Threads', number: true, cell: ({ threads }) => threads.length },
      { title: 'In a call', number: true, cell: busy },
      { title: 'Handles', number: true, cell: ({ handles }) => handles.length },
      { title: 'Capabilities', number: true, cell: ({ capabilities }) => capabilities.length },
      { title: 'Pages', number: true, cell: ({ charged }) => charged['pagefile'] ?? 0 },
      { title: 'Priority', number: true, cell: ({ priority }) => priority },
      { title: 'Processor', number: true, cell: ({ processor }) => processor },
    ],
  })}
  ${chosen ? detail(chosen) : nothing}`;
}

function detail(process: ProcessRow): TemplateResult {
  const { id, image, commandLine, kind, threads, handles, capabilities, charged, limits } = process;
  return html`<div class="detail">
    ${facts(`${image}, process ${id}`, [
      ['Kind', kind],
      ...(commandLine === '' ? [] : [['Command line', commandLine] as const]),
      ...threads.map((thread) => [`Thread ${thread.id}`, thread.state] as const),
    ])}
    ${facts(
      'Capabilities',
      capabilities.map(({ slot, type, rights, badge, about }) => [
        `Slot ${slot}`,
        `${type} ${rightsWords(rights)}${badge === 0 ? '' : ` badge ${hex(badge)}`}: ${about}`,
      ]),
    )}
    ${facts(
      'Handles',
      handles.map(({ handle, type, name, access }) => [
        hex(handle),
        `${type} ${name} ${hex(access)}`,
      ]),
    )}
    ${facts(
      'Charged',
      Object.entries(charged).map(([name, value]) => {
        const limit = limits[name];
        const most = limit === undefined || limit >= Number.MAX_SAFE_INTEGER ? '' : ` of ${limit}`;
        return [name, `${value}${most}`];
      }),
    )}
  </div>`;
}
