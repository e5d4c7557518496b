/**
 * The map: processes as places, lines where a process holds a capability. The chosen place tells
 * all of its capabilities, which the table below says for all, too.
 */
import { html, nothing, svg, type TemplateResult } from 'lit';
import { revokeAct } from '../acts.ts';
import type { MapData, MapLine } from '../data/map.ts';
import type { Whole } from '../data/whole.ts';
import type { Desk } from '../desk.ts';
import { type Layout, layoutOf, type PlacedLine } from '../layout.ts';
import { table } from '../table.ts';
import { hex, rightsWords } from '../words.ts';
import { wholePage } from './whole.ts';

const PAGE = 'map';

const LINES = 'map lines';

export function mapPage(
  data: MapData,
  desk: Desk,
  wholeOf: (at: number) => Whole | undefined,
): TemplateResult {
  const layout = layoutOf(data, () => desk.touch());
  const chosen = desk.chosen(PAGE);
  const names = new Map(data.places.map(({ id, name }) => [id, name]));
  const lines = data.lines.filter(({ from, to }) => !chosen || from === chosen || to === chosen);
  const of = chosen ? `of ${names.get(chosen) ?? 'what has ended'}` : 'of all processes';
  const all = html`<button @click=${() => desk.choose(PAGE, '')}>Show all</button>`;
  return html`${picture(layout, desk)}
    ${data.differences.map((words) => html`<p class="differs">${words}</p>`)}
    <h2>Capabilities ${of} ${chosen ? all : ''}</h2>
    ${table(desk, {
      page: LINES,
      label: 'Capabilities',
      rows: lines,
      key: ({ at }) => String(at),
      columns: [
        { title: 'Held by', cell: ({ from }) => names.get(from) },
        { title: 'Slot', number: true, cell: ({ slot }) => slot },
        { title: 'Type', cell: ({ type }) => type },
        { title: 'Rights', cell: ({ rights }) => rightsWords(rights) },
        { title: 'Badge', number: true, cell: ({ badge }: MapLine) => hex(badge) },
        { title: 'What for', cell: ({ about }) => about },
      ],
    })}
    ${chosenLine(data, desk, wholeOf)}`;
}

function chosenLine(
  { lines, places }: MapData,
  desk: Desk,
  wholeOf: (at: number) => Whole | undefined,
): TemplateResult | typeof nothing {
  const at = Number(desk.chosen(LINES) ?? NaN);
  const whole = wholeOf(at);
  if (!whole)
    return Number.isNaN(at) ? nothing : html`<p role="status">That capability is gone.</p>`;
  const line = lines.find((one) => one.at === at);
  const holder = places.find(({ id }) => id === line?.from);
  const act =
    line && holder
      ? html`<p>
          <button
            type="button"
            class="act"
            @click=${() => desk.propose(revokeAct({ ...line, name: holder.name, kind: holder.kind }))}
          >
            Revoke…
          </button>
        </p>`
      : html`<p class="muted">
          The Executive and the kernel hold this one: what others hold was made from it, and it
          cannot be revoked from here.
        </p>`;
  return wholePage(whole, desk, LINES, act);
}

function picture(layout: ReturnType<typeof layoutOf>, desk: Desk): TemplateResult {
  if (layout === 'failed')
    return html`<p role="status">
      The map cannot be drawn: its code could not be loaded. The table has all of it.
    </p>`;
  return layout ? drawing(layout, desk) : html`<p role="status">Drawing the map…</p>`;
}

function drawing({ width, height, places, lines }: Layout, desk: Desk): TemplateResult {
  const chosen = desk.chosen(PAGE);
  const dim = ({ from, to }: PlacedLine): string =>
    chosen && from !== chosen && to !== chosen ? 'dim' : '';
  const path = (line: PlacedLine) => {
    const points = line.points.map(({ x, y }) => `${x},${y}`).join(' ');
    const thick = Math.min(6, 1 + Math.log2(line.count));
    return svg`<polyline class=${dim(line)} points=${points} stroke-width=${thick} />`;
  };
  const place = ({ id, name, kind, x, y, width: wide, height: high }: Layout['places'][number]) => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      desk.choose(PAGE, id);
    };
    return svg`<g
      class="place ${kind} ${id === chosen ? 'chosen' : ''}"
      role="button" tabindex="0" aria-pressed=${id === chosen} aria-label="${name}, ${kind}"
      @click=${() => desk.choose(PAGE, id)} @keydown=${press}
      transform="translate(${x} ${y})"
    ><rect width=${wide} height=${high} rx="5" /><text x=${wide / 2} y=${high / 2}>${name}</text></g>`;
  };
  return html`<div class="scroll">
    <svg
      class="map"
      viewBox="0 0 ${width} ${height}"
      width=${width}
      height=${height}
      role="group"
      aria-label="Map of processes and capabilities"
    >
      ${lines.map(path)} ${places.map(place)}
    </svg>
  </div>`;
}
