/**
 * Where each sector is drawn: a row for each cylinder, a block of columns for each side, and in a
 * row the sectors in the order in which they pass under the head, as wide as they are long.
 *
 *   layOut(sectors, width, letters)
 *                                 everything in CSS pixels, for a drawing so wide with letters so
 *                                 high
 *   cellAt(layout, x, y)          the sector there
 *   moved(layout, from, key)      the sector that a key leads to from this one
 *   inOrder(layout)               all, cylinder by cylinder, and in it side by side
 */
import type { SectorInfo } from '../../element/types.ts';

export interface Cell {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly sector: SectorInfo;
}

export interface Side {
  readonly head: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface Layout {
  readonly cells: readonly Cell[];
  readonly sides: readonly Side[];
  /** Every tenth cylinder, for each block of rows. */
  readonly marks: readonly { readonly cylinder: number; readonly y: number }[];
  readonly width: number;
  readonly height: number;
  readonly letters: number;
}

/** Room for cylinders' numbers and for a side's name above it, in heights of a letter. */
const LEFT = 2.5;
const TOP = 1.8;
/** Between two sides. */
const BETWEEN = 16;
const WIDEST = 40;
/** With narrower ones the sides stand one below the other. */
const NARROWEST = 6;
const FLAT = 0.55;
const MARK_EVERY = 10;

export function layOut(sectors: readonly SectorInfo[], width: number, letters: number): Layout {
  const [left, top] = [Math.round(LEFT * letters), Math.round(TOP * letters)];
  const tracks = new Map<number, SectorInfo[]>();
  for (const sector of sectors) {
    const number = sector.cylinder * 2 + sector.head;
    const track = tracks.get(number);
    if (track) track.push(sector);
    else tracks.set(number, [sector]);
  }
  const heads = [...new Set(sectors.map(({ head }) => head))].sort();
  const most = usual([...tracks.values()].map(({ length }) => length));
  const cylinders = Math.max(-1, ...sectors.map(({ cylinder }) => cylinder)) + 1;
  const room = width - left;
  const beside = (room - BETWEEN * (heads.length - 1)) / Math.max(1, most * heads.length);
  const stacked = heads.length > 1 && beside < NARROWEST;
  const cell = Math.min(WIDEST, stacked ? room / most : beside);
  const height = Math.max(6, Math.min(10, Math.round(cell * FLAT)));
  const block = cell * most;
  const sides = heads.map((head, at): Side => {
    const x = left + (stacked ? 0 : at * (block + BETWEEN));
    const y = top + (stacked ? at * (cylinders * height + top + BETWEEN) : 0);
    return { head, x, y, width: block };
  });
  const cells = sides.flatMap((side) => {
    const rows = Array.from({ length: cylinders }, (_, at) => tracks.get(at * 2 + side.head) ?? []);
    return rows.flatMap((track, at) => row(track, side, side.y + at * height, height));
  });
  const marked = stacked ? sides : sides.slice(0, 1);
  const tens = Array.from({ length: Math.ceil(cylinders / MARK_EVERY) }, (_, i) => i * MARK_EVERY);
  const marks = marked.flatMap(({ y }) =>
    tens.map((cylinder) => ({ cylinder, y: y + cylinder * height })),
  );
  const end = Math.max(0, ...sides.map(({ y }) => y)) + cylinders * height;
  return { cells, sides, marks, width, height: Math.ceil(end), letters };
}

/** What most tracks have; a few longer ones are pressed into as much room. */
function usual(lengths: readonly number[]): number {
  const sorted = [...lengths].sort((one, other) => one - other);
  return Math.max(1, sorted[Math.floor(sorted.length * 0.9)] ?? 1);
}

function row(track: readonly SectorInfo[], side: Side, y: number, height: number): Cell[] {
  const all = track.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  return track.map((sector) => {
    const x = side.x + (side.width * before) / all;
    before += sector.size;
    return { x, y, width: side.x + (side.width * before) / all - x, height, sector };
  });
}

export function cellAt({ cells }: Layout, x: number, y: number): Cell | undefined {
  return cells.find((cell) => {
    const inside = x >= cell.x && x < cell.x + cell.width;
    return inside && y >= cell.y && y < cell.y + cell.height;
  });
}

const STEPS: Readonly<Record<string, readonly [along: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  PageUp: [0, -10],
  PageDown: [0, 10],
};

/** Undefined: the key leads nowhere. */
export function moved(layout: Layout, from: Cell | undefined, key: string): Cell | undefined {
  const { cells } = layout;
  if (key === 'Home') return cells[0];
  if (key === 'End') return cells.at(-1);
  const step = STEPS[key];
  if (!step) return undefined;
  if (!from) return cells[0];
  const [along, down] = step;
  // To the other side at the end of a row, as the eye goes.
  if (down === 0) {
    const order = inOrder(layout);
    return order[Math.max(0, Math.min(order.length - 1, order.indexOf(from) + along))];
  }
  const { sector } = from;
  const wanted = sector.cylinder + down;
  const column = cells.filter((cell) => cell.sector.head === sector.head);
  const near = (cell: Cell): number =>
    Math.abs(cell.sector.cylinder - wanted) * 1e4 + Math.abs(cell.x - from.x);
  return column.reduce((best, cell) => (near(cell) < near(best) ? cell : best), from);
}

export function inOrder({ cells }: Layout): Cell[] {
  const places = new Map(cells.map((cell, at) => [cell, at]));
  return [...cells].sort((one, other) => {
    const [a, b] = [one.sector, other.sector];
    return a.cylinder - b.cylinder || a.head - b.head || places.get(one)! - places.get(other)!;
  });
}
