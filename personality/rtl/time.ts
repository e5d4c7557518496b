/**
 * NT time: 100 ns since 1 January 1601; ours is local time, as FAT keeps it.
 *
 * A double holds such times to 16 units of 100 ns until October 2057, so whole milliseconds (10,000
 * units) are exact; later ones to 32, which the fields make good. No finer time is ever made.
 */

const EPOCH_DIFFERENCE = 11_644_473_600_000;
const UNITS_PER_MILLISECOND = 10_000;
/** How far a whole millisecond may be off, in milliseconds. */
const ROUNDING = 0.004;

/** Local time of a Date, as NT time. */
export function timeFromDate(date: Date): number {
  const local = date.getTime() - date.getTimezoneOffset() * 60_000;
  return (local + EPOCH_DIFFERENCE) * UNITS_PER_MILLISECOND;
}

export interface TimeFields {
  year: number;
  /** 1-12 */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  milliseconds: number;
}

export function RtlTimeToTimeFields(time: number): TimeFields {
  const date = new Date(Math.floor(time / UNITS_PER_MILLISECOND + ROUNDING) - EPOCH_DIFFERENCE);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    milliseconds: date.getUTCMilliseconds(),
  };
}

export function RtlTimeFieldsToTime(fields: TimeFields): number {
  const { year, month, day, hour, minute, second, milliseconds } = fields;
  const local = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  return (local + EPOCH_DIFFERENCE) * UNITS_PER_MILLISECOND;
}
