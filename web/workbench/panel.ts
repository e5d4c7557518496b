/**
 * What own.ts knows, for people: the part of the bench that is called *Now*.
 *
 *   ownPanel(name, own)   `own` undefined: the driver is not loaded
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { OwnProcess, PortRow, PortValue } from './own.ts';

const PAGE_KIB = 4;
const hex = (value: number, digits: number): string =>
  value.toString(16).toUpperCase().padStart(digits, '0');

function ageOf(microseconds: number): string {
  if (microseconds < 1000) return `${microseconds} µs`;
  if (microseconds < 1_000_000) return `${Math.floor(microseconds / 1000)} ms`;
  return `${Math.floor(microseconds / 1_000_000)} s`;
}

const valueOf = (value: PortValue | undefined): string =>
  value ? `${hex(value.value, 2)}, ${ageOf(value.age)} ago` : '';

interface Listed<T> {
  readonly title: string;
  /** The first names the row. */
  readonly columns: readonly (readonly [head: string, cell: (row: T) => number | string])[];
  readonly rows: readonly T[];
}

const REQUESTS: Listed<OwnProcess['requests'][number]>['columns'] = [
  ['Number', ({ id }) => id],
  ['Request', ({ major }) => major],
  ['Device', ({ device }) => device],
  ['State', ({ state, cancelled }) => `${state}${cancelled ? ', to be given up' : ''}`],
  ['Age', ({ age }) => ageOf(age)],
];
const PORTS: Listed<PortRow>['columns'] = [
  ['Port', ({ port }) => hex(port, 3)],
  ['Read', ({ read }) => valueOf(read)],
  ['Written', ({ written }) => valueOf(written)],
];

function listed<T>({ title, columns, rows }: Listed<T>): TemplateResult {
  const row = (one: T): TemplateResult =>
    html`<tr>
      ${columns.map(([, cell], place) =>
        place === 0 ? html`<th scope="row">${cell(one)}</th>` : html`<td>${cell(one)}</td>`,
      )}
    </tr>`;
  return html`<div class="listed" tabindex="0" role="group" aria-label=${title}>
    <table>
      <caption>
        ${title}
      </caption>
      <thead>
        <tr>
          ${columns.map(([head]) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(row)}
      </tbody>
    </table>
  </div>`;
}

function requests({ requests: rows }: OwnProcess): TemplateResult {
  if (rows.length === 0) return html`<p>No request waits for it.</p>`;
  return listed({ title: 'Its requests', columns: REQUESTS, rows });
}

function registers({ ports: rows, more }: OwnProcess): TemplateResult | typeof nothing {
  if (rows.length === 0) return nothing;
  const title = 'Its ports, with what was last read and written';
  return html`${listed({ title, columns: PORTS, rows })}
  ${more > 0 ? html`<p class="muted">And ${more} more.</p>` : nothing}`;
}

function memory({ frames, mostFrames, pool }: OwnProcess): string {
  const kib = (pages: number): string => `${(pages * PAGE_KIB).toLocaleString('en-US')} KiB`;
  const bytes = pool.toLocaleString('en-US');
  return (
    `${frames} frames of RAM (${kib(frames)} of ${kib(mostFrames)}), ` +
    `${bytes} bytes of the Executive’s`
  );
}

/** A disk waits for a letter. */
function next({ devices }: OwnProcess): TemplateResult | typeof nothing {
  const disk = devices.find(({ isDisk }) => isDisk);
  if (!disk) return nothing;
  return html`<p class="muted">
    It is a disk. At the prompt: <code>mount m: ${disk.name}</code>, then <code>format m: /q</code>.
  </p>`;
}

export function ownPanel(name: string, own: OwnProcess | undefined): TemplateResult {
  if (!own)
    return html`<h2>Now</h2>
      <p class="muted">${name} is not loaded.</p>`;
  const { process, devices, holds, share } = own;
  const names = devices.map((device) => device.name).join(', ');
  return html`<h2>Now</h2>
    <p>Process ${process}; ${names || 'no device'}.</p>
    ${next(own)}
    <p>It holds: ${holds.length > 0 ? holds.join('; ') : 'no hardware'}; ${memory(own)}.</p>
    ${
      share === undefined
        ? nothing
        : html`<p>
            Of the last second’s entries into the kernel ${(share * 100).toFixed(1)} % were its own.
          </p>`
    }
    ${requests(own)} ${registers(own)}`;
}
