/**
 * Where places stand on the map, and how lines run between them: elkjs, fetched when the first map
 * is drawn. Lines between the same two places are one, as thick as they are many.
 *
 *   layoutOf(data, way, done)   what is known now; where it is not, it is made, and `done` called
 *                               then; `failed`: what makes it could not be loaded. `way`: from the
 *                               clients `DOWN` to the hardware; `RIGHT` where there is little room
 */
import type { ELK, ElkNode } from 'elkjs/lib/elk-api.js';
import type { MapData, MapPlace } from './data/map.ts';

export interface PlacedLine {
  readonly from: string;
  readonly to: string;
  /** Capabilities that it stands for. */
  readonly count: number;
  readonly points: readonly { x: number; y: number }[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly places: readonly (MapPlace & { x: number; y: number; width: number; height: number })[];
  readonly lines: readonly PlacedLine[];
}

const HEIGHT = 34;
const CHARACTER = 7.4;
export type Way = 'DOWN' | 'RIGHT';

/** Clients before the Executive, drivers behind it, hardware behind these. */
const LAYERS: Readonly<Record<MapPlace['kind'], number>> = {
  client: 0,
  executive: 1,
  driver: 2,
  hardware: 3,
};
const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.partitioning.activate': 'true',
  'elk.spacing.nodeNode': '14',
  'elk.edgeRouting': 'POLYLINE',
};

/** Between two layers: across a narrow window there is less of it. */
const BETWEEN: Readonly<Record<Way, string>> = { DOWN: '56', RIGHT: '40' };

let elk: Promise<ELK> | undefined;
const known = new Map<string, Layout | 'failed' | undefined>();
/** Layouts that are kept: a system's map changes when a process comes or goes. */
const KEPT = 8;

const widthOf = (name: string): number => Math.max(64, name.length * CHARACTER + 24);

function pairsOf({ places, lines }: MapData): Map<string, [string, string, number]> {
  const kinds = new Map(places.map(({ id, kind }) => [id, kind]));
  const pairs = new Map<string, [string, string, number]>();
  for (const { from, to } of lines) {
    // Drawn downwards whoever holds the capability: the Executive serves clients and drivers.
    const isUp = LAYERS[kinds.get(from)!] > LAYERS[kinds.get(to)!];
    const [top, bottom] = isUp ? [to, from] : [from, to];
    const key = `${top}\n${bottom}`;
    const [, , count] = pairs.get(key) ?? [top, bottom, 0];
    pairs.set(key, [top, bottom, count + 1]);
  }
  return pairs;
}

function graphOf(data: MapData, way: Way): ElkNode {
  const edges = [...pairsOf(data)].map(([id, [from, to]]) => {
    return { id, sources: [from], targets: [to] };
  });
  const children = data.places.map(({ id, name, kind }) => ({
    id,
    width: widthOf(name),
    height: HEIGHT,
    layoutOptions: { 'elk.partitioning.partition': String(LAYERS[kind]) },
  }));
  const layoutOptions = {
    ...OPTIONS,
    'elk.direction': way,
    'elk.layered.spacing.nodeNodeBetweenLayers': BETWEEN[way],
  };
  return { id: 'map', layoutOptions, children, edges };
}

async function make(data: MapData, way: Way): Promise<Layout> {
  elk ??= load().then(({ Elk }) => new Elk());
  const laid = await (await elk).layout(graphOf(data, way));
  const byId = new Map(data.places.map((place) => [place.id, place]));
  const pairs = pairsOf(data);
  return {
    width: laid.width ?? 0,
    height: laid.height ?? 0,
    places: (laid.children ?? []).map(({ id, x = 0, y = 0, width = 0, height = 0 }) => {
      return { ...byId.get(id)!, x, y, width, height };
    }),
    lines: (laid.edges ?? []).map(({ id, sections = [] }) => {
      const [from, to, count] = pairs.get(id)!;
      const points = sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => {
        return [startPoint, ...bendPoints, endPoint];
      });
      return { from, to, count, points };
    }),
  };
}

async function load(): Promise<{ Elk: new () => ELK }> {
  // In one piece: scripts/package.mjs makes of it what every bundler knows.
  return (await import(
    /* @vite-ignore */ new URL('../../build/parts/layouts.js', import.meta.url).href
  )) as { Elk: new () => ELK };
}

/** What decides where things stand: not who has sent how much. */
const signature = ({ places, lines }: MapData): string =>
  [...places.map(({ id }) => id), ...lines.map(({ from, to }) => `${from}>${to}`)].join('\n');

export function layoutOf(data: MapData, way: Way, done: () => void): Layout | 'failed' | undefined {
  const key = `${way}\n${signature(data)}`;
  if (known.has(key)) return known.get(key);
  known.set(key, undefined);
  for (const old of [...known.keys()].slice(0, -KEPT)) known.delete(old);
  void make(data, way)
    .catch(() => {
      // The next map asks for the code again.
      elk = undefined;
      return 'failed' as const;
    })
    .then((layout) => {
      known.set(key, layout);
      done();
    });
  return undefined;
}
