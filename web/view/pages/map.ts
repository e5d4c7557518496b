/**
 * The map: processes as places, lines where a process holds a capability, thick where messages go,
 * and dots for these as they are sent. The chosen place tells all of its capabilities, the chosen
 * capability all of itself.
 */
import { html, nothing, svg, type TemplateResult } from 'lit';
import { revokeAct } from '../acts.ts';
import type { MapData, MapLine } from '../data/map.ts';
import { idOf } from '../data/things.ts';
import type { Routes } from '../data/traffic.ts';
import type { Seen } from '../data/types.ts';
import type { Whole } from '../data/whole.ts';
import type { Desk } from '../desk.ts';
import { type Layout, layoutOf, type PlacedLine } from '../layout.ts';
import { placeAfter } from '../map-keys.ts';
import { moving } from '../moving.ts';
import { table } from '../table.ts';
import { hex, rightsWords } from '../words.ts';
import { THING, thingsPart } from './things.ts';
import { wholePage } from './whole.ts';

const PAGE = 'map';

const LINES = 'map lines';
/** The place on which the focus is, or comes: one of them is in the order of tabs. */
const FOCUS = 'map focus';

export interface MapSeen {
  readonly seen: Seen;
  wholeOf(at: number): Whole | undefined;
  readonly routes: Routes;
  readonly live: Seen['live'];
}

export function mapPage(data: MapData, desk: Desk, seen: MapSeen): TemplateResult {
  const layout = layoutOf(data, desk.narrow ? 'RIGHT' : 'DOWN', () => desk.touch());
  const chosen = desk.chosen(PAGE);
  const names = new Map(data.places.map(({ id, name }) => [id, name]));
  const lines = data.lines.filter(({ from, to }) => !chosen || from === chosen || to === chosen);
  const of = chosen ? `of ${names.get(chosen) ?? 'what has ended'}` : 'of all processes';
  const showAll = (event: Event): void => {
    // The button goes, and the focus with it.
    (event.currentTarget as HTMLElement).closest('h2')?.focus();
    desk.choose(PAGE, '');
    desk.choose(THING, '');
  };
  const all = html`<button @click=${showAll}>Show all</button>`;
  return html`${picture(layout, data, desk, seen)}
    <div class="below">${trafficList(data, names)}</div>
    ${data.differences.map((words) => html`<p class="differs">${words}</p>`)}
    <div class="below">
      <h2 tabindex="-1">Capabilities ${of} ${chosen || desk.chosen(THING) ? all : ''}</h2>
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
      })}${chosenLine(data, desk, seen)}
    </div>
    <div class="below">${thingsPart(seen.seen, desk, LINES)}</div>`;
}

function chosenLine(
  { lines, places }: MapData,
  desk: Desk,
  { wholeOf }: MapSeen,
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
  const toObject = (): void => desk.choose(THING, idOf(whole.type, whole.address));
  return wholePage(whole, desk, LINES, act, toObject);
}

/** In words what moves on the map, for whom nothing moves too. */
function trafficList(
  { traffic, lost }: MapData,
  names: ReadonlyMap<string, string>,
): TemplateResult {
  const lostWords =
    lost === 0 ? '' : ` ${lost.toLocaleString('en-US')} records were lost: nobody read in time.`;
  return html`<h2>Messages of the last second <span>${lostWords}</span></h2>
    <ul class="traffic" aria-label="Messages of the last second">
      ${traffic.map(
        ({ from, to, messages }) =>
          html`<li>
            ${names.get(from)} to ${names.get(to)}: ${messages.toLocaleString('en-US')}
          </li>`,
      )}
      ${traffic.length === 0 ? html`<li class="muted">None.</li>` : nothing}
    </ul>`;
}

function picture(
  layout: ReturnType<typeof layoutOf>,
  data: MapData,
  desk: Desk,
  seen: MapSeen,
): TemplateResult {
  if (layout === 'failed')
    return html`<p role="status">
      The map cannot be drawn: its code could not be loaded. The table has all of it.
    </p>`;
  return layout ? drawing(layout, data, desk, seen) : html`<p role="status">Drawing the map…</p>`;
}

/** Messages of both directions, by the two places of a line. */
function busyLines({ traffic }: MapData): (line: PlacedLine) => number {
  const counts = new Map<string, number>();
  for (const { from, to, messages } of traffic)
    for (const key of [`${from}\n${to}`, `${to}\n${from}`])
      counts.set(key, (counts.get(key) ?? 0) + messages);
  return ({ from, to }) => counts.get(`${from}\n${to}`) ?? 0;
}

/** Whether one of a line's capabilities leads to the chosen object; none chosen: all do. */
function ofThing({ lines }: MapData, thing: string | undefined): (line: PlacedLine) => boolean {
  const own = lines.filter(({ type, object }) => thing && idOf(type, object) === thing);
  if (own.length === 0) return () => true;
  const pairs = new Set(own.flatMap(({ from, to }) => [`${from}\n${to}`, `${to}\n${from}`]));
  return ({ from, to }) => pairs.has(`${from}\n${to}`);
}

function drawing(
  layout: Layout,
  data: MapData,
  desk: Desk,
  { routes, live }: MapSeen,
): TemplateResult {
  const { width, height, places, lines } = layout;
  const busy = busyLines(data);
  const chosen = desk.chosen(PAGE);
  const isOf = ofThing(data, desk.chosen(THING));
  const dim = (line: PlacedLine): string => {
    const { from, to } = line;
    return (chosen && from !== chosen && to !== chosen) || !isOf(line) ? 'dim' : '';
  };
  const path = (line: PlacedLine) => {
    const points = line.points.map(({ x, y }) => `${x},${y}`).join(' ');
    const messages = busy(line);
    const thick = (1 + Math.min(6, Math.log2(1 + messages) / 2)).toFixed(1);
    const look = `${dim(line)} ${messages > 0 ? 'busy' : ''}`;
    return svg`<polyline class=${look} points=${points} stroke-width=${thick} />`;
  };
  const choose = (id: string): void => {
    desk.choose(FOCUS, id);
    desk.choose(PAGE, id);
  };
  const ids = new Set(places.map(({ id }) => id));
  const stop = [desk.chosen(FOCUS), chosen].find((id) => id && ids.has(id)) ?? places[0]?.id;
  const place = ({ id, name, kind, x, y, width: wide, height: high }: Layout['places'][number]) => {
    const press = (event: KeyboardEvent): void => {
      const isChosen = event.key === 'Enter' || event.key === ' ';
      const to = placeAfter(places, id, event.key, desk.narrow ? 'RIGHT' : 'DOWN');
      if (!isChosen && to === undefined) return;
      event.preventDefault();
      if (to === undefined) return choose(id);
      desk.choose(FOCUS, to);
      const all = (event.currentTarget as Element).parentElement!.querySelectorAll('.place');
      (all[places.findIndex((one) => one.id === to)] as SVGElement).focus();
    };
    return svg`<g
      class="place ${kind} ${id === chosen ? 'chosen' : ''}"
      role="button" tabindex=${id === stop ? 0 : -1} aria-pressed=${id === chosen} aria-label="${name}, ${kind}"
      @click=${() => choose(id)} @keydown=${press}
      transform="translate(${x} ${y})"
    ><rect width=${wide} height=${high} rx="5" /><text x=${wide / 2} y=${high / 2}>${name}</text></g>`;
  };
  return html`<div class="scroll">
    <div class="drawn">
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
      <canvas class="moving" aria-hidden="true" ${moving(layout, routes, live)}></canvas>
    </div>
  </div>`;
}
