/**
 * The controller as on a bench: phase and lines above, then the timing diagram, then every register
 * with its bits, each with the section of its datasheet.
 */
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { ControllerData, Line } from '../data/controller.ts';
import type { Register } from '../data/registers.ts';
import type { Timing, TimingLane } from '../data/timing.ts';
import { facts } from '../table.ts';

const byte = (value: number): string =>
  value
    .toString(16)
    .toUpperCase()
    .padStart(value > 0xff ? 4 : 2, '0');
const bytes = (all: readonly number[]): string => all.map(byte).join(' ');
const portOf = (port: number): string => `${port.toString(16).toUpperCase().padStart(2, '0')}h`;

export function controllerPage(data: ControllerData | undefined): TemplateResult {
  if (!data) return html`<p role="status">The machine is being looked at…</p>`;
  const { phase, ended, fifo, lines, registers, status, dma, interrupts, drives, timing } = data;
  return html`<p role="status"><b>${phase.name}</b>: ${phase.words}.</p>
    <ul class="leds" aria-label="Lines">
      ${lines.map(led)}
    </ul>
    ${diagram(timing)} ${group('Registers', registers)}
    <h2>The last command with a result</h2>
    ${
      ended.command === ''
        ? html`<p>None yet.</p>`
        : html`<p>
            ${ended.command} <code>${bytes(ended.bytes)}</code> gave
            <code>${bytes(ended.result)}</code>
          </p>`
    }
    ${group('Status bytes', status)}
    <p>FIFO: ${fifo.length === 0 ? 'empty' : html`<code>${bytes(fifo)}</code>`}</p>
    ${group('DMA, channel 2', dma)} ${group('Interrupt controllers', interrupts)}
    <div class="detail">
      ${drives.map(({ name, facts: pairs }) => facts(`Drive ${name}`, pairs))}
    </div>`;
}

function led({ name, high, words }: Line): TemplateResult {
  return html`<li class=${high ? 'high' : 'low'}>
    <i aria-hidden="true"></i><b>${name}</b> ${high ? 'high' : 'low'} <span>${words}</span>
  </li>`;
}

function group(title: string, registers: readonly Register[]): TemplateResult | typeof nothing {
  if (registers.length === 0) return nothing;
  return html`<h2>${title}</h2>
    <div class="scroll" tabindex="0" role="group" aria-label=${title}>
      <table class="registers">
        <thead>
          <tr>
            <th scope="col">Register</th>
            <th scope="col">Port</th>
            <th scope="col" class="number">Value</th>
            <th scope="col">Bits</th>
            <th scope="col">Described in</th>
          </tr>
        </thead>
        <tbody>
          ${registers.map(registerRow)}
        </tbody>
      </table>
    </div>`;
}

function registerRow({ name, port, value, section, bits }: Register): TemplateResult {
  const named = bits.map(({ name: bit, on, words }) =>
    on
      ? html`<li class="on">${bit ? html`<b>${bit}</b> ` : nothing}${words}</li>`
      : html`<li class="off" title="not set: ${words}">${bit} 0</li>`,
  );
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${port === undefined ? '' : portOf(port)}</td>
    <td class="number"><code>${byte(value)}</code></td>
    <td>
      <ul class="bits">
        ${named}
      </ul>
    </td>
    <td class="muted">${section}</td>
  </tr>`;
}

const WIDTH = 900;
const LEFT = 80;
const ROW = 24;
const HIGH = 14;

function diagram({ length, lanes }: Timing): TemplateResult {
  if (length === 0)
    return html`<h2>Lines over time</h2>
      <p>Nothing has happened since the view was opened. Type <code>dir A:</code>.</p>`;
  const x = (at: number): number => LEFT + ((WIDTH - LEFT - 4) * at) / length;
  const height = lanes.length * ROW + 4;
  const rows = lanes.map((lane, i) => laneOf(lane, i * ROW + 4, x));
  const told = lanes.flatMap(({ name, edges }) =>
    edges.map(({ at, words }) => ({ name, at, words })),
  );
  const last = told.toSorted((a, b) => b.at - a.at).slice(0, LISTED);
  return html`<h2>Lines over the ${(length / 1000).toFixed(2)} ms in which it was last at work</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="Timing diagram">
      <svg
        class="timing"
        viewBox="0 0 ${WIDTH} ${height}"
        width=${WIDTH}
        height=${height}
        role="img"
        aria-label="Timing diagram; the list below has its newest edges"
      >
        ${rows}
      </svg>
    </div>
    <details>
      <summary>The newest ${last.length} of them in words</summary>
      <ol class="edges">
        ${last.map(({ name, at, words }) => html`<li>${at} µs: ${name}, ${words}</li>`)}
      </ol>
    </details>`;
}

const LISTED = 40;

function laneOf({ name, kind, edges, first }: TimingLane, y: number, x: (at: number) => number) {
  const low = y + HIGH + 2;
  const high = y + 2;
  const label = svg`<text x="4" y=${low - 2}>${name}</text>`;
  if (kind === 'pulses') {
    const marks = edges.map(({ at }) => `M${x(at).toFixed(1)} ${low}V${high}`).join('');
    return svg`<g>${label}<path class="ground" d="M${LEFT} ${low}H${WIDTH - 4}" /><path d=${marks} /></g>`;
  }
  let path = `M${LEFT} ${first ? high : low}`;
  for (const edge of edges) path += `H${x(edge.at).toFixed(1)}V${edge.high ? high : low}`;
  return svg`<g>${label}<path d="${path}H${WIDTH - 4}" /></g>`;
}
