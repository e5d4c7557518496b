/**
 * Messages on the map, as dots that go along its lines: drawn in each frame of the browser, from
 * the records that have come since the last one.
 *
 *   moving(lines, routes, live)   in an svg's <g>: the dots in it
 *
 * A dot stands for all messages of its route in a frame. At most DOTS are on their way: more are in
 * the numbers, not in the picture. Where people want no motion it draws nothing; the list has it.
 */
import { noChange } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';
import { type ElementPart, type PartInfo, PartType } from 'lit/directive.js';
import type { Routes } from './data/traffic.ts';
import type { Seen } from './data/types.ts';
import type { PlacedLine } from './layout.ts';

const DOTS = 80;
/** Milliseconds that a dot is under way. */
const TRIP = 700;
const RADIUS = 2.2;
const SVG = 'http://www.w3.org/2000/svg';

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Dot {
  readonly element: SVGCircleElement;
  readonly points: readonly Point[];
  readonly length: number;
  readonly since: number;
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

function lengthOf(points: readonly Point[]): number {
  return points.slice(1).reduce((sum, point, i) => sum + distance(points[i]!, point), 0);
}

function pointAt(points: readonly Point[], way: number): Point {
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
  #group: SVGGElement | undefined;
  #routes: Routes | undefined;
  #live: Seen['live'];
  #ways = new Map<string, readonly Point[]>();
  #cursor = -1;
  #frame = 0;
  readonly #dots = new Set<Dot>();

  constructor(info: PartInfo) {
    super(info);
    if (info.type !== PartType.ELEMENT) throw new TypeError('moving() belongs into a tag');
  }

  override render(_lines: readonly PlacedLine[], _routes: Routes, _live: Seen['live']) {
    return noChange;
  }

  override update(
    part: ElementPart,
    [lines, routes, live]: [readonly PlacedLine[], Routes, Seen['live']],
  ) {
    this.#group = part.element as SVGGElement;
    this.#routes = routes;
    this.#live = live;
    this.#ways.clear();
    for (const { from, to, points } of lines) {
      this.#ways.set(`${from}\n${to}`, points);
      this.#ways.set(`${to}\n${from}`, [...points].reverse());
    }
    this.#begin();
    return noChange;
  }

  protected override disconnected(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    for (const dot of this.#dots) this.#drop(dot);
  }

  protected override reconnected(): void {
    this.#begin();
  }

  #begin(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#draw(now));
  }

  #draw(now: number): void {
    this.#frame = 0;
    const fresh = this.#live?.(this.#cursor);
    if (fresh) {
      this.#cursor = fresh.next;
      if (!still.matches) this.#send(fresh.records, now);
    }
    for (const dot of this.#dots) {
      const part = (now - dot.since) / TRIP;
      if (part >= 1) this.#drop(dot);
      else {
        const { x, y } = pointAt(dot.points, part * dot.length);
        dot.element.setAttribute('cx', x.toFixed(1));
        dot.element.setAttribute('cy', y.toFixed(1));
      }
    }
    if (this.isConnected) this.#begin();
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
      const points = this.#ways.get(key);
      if (!points || this.#dots.size >= DOTS) continue;
      const element = document.createElementNS(SVG, 'circle');
      element.setAttribute('r', (RADIUS + Math.min(3, Math.log2(count) / 2)).toFixed(1));
      this.#group?.append(element);
      this.#dots.add({ element, points, length: lengthOf(points), since: now });
    }
  }

  #drop(dot: Dot): void {
    dot.element.remove();
    this.#dots.delete(dot);
  }
}

export const moving = directive(Moving);
