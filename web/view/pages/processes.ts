/** As Process Explorer: the tree, and what the chosen one holds and is charged. */
import { html, nothing, type TemplateResult } from 'lit';
import { type ActedProcess, endAct, resumeAct, suspendAct } from '../acts.ts';
import type { ProcessRow, ThreadRow } from '../data/processes.ts';
import type { Desk } from '../desk.ts';
import { facts, table } from '../table.ts';
import { hex, rightsWords } from '../words.ts';

const PAGE = 'processes';
const busy = ({ threads }: ProcessRow): number =>
  threads.filter(({ state }) => state === 'reply').length;

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
  ${chosen ? detail(chosen, desk) : nothing}`;
}

function threadRow(thread: ThreadRow, acted: ActedProcess, desk: Desk): TemplateResult {
  const { id, words, suspended, priority } = thread;
  const given = { ...acted, thread: id };
  const act = suspended > 0 ? resumeAct(given) : suspendAct(given);
  return html`<li>
    <span>Thread ${id}, priority ${priority}, ${words}.</span>
    <button type="button" class="act" @click=${() => desk.propose(act)}>${act.label}…</button>
  </li>`;
}

function threadsOf({ threads }: ProcessRow, acted: ActedProcess, desk: Desk): TemplateResult {
  return html`<section class="threads" aria-label="Threads">
    <h2>Threads, and what each waits for</h2>
    <ul>
      ${threads.map((thread) => threadRow(thread, acted, desk))}
    </ul>
    <button type="button" class="act" @click=${() => desk.propose(endAct(acted))}>
      End the process…
    </button>
  </section>`;
}

function detail(process: ProcessRow, desk: Desk): TemplateResult {
  const acted = {
    process: process.id,
    name: process.driver === '' ? process.image : process.driver,
    kind: process.kind,
  };
  const { id, image, commandLine, kind, handles, capabilities, charged, limits } = process;
  return html`<div class="detail">
    ${facts(`${image}, process ${id}`, [
      ['Kind', kind],
      ...(commandLine === '' ? [] : [['Command line', commandLine] as const]),
    ])}
    ${threadsOf(process, acted, desk)}
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
