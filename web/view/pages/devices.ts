/** Stacks of devices, highest above as requests come, and the requests that drivers have. */
import { html, type TemplateResult } from 'lit';
import type { DevicesData, StackRow } from '../data/devices.ts';
import type { Desk } from '../desk.ts';
import { table } from '../table.ts';

function stack({ devices }: StackRow): TemplateResult {
  const boxes = devices.toReversed().map(
    ({ id, name, driver, pending, isVolume }) =>
      html`<li>
        <b>${name || `${isVolume ? 'volume' : 'device'} ${id}`}</b>
        <span>${driver}</span>
        ${pending > 0 ? html`<em>${pending} pending</em>` : ''}
      </li>`,
  );
  return html`<ol class="stack">
    ${boxes}
  </ol>`;
}

export function devicesPage({ stacks, requests }: DevicesData, desk: Desk): TemplateResult {
  return html`<div class="stacks" aria-label="Device stacks">${stacks.map(stack)}</div>
    <h2>Requests that drivers have</h2>
    ${table(desk, {
      page: 'requests',
      label: 'Requests',
      rows: requests,
      key: ({ driver, id }) => `${driver} ${id}`,
      columns: [
        { title: 'Driver', cell: ({ driver }) => driver },
        { title: 'IRP', number: true, cell: ({ id }) => id },
        { title: 'Major function', cell: ({ major }) => major },
        { title: 'State', cell: ({ state }) => state },
        { title: 'Device', cell: ({ device }) => device },
        { title: 'Age, ms', number: true, cell: ({ age }) => (age / 1000).toFixed(1) },
      ],
    })}`;
}
