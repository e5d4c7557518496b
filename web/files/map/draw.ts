/**
 * The map on a canvas. Every kind has a shape of its own beside its colour, so that it can be told
 * by who sees no colours, and where the browser forces its own.
 *
 *   inksOf(probe, more)        the colours that the style sheet has now; `probe` is an element in
 *                              the same tree that nobody sees; `more`: names besides the map's
 *   drawMap(pen, drawing)      all of it
 *   drawCell(pen, box, kind, ink, tint?)
 *                              one, for the legend too
 */
import { inkIn } from '../../beside/colours.ts';
import type { Kind } from './kinds.ts';
import { kindOf } from './kinds.ts';
import type { Cell, Layout } from './layout.ts';

export type Inks = Readonly<Record<string, string>>;

const NAMES = [
  'background',
  'foreground',
  'muted',
  'free',
  'bad',
  'deleted',
  'system',
  'directory',
  'file0',
  'file1',
  'file2',
  'file3',
  'mark',
] as const;

export function inksOf(probe: HTMLElement, more: readonly string[] = []): Inks {
  const ink = inkIn(probe);
  return Object.fromEntries([...NAMES, ...more].map((name) => [name, ink(`--map-${name}`)]));
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Drawing {
  readonly layout: Layout;
  readonly tints: ReadonlyMap<string, number>;
  readonly inks: Inks;
  /** Its sectors are marked. */
  readonly file: string | undefined;
  readonly current: Cell | undefined;
  readonly focused: boolean;
}

type Pen = CanvasRenderingContext2D;

export function drawMap(pen: Pen, drawing: Drawing): void {
  const { layout, tints, inks, file, current, focused } = drawing;
  const { letters } = layout;
  pen.clearRect(0, 0, layout.width, layout.height);
  pen.font = `${letters}px system-ui, sans-serif`;
  pen.textBaseline = 'alphabetic';
  pen.fillStyle = inks['foreground']!;
  pen.textAlign = 'left';
  for (const { head, x, y } of layout.sides) pen.fillText(`Side ${head}`, x, y - letters * 0.6);
  pen.fillStyle = inks['muted']!;
  pen.textAlign = 'right';
  for (const { cylinder, y } of layout.marks)
    pen.fillText(String(cylinder), letters * 2, y + letters * 0.75);
  for (const cell of layout.cells) {
    const { sector } = cell;
    const tint = tints.get(sector.file ?? '') ?? 0;
    drawCell(pen, cell, kindOf(sector), inks, tint);
    if (file !== undefined && sector.file === file) mark(pen, cell, inks);
  }
  if (current) ring(pen, current, inks, focused);
}

/** A hair of the background between two. */
function inner({ x, y, width, height }: Box): Box {
  const gap = width > 9 ? 1 : 0.5;
  return { x: x + gap / 2, y: y + 0.5, width: width - gap, height: height - 1 };
}

export function drawCell(pen: Pen, box: Box, kind: Kind, inks: Inks, tint = 0): void {
  const cell = inner(box);
  SHAPES[kind](pen, cell, inks, tint);
}

type Shape = (pen: Pen, box: Box, inks: Inks, tint: number) => void;

function fill(pen: Pen, { x, y, width, height }: Box, ink: string | undefined): void {
  pen.fillStyle = ink ?? '#888';
  pen.fillRect(x, y, width, height);
}

function outline(pen: Pen, { x, y, width, height }: Box, ink: string | undefined): void {
  pen.strokeStyle = ink ?? '#888';
  pen.lineWidth = 1;
  pen.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
}

function lines(pen: Pen, ink: string | undefined, ...points: readonly (readonly number[])[]): void {
  pen.strokeStyle = ink ?? '#888';
  pen.lineWidth = 1.25;
  pen.beginPath();
  for (const [fromX = 0, fromY = 0, toX = 0, toY = 0] of points) {
    pen.moveTo(fromX, fromY);
    pen.lineTo(toX, toY);
  }
  pen.stroke();
}

const corners = ({ x, y, width, height }: Box) => ({
  falling: [x + 1, y + 1, x + width - 1, y + height - 1],
  rising: [x + 1, y + height - 1, x + width - 1, y + 1],
});

function dot(pen: Pen, { x, y, width, height }: Box, ink: string | undefined): void {
  const size = 1.5;
  fill(
    pen,
    { x: x + (width - size) / 2, y: y + (height - size) / 2, width: size, height: size },
    ink,
  );
}

const SHAPES: Readonly<Record<Kind, Shape>> = {
  /** A cross on red. */
  bad(pen, box, inks) {
    fill(pen, box, inks['bad']);
    const { falling, rising } = corners(box);
    lines(pen, inks['background'], falling, rising);
  },
  /** Nothing there but its frame, and a cross. */
  missing(pen, box, inks) {
    outline(pen, box, inks['bad']);
    const { falling, rising } = corners(box);
    lines(pen, inks['bad'], falling, rising);
  },
  /** One stroke. */
  deleted(pen, box, inks) {
    fill(pen, box, inks['deleted']);
    lines(pen, inks['background'], corners(box).rising);
  },
  file(pen, box, inks, tint) {
    fill(pen, box, inks[`file${tint}`]);
  },
  /** A notch at its left end, as a folder's. */
  directory(pen, box, inks) {
    fill(pen, box, inks['directory']);
    const { x, y, width, height } = box;
    fill(
      pen,
      { x: x + width * 0.5, y, width: width * 0.5, height: height * 0.4 },
      inks['background'],
    );
  },
  /** A line through its middle. */
  system(pen, box, inks) {
    fill(pen, box, inks['system']);
    const { x, y, width, height } = box;
    fill(pen, { x, y: y + height / 2 - 0.5, width, height: 1 }, inks['background']);
  },
  free(pen, box, inks) {
    fill(pen, box, inks['free']);
    dot(pen, box, inks['muted']);
  },
  lost(pen, box, inks) {
    outline(pen, box, inks['foreground']);
    dot(pen, box, inks['foreground']);
  },
  unusable(pen, box, inks) {
    outline(pen, box, inks['foreground']);
    lines(pen, inks['foreground'], corners(box).rising);
  },
  unused(pen, { x, y, width, height }, inks) {
    fill(pen, { x: x + 1, y: y + height - 1.5, width: width - 2, height: 1 }, inks['muted']);
  },
  plain(pen, box, inks) {
    outline(pen, box, inks['muted']);
  },
};

/** A bar below: of the file that is looked at. */
function mark(pen: Pen, { x, y, width, height }: Box, inks: Inks): void {
  fill(pen, { x, y: y + height - 2, width, height: 2 }, inks['mark']);
}

/** Two lines, so that one is seen on any ground. */
function ring(pen: Pen, { x, y, width, height }: Box, inks: Inks, focused: boolean): void {
  const thick = focused ? 2 : 1;
  pen.lineWidth = thick + 2;
  pen.strokeStyle = inks['background']!;
  pen.strokeRect(x - thick, y - thick, width + thick * 2, height + thick * 2);
  pen.lineWidth = thick;
  pen.strokeStyle = inks['mark']!;
  pen.strokeRect(x - thick, y - thick, width + thick * 2, height + thick * 2);
}
