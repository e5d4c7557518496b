/** One call at a time: a lane for each who takes part, and every hop with its time and words. */
import { html, nothing, type TemplateResult } from 'lit';
import type { FollowData, FollowedCall, Hop } from '../data/follow.ts';
import type { Desk } from '../desk.ts';
import { filtered, filterField } from '../filter.ts';
import { table } from '../table.ts';

const PAGE = 'follow';
const SHOWN = 100;

const textOf = ({ service, process, status }: FollowedCall): string =>
  `${service} ${process} ${status}`;

export function followPage({ calls, lost }: FollowData, desk: Desk): TemplateResult {
  const found = filtered(desk, PAGE, calls, textOf);
  const chosen = calls.find(({ request }) => String(request) === desk.chosen(PAGE));
  return html`<p>
      Type a command, such as <code>type A:\\README.TXT</code>, twice, and choose its
      <code>NtReadFile</code>: the first goes all the way to the disk, the second ends in the cache.
    </p>
    <div class="bar">
      ${filterField(desk, PAGE)}
      <p role="status">${found.length} of ${calls.length} calls, ${lost} records lost</p>
    </div>
    ${table(desk, {
      page: PAGE,
      label: 'Calls',
      rows: found.slice(-SHOWN).reverse(),
      key: ({ request }) => String(request),
      columns: [
        { title: 'Call', number: true, cell: ({ request }) => request },
        { title: 'By', cell: ({ process }) => process },
        { title: 'Service', cell: ({ service }) => service },
        { title: 'Took, µs', number: true, cell: ({ took }) => took ?? 'waits' },
        { title: 'Hops', number: true, cell: ({ hops }) => hops.length },
        { title: 'Status', cell: ({ status }) => status },
      ],
    })}
    ${chosen ? way(chosen) : nothing}`;
}

function way({ request, service, process, lanes, hops }: FollowedCall): TemplateResult {
  const heads = lanes.map((lane) => html`<th scope="col">${lane}</th>`);
  return html`<h2>Call ${request}: ${service} by ${process}</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="The way of call ${request}">
      <table class="lanes">
        <thead>
          <tr>
            <th scope="col" class="number">µs</th>
            ${heads}
          </tr>
        </thead>
        <tbody>
          ${hops.map((hop) => hopRow(hop, lanes.length))}
        </tbody>
      </table>
    </div>`;
}

function hopRow({ at, lane, words }: Hop, count: number): TemplateResult {
  const cells = Array.from({ length: count }, (_, i) =>
    i === lane ? html`<td class="hop">${words}</td>` : html`<td></td>`,
  );
  return html`<tr>
    <td class="number">${at}</td>
    ${cells}
  </tr>`;
}
