/**
 * NT time: 100 ns since 1 January 1601; ours is local time, as FAT keeps it.
 *
 * A double holds such times to 16 units of 100 ns until October 2057, so whole milliseconds (10,000
 * units) are exact; later ones to 32, which the fields make good. No finer time is ever made.
 *
 * 1601 is the first of 400 years that the Gregorian calendar repeats: so days are counted from it
 * in cycles, centuries, groups of four years, and years.
 */

const UNITS_PER_MILLISECOND = 10_000;
/** How far a whole millisecond may be off, in milliseconds. */
const ROUNDING = 0.004;

const FIRST_YEAR = 1601;
const DAY = 86_400_000;
const [CYCLE_DAYS, CENTURY_DAYS, FOUR_DAYS, YEAR_DAYS] = [146_097, 36_524, 1461, 365];
/** Days of a common year before each month, and in all. */
const BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

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

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days of the year before the month, which counts from 0. */
function beforeMonth(year: number, month: number): number {
  return BEFORE_MONTH[month]! + (month > 1 && isLeap(year) ? 1 : 0);
}

/** Of a cycle's or group's last part, which may be a day longer: never one part too many. */
function part(days: number, length: number, parts: number): number {
  return Math.min(parts - 1, Math.floor(days / length));
}

function dateOf(days: number): Pick<TimeFields, 'year' | 'month' | 'day'> {
  const cycle = Math.floor(days / CYCLE_DAYS);
  let left = days - cycle * CYCLE_DAYS;
  const century = part(left, CENTURY_DAYS, 4);
  left -= century * CENTURY_DAYS;
  const four = Math.floor(left / FOUR_DAYS);
  left -= four * FOUR_DAYS;
  const one = part(left, YEAR_DAYS, 4);
  left -= one * YEAR_DAYS;
  const year = FIRST_YEAR + cycle * 400 + century * 100 + four * 4 + one;
  let month = 11;
  while (beforeMonth(year, month) > left) month--;
  return { year, month: month + 1, day: left - beforeMonth(year, month) + 1 };
}

export function RtlTimeToTimeFields(time: number): TimeFields {
  const all = Math.floor(time / UNITS_PER_MILLISECOND + ROUNDING);
  const days = Math.floor(all / DAY);
  const ofDay = all - days * DAY;
  return {
    ...dateOf(days),
    hour: Math.floor(ofDay / 3_600_000),
    minute: Math.floor(ofDay / 60_000) % 60,
    second: Math.floor(ofDay / 1000) % 60,
    milliseconds: ofDay % 1000,
  };
}

/** A field out of its range (day 0, month 13, as a damaged disk has) goes over into the next. */
export function RtlTimeFieldsToTime(fields: TimeFields): number {
  const { month, day, hour, minute, second, milliseconds } = fields;
  const over = Math.floor((month - 1) / 12);
  const year = fields.year + over;
  const past = year - FIRST_YEAR;
  const leaps = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  const days = past * YEAR_DAYS + leaps + beforeMonth(year, month - 1 - over * 12) + day - 1;
  const ofDay = ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds;
  return (days * DAY + ofDay) * UNITS_PER_MILLISECOND;
}
