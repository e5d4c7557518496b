/**
 * Which place of the map an arrow key leads to.
 *
 *   placeAfter(places, from, key, way)   its id; undefined: the key leads nowhere
 *
 * Places stand in layers: rows, or columns where the map runs to the RIGHT. Along a layer keys go
 * to its neighbours, and from its end to the beginning of the next one, so that two keys reach all;
 * across, they go to the place of the next layer that is nearest. Home and End lead to the first
 * and the last.
 */
import type { Layout, Way } from './layout.ts';

type Place = Layout['places'][number];

/** Where a place stands: which layer, how far along it. Middles are compared, as eyes do. */
interface Spot {
  readonly id: string;
  readonly layer: number;
  readonly along: number;
}

/** Places of one layer may differ by less. */
const SAME = 12;

function spotsOf(places: readonly Place[], way: Way): Spot[] {
  const spots = places.map(({ id, x, y, width, height }) => {
    const [across, down] = [x + width / 2, y + height / 2];
    return way === 'DOWN' ? { id, layer: down, along: across } : { id, layer: across, along: down };
  });
  return spots.sort((a, b) => (isSame(a, b) ? a.along - b.along : a.layer - b.layer));
}

const isSame = (a: Spot, b: Spot): boolean => Math.abs(a.layer - b.layer) < SAME;

const SIDEWAYS = new Map([
  ['ArrowRight', 1],
  ['ArrowLeft', -1],
]);
const UPRIGHT = new Map([
  ['ArrowDown', 1],
  ['ArrowUp', -1],
]);

export function placeAfter(
  places: readonly Place[],
  from: string,
  key: string,
  way: Way,
): string | undefined {
  const spots = spotsOf(places, way);
  const at = spots.findIndex(({ id }) => id === from);
  if (key === 'Home') return spots[0]?.id;
  if (key === 'End') return spots.at(-1)?.id;
  const [steps, layers] = way === 'DOWN' ? [SIDEWAYS, UPRIGHT] : [UPRIGHT, SIDEWAYS];
  const along = steps.get(key);
  if (along !== undefined) return spots[Math.max(0, at + along)]?.id ?? from;
  const step = layers.get(key);
  if (step === undefined || at < 0) return undefined;
  const own = spots[at]!;
  const beyond = spots.filter((spot) => !isSame(spot, own) && (spot.layer - own.layer) * step > 0);
  const near = beyond.sort((a, b) => (a.layer - b.layer) * step)[0];
  const next = beyond.filter((spot) => isSame(spot, near!));
  return next.sort((a, b) => away(a, own) - away(b, own))[0]?.id ?? from;
}

const away = (a: Spot, b: Spot): number => Math.abs(a.along - b.along);
