/** What own.ts knows, for people: the part of the bench that is called *Now*. */
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

function requests({ requests: all }: OwnProcess): TemplateResult {
  if (all.length === 0) return html`<p>No request waits for it.</p>`;
  return html`<table>
    <caption>
      Its requests
    </caption>
    <thead>
      <tr>
        <th scope="col">Number</th>
        <th scope="col">Request</th>
        <th scope="col">Device</th>
        <th scope="col">State</th>
        <th scope="col">Age</th>
      </tr>
    </thead>
    <tbody>
      ${all.map(
        ({ id, major, device, state, age, cancelled }) =>
          html`<tr>
            <td>${id}</td>
            <td>${major}</td>
            <td>${device}</td>
            <td>${state}${cancelled ? ', to be given up' : ''}</td>
            <td>${ageOf(age)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function registers({ ports, more }: OwnProcess): TemplateResult | typeof nothing {
  if (ports.length === 0) return nothing;
  const row = ({ port, read, written }: PortRow): TemplateResult =>
    html`<tr>
      <th scope="row">${hex(port, 3)}</th>
      <td>${valueOf(read)}</td>
      <td>${valueOf(written)}</td>
    </tr>`;
  return html`<table>
      <caption>
        Its ports, with what was last read and written
      </caption>
      <thead>
        <tr>
          <th scope="col">Port</th>
          <th scope="col">Read</th>
          <th scope="col">Written</th>
        </tr>
      </thead>
      <tbody>
        ${ports.map(row)}
      </tbody>
    </table>
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
