/**
 * The disk as it is: a ring for each cylinder, the outermost first, its sectors clockwise from the
 * index hole at the top; a disk for each side.
 *
 *   roundOf(layout, width)       where everything is; `layout`: the same sectors as rows (map)
 *   sectorAt(round, x, y)        the sector there
 *   drawRound(pen, drawing)
 */
import type { SectorInfo } from '../../element/types.ts';
import { kindOf } from '../../files/map/kinds.ts';
import type { Inks } from '../../files/map/draw.ts';
import type { Had, Travel } from '../data/disk.ts';
import { keyOf } from '../data/disk.ts';
import { fadeOf, inkOfHad, inkOfKind } from './inks.ts';

export interface Arc {
  readonly sector: SectorInfo;
  /** Radii, and parts of a turn. */
  readonly inner: number;
  readonly outer: number;
  readonly from: number;
  readonly to: number;
}

export interface Plate {
  readonly head: number;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly hub: number;
  readonly arcs: readonly Arc[];
}

export interface Round {
  readonly plates: readonly Plate[];
  readonly width: number;
  readonly height: number;
  readonly cylinders: number;
}

type Pen = CanvasRenderingContext2D;

const LARGEST = 250;
const EDGE = 14;
/** Of a side's name. */
const TOP = 22;
/** The innermost cylinder is as far out as on a real disk, roughly. */
const HUB = 0.32;
const TURN = 2 * Math.PI;
const TOP_ANGLE = -Math.PI / 2;

export function roundOf(sectors: readonly SectorInfo[], width: number): Round {
  const heads = [...new Set(sectors.map(({ head }) => head))].sort();
  const cylinders = Math.max(0, ...sectors.map(({ cylinder }) => cylinder)) + 1;
  const beside = width / Math.max(1, heads.length) >= 300;
  const room = beside ? width / Math.max(1, heads.length) : width;
  const radius = Math.min(LARGEST, room / 2 - EDGE);
  const hub = radius * HUB;
  const high = 2 * radius + TOP + EDGE;
  const plates = heads.map((head, at): Plate => {
    const x = beside ? room * (at + 0.5) : width / 2;
    const y = TOP + radius + (beside ? 0 : at * high);
    const own = sectors.filter((sector) => sector.head === head);
    return { head, x, y, radius, hub, arcs: arcsOf(own, radius, hub, cylinders) };
  });
  const height = Math.ceil(beside ? high : high * heads.length);
  return { plates, width, height, cylinders };
}

function arcsOf(
  sectors: readonly SectorInfo[],
  radius: number,
  hub: number,
  cylinders: number,
): Arc[] {
  const thick = (radius - hub) / cylinders;
  const tracks = new Map<number, SectorInfo[]>();
  for (const sector of sectors)
    tracks.set(sector.cylinder, [...(tracks.get(sector.cylinder) ?? []), sector]);
  return [...tracks].flatMap(([cylinder, track]) => {
    const all = track.reduce((sum, { size }) => sum + size, 0);
    const outer = radius - cylinder * thick;
    let before = 0;
    return track.map((sector) => {
      const from = before / all;
      before += sector.size;
      return { sector, inner: outer - thick, outer, from, to: before / all };
    });
  });
}

export function sectorAt({ plates }: Round, x: number, y: number): SectorInfo | undefined {
  for (const plate of plates) {
    const [right, down] = [x - plate.x, y - plate.y];
    const distance = Math.hypot(right, down);
    if (distance > plate.radius) continue;
    const turn = (Math.atan2(down, right) - TOP_ANGLE + TURN) % TURN;
    const part = turn / TURN;
    const found = plate.arcs.find(
      ({ inner, outer, from, to }) =>
        distance <= outer && distance > inner && part >= from && part < to,
    );
    if (found) return found.sector;
  }
  return undefined;
}

export interface RoundDrawing {
  readonly round: Round;
  readonly inks: Inks;
  readonly tints: ReadonlyMap<string, number>;
  readonly had: Readonly<Record<string, Had>>;
  readonly way: readonly Travel[];
  /** The head's track, and the side that is selected. */
  readonly at: number | undefined;
  readonly side: number;
  readonly current: SectorInfo | undefined;
  readonly chosen: SectorInfo | undefined;
}

