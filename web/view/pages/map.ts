/**
 * The map: processes as places, lines where a process holds a capability. The chosen place tells
 * all of its capabilities, which the table below says for all, too.
 */
import { html, svg, type TemplateResult } from 'lit';
import type { MapData, MapLine } from '../data/map.ts';
import type { Desk } from '../desk.ts';
import { type Layout, layoutOf, type PlacedLine } from '../layout.ts';
import { table } from '../table.ts';
import { hex, rightsWords } from '../words.ts';

const PAGE = 'map';

export function mapPage(data: MapData, desk: Desk): TemplateResult {
  const layout = layoutOf(data, () => desk.touch());
  const chosen = desk.chosen(PAGE);
  const names = new Map(data.places.map(({ id, name }) => [id, name]));
  const lines = data.lines.filter(({ from, to }) => !chosen || from === chosen || to === chosen);
  const of = chosen ? `of ${names.get(chosen) ?? 'what has ended'}` : 'of all processes';
  const all = html`<button @click=${() => desk.choose(PAGE, '')}>Show all</button>`;
  return html`${picture(layout, desk)}
    <h2>Capabilities ${of} ${chosen ? all : ''}</h2>
    ${table(desk, {
      page: 'map lines',
      label: 'Capabilities',
      rows: lines,
      key: ({ from, slot }) => `${from} ${slot}`,
      columns: [
        { title: 'Held by', cell: ({ from }) => names.get(from) },
        { title: 'Slot', number: true, cell: ({ slot }) => slot },
        { title: 'Type', cell: ({ type }) => type },
        { title: 'Rights', cell: ({ rights }) => rightsWords(rights) },
        { title: 'Badge', number: true, cell: ({ badge }: MapLine) => hex(badge) },
        { title: 'What for', cell: ({ about }) => about },
      ],
    })}`;
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
