/**
 * Messages on the map, as dots that go along its lines: drawn in each frame of the browser, from
 * the records that have come since the last one.
 *
 *   moving(layout, routes, live)   in a canvas that lies over the map: the dots on it
 *
 * The map itself is neither laid out nor painted anew for them. A dot stands for all messages of
 * its route in a frame. At most DOTS are on their way: more are in the numbers, not in the picture.
 * Where people want no motion there are none; the list has it. While there are some, the canvas
 * says so: `data-moving`.
 */
import { noChange } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';
import { type ElementPart, type PartInfo, PartType } from 'lit/directive.js';
import { sized } from '../files/map/sized.ts';
import type { Routes } from './data/traffic.ts';
import type { Seen } from './data/types.ts';
import type { Layout } from './layout.ts';

const DOTS = 80;
/** Milliseconds that a dot is under way. */
const TRIP = 700;
const RADIUS = 2.4;
/** Milliseconds after a dot in which its route has no other. */
const REST = 60;

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Way {
  readonly points: readonly Point[];
  readonly length: number;
}

interface Dot extends Way {
  readonly since: number;
  readonly radius: number;
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

function wayOf(points: readonly Point[]): Way {
  const steps = points.slice(1).map((point, i) => distance(points[i]!, point));
  return { points, length: steps.reduce((sum, step) => sum + step, 0) };
}

function pointAt({ points }: Way, way: number): Point {
  let left = way;
  for (let i = 1; i < points.length; i++) {
    const [from, to] = [points[i - 1]!, points[i]!];
    const step = distance(from, to);
    if (left <= step && step > 0) {
      const part = left / step;
      return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
    }
    left -= step;
  }
  return points.at(-1)!;
}

const still = matchMedia('(prefers-reduced-motion: reduce)');

class Moving extends AsyncDirective {
  #canvas: HTMLCanvasElement | undefined;
  #ink = '';
  #layout: Layout | undefined;
  #routes: Routes | undefined;
  #live: Seen['live'];
  readonly #ways = new Map<string, Way>();
  #cursor = -1;
  #frame = 0;
  #dots: Dot[] = [];
  /** When the newest dot of a route began. */
  readonly #begun = new Map<string, number>();

  constructor(info: PartInfo) {
    super(info);
    if (info.type !== PartType.ELEMENT) throw new TypeError('moving() belongs into a tag');
  }

  override render(_layout: Layout, _routes: Routes, _live: Seen['live']) {
    return noChange;
  }

  override update(part: ElementPart, [layout, routes, live]: [Layout, Routes, Seen['live']]) {
    this.#canvas = part.element as HTMLCanvasElement;
    this.#ink = getComputedStyle(this.#canvas).color;
    this.#routes = routes;
    this.#live = live;
    if (layout !== this.#layout) this.#lay(layout);
    this.#begin();
    return noChange;
  }

  protected override disconnected(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#dots = [];
  }

  protected override reconnected(): void {
    this.#begin();
  }

  #lay(layout: Layout): void {
    this.#layout = layout;
    this.#dots = [];
    this.#ways.clear();
    for (const { from, to, points } of layout.lines) {
      this.#ways.set(`${from}\n${to}`, wayOf(points));
      this.#ways.set(`${to}\n${from}`, wayOf([...points].reverse()));
    }
  }

  #begin(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#turn(now));
  }

  #turn(now: number): void {
    this.#frame = 0;
    const fresh = this.#live?.(this.#cursor);
    if (fresh) {
      this.#cursor = fresh.next;
      if (!still.matches) this.#send(fresh.records, now);
    }
    const had = this.#dots.length > 0;
    this.#dots = this.#dots.filter(({ since }) => now - since < TRIP);
    if (had) this.#draw(now);
    if (this.isConnected) this.#begin();
  }

  #draw(now: number): void {
    const canvas = this.#canvas!;
    const { width, height } = this.#layout!;
    const pen = sized(canvas, width, height);
    if (!pen) return;
    pen.clearRect(0, 0, width, height);
    pen.fillStyle = this.#ink;
    for (const dot of this.#dots) {
      const { x, y } = pointAt(dot, ((now - dot.since) / TRIP) * dot.length);
      pen.beginPath();
      pen.arc(x, y, dot.radius, 0, 2 * Math.PI);
      pen.fill();
    }
    const moves = this.#dots.length > 0;
    if (moves !== canvas.hasAttribute('data-moving')) canvas.toggleAttribute('data-moving', moves);
  }

  #send(records: Seen['records'], now: number): void {
    const counts = new Map<string, number>();
    for (const record of records) {
      const route = this.#routes?.of(record);
      if (!route) continue;
      const key = route.join('\n');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (const [key, count] of counts) {
      const way = this.#ways.get(key);
      const rests = now - (this.#begun.get(key) ?? -Infinity) < REST;
      if (!way || rests || this.#dots.length >= DOTS) continue;
      this.#begun.set(key, now);
      this.#dots.push({ ...way, since: now, radius: RADIUS + Math.min(3, Math.log2(count) / 2) });
    }
  }
}

export const moving = directive(Moving);