export function drawRound(pen: Pen, drawing: RoundDrawing): void {
  const { round, inks } = drawing;
  pen.clearRect(0, 0, round.width, round.height);
  for (const plate of round.plates) drawPlate(pen, plate, drawing);
  pen.font = '13px system-ui, sans-serif';
  pen.fillStyle = inks['foreground']!;
  pen.textAlign = 'left';
  for (const { head, x, y, radius } of round.plates)
    pen.fillText(`Side ${head}`, x - radius, y - radius - 8);
}

function drawPlate(pen: Pen, plate: Plate, drawing: RoundDrawing): void {
  const { inks, tints, had, current, chosen } = drawing;
  for (const arc of plate.arcs) {
    const { sector } = arc;
    trace(pen, plate, arc);
    pen.fillStyle = inkOfKind(kindOf(sector), inks, tints.get(sector.file ?? '') ?? 0);
    pen.fill();
  }
  for (const arc of plate.arcs) {
    const last = had[keyOf(arc.sector)];
    if (!last) continue;
    pen.globalAlpha = fadeOf(last.ago);
    trace(pen, plate, arc);
    pen.fillStyle = inkOfHad(last, inks);
    pen.fill();
    pen.globalAlpha = 1;
  }
  for (const arc of plate.arcs)
    if (arc.sector === chosen || arc.sector === current) outline(pen, plate, arc, inks);
  drawHole(pen, plate, inks);
  drawArm(pen, plate, drawing);
}

function trace(pen: Pen, { x, y }: Plate, { inner, outer, from, to }: Arc): void {
  // A hair between two, where there is room for it.
  const gap = outer * (to - from) * TURN > 6 ? 0.6 / outer : 0;
  const [first, last] = [TOP_ANGLE + from * TURN + gap, TOP_ANGLE + to * TURN - gap];
  const ring = outer - inner > 3 ? 0.4 : 0.15;
  pen.beginPath();
  pen.arc(x, y, outer - ring, first, last);
  pen.arc(x, y, inner + ring, last, first, true);
  pen.closePath();
}

function outline(pen: Pen, plate: Plate, arc: Arc, inks: Inks): void {
  const wide = { ...arc, inner: arc.inner - 2, outer: arc.outer + 2 };
  trace(pen, plate, wide);
  pen.lineWidth = 3;
  pen.strokeStyle = inks['background']!;
  pen.stroke();
  pen.lineWidth = 1.5;
  pen.strokeStyle = inks['foreground']!;
  pen.stroke();
}

/** The hub, and the index hole where a turn begins. */
function drawHole(pen: Pen, { x, y, hub }: Plate, inks: Inks): void {
  pen.strokeStyle = inks['muted']!;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.arc(x, y, hub * 0.35, 0, TURN);
  pen.stroke();
  pen.beginPath();
  pen.arc(x, y - hub * 0.65, 3, 0, TURN);
  pen.stroke();
}

/** The arm comes from the right; beside it the ways of the head, older ones further away. */
function drawArm(pen: Pen, plate: Plate, { inks, at, side, way, round }: RoundDrawing): void {
  const { x, y, radius, hub, head } = plate;
  const thick = (radius - hub) / round.cylinders;
  const place = (cylinder: number): number => x + radius - (cylinder + 0.5) * thick;
  pen.lineCap = 'round';
  way.slice(-WAYS).forEach(({ from, to, ago }, i, { length }) => {
    const off = 5 + (length - i) * 3;
    pen.globalAlpha = fadeOf(ago);
    pen.strokeStyle = inks['foreground']!;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(place(from), y + off);
    pen.lineTo(place(to), y + off);
    pen.stroke();
    pen.globalAlpha = 1;
  });
  if (at === undefined) return;
  for (const [ink, wide] of [['background', 7] as const, ['foreground', 3] as const]) {
    pen.strokeStyle = inks[ink]!;
    pen.lineWidth = wide;
    pen.beginPath();
    pen.moveTo(x + radius + EDGE - 4, y);
    pen.lineTo(place(at), y);
    pen.stroke();
  }
  pen.fillStyle = inks[head === side ? 'foreground' : 'background']!;
  pen.strokeStyle = inks['foreground']!;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.rect(place(at) - 4, y - 4, 8, 8);
  pen.fill();
  pen.stroke();
}

const WAYS = 12;
