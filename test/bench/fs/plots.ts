/**
 * Bars of the figures, as SVG: one plot a row, each contestant's median, with a line from its
 * quickest round to its three-quarter one. The scale is logarithmic: ratios are lengths.
 *
 *   plot(row, figures)     one row's
 *   scale(value, least, most)   0 to 1
 */
import type { Figures } from './statistics.ts';

const NS = 'http://www.w3.org/2000/svg';
const WIDTH = 760;
const LEFT = 110;
const RIGHT = 90;
const LINE = 22;

export function scale(value: number, least: number, most: number): number {
  if (most <= least) return 1;
  return Math.log(value / least) / Math.log(most / least);
}

function element(name: string, attributes: Record<string, string | number>, text = ''): Element {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
}

export const shown = (micros: number): string =>
  micros < 10 ? micros.toFixed(2) : micros < 1000 ? micros.toFixed(1) : micros.toFixed(0);

export function plot(row: string, figures: Record<string, Figures>): Element {
  const all = Object.entries(figures);
  const height = (all.length + 1) * LINE + 6;
  const label = `${row}: ${all.map(([who, { median }]) => `${who} ${shown(median)}`).join(', ')}`;
  const picture = element('svg', {
    viewBox: `0 0 ${WIDTH} ${height}`,
    role: 'img',
    'aria-label': `${label} microseconds`,
  });
  picture.append(element('text', { x: 0, y: 15, class: 'title' }, `${row} (µs)`));
  const values = all.flatMap(([, { least, upper }]) => [least, upper]);
  // Half of the quickest: a bar that is seen.
  const [first, last] = [Math.min(...values) / 2, Math.max(...values)];
  const at = (value: number): number => LEFT + scale(value, first, last) * (WIDTH - LEFT - RIGHT);
  for (const [index, [who, { least, median, upper }]] of all.entries()) {
    const y = (index + 1) * LINE;
    const middle = y + LINE / 2 - 3;
    const bar = { x: LEFT, y: y + 1, width: Math.max(1, at(median) - LEFT), height: LINE - 8 };
    picture.append(
      element('text', { x: 0, y: y + 13 }, who),
      element('rect', { ...bar, class: `bar ${who}` }),
      element('line', {
        x1: at(least),
        x2: at(upper),
        y1: middle,
        y2: middle,
        class: 'whisker',
      }),
      element('text', { x: Math.max(at(median), at(upper)) + 6, y: y + 13 }, shown(median)),
    );
  }
  return picture;
}
