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
