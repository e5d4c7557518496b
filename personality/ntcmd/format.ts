/** Numbers, dates and times as the listings show them. */
import { widthOf } from './screen.ts';
import { RtlTimeToTimeFields, type TimeFields } from '../rtl/time.ts';

/** With a comma between thousands. */
export function bytes(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

export function dateOf({ year, month, day }: TimeFields): string {
  return [String(year), two(month), two(day)].join('-');
}

export function timeOf({ hour, minute }: TimeFields): string {
  return `${two(hour)}:${two(minute)}`;
}

/** Blank where the disk has none. */
export function dateAndTime(time: number): string {
  if (time === 0) return ' '.repeat(17);
  const fields = RtlTimeToTimeFields(time);
  return `${dateOf(fields)}  ${timeOf(fields)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** Names in columns, down and then to the right; the width is in cells. */
export function inColumns(names: readonly string[], width: number): string {
  const widths = names.map(widthOf);
  const cell = widths.reduce((widest, one) => Math.max(widest, one), 0) + 2;
  const rows = Math.ceil(names.length / Math.max(1, Math.floor(width / cell)));
  let lines = '';
  for (let row = 0; row < rows; row++) {
    let line = '';
    for (let i = row; i < names.length; i += rows)
      line += names[i]! + (i + rows < names.length ? ' '.repeat(cell - widths[i]!) : '');
    lines += `${line}\n`;
  }
  return lines;
}
