/** Numbers, dates and times as the listings show them. */
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
  const cell = Math.max(0, ...names.map((name) => name.length)) + 2;
  const rows = Math.ceil(names.length / Math.max(1, Math.floor(width / cell)));
  const lines = Array.from({ length: rows }, (_, row) => {
    const inRow = names.filter((_name, i) => i % rows === row);
    return `${inRow
      .map((name) => name.padEnd(cell))
      .join('')
      .trimEnd()}\n`;
  });
  return lines.join('');
}
