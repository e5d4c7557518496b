/**
 * What is passed to the methods that look at the system and hold its time, looked at as all
 * arguments are (arguments.ts): copies of what is right, a TypeError in words for the rest. Who
 * watches is not there at the start, and so this is loaded when one of them is first called.
 *
 *   sectorOf(value)     of `look`; none: the machine alone
 *   timeOf(value)       of `time`
 *   visitOf(value)      of `visit`
 */
import type { Question, TimeRequest, Until, VisitRequest } from '../host/record/types.ts';
import type { SectorPlace } from '../machine/look.ts';
import { booleanOf, type Check, isArray, optionsOf, textOf, wrong } from './arguments.ts';

const wholeOf: Check<number> = (value, what) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw wrong(what, 'a whole number from 0 on', value);
  return value as number;
};

const oneOf =
  <T extends string>(...words: readonly T[]): Check<T> =>
  (value, what) => {
    if (!words.includes(value as T))
      throw wrong(what, words.map((word) => `"${word}"`).join(', '), value);
    return value as T;
  };

const listOf =
  <T>(each: Check<T>): Check<T[]> =>
  (value, what) => {
    if (!isArray(value)) throw wrong(what, 'an array', value);
    return value.map((one, at) => each(one, `${what}, number ${at + 1},`));
  };

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** All of these have to be there. */
function allOf<T extends object>(
  value: unknown,
  what: string,
  checks: { [K in keyof T]: Check<T[K]> },
): T {
  if (!isObject(value)) throw wrong(what, 'an object', value);
  const found = optionsOf<T>(value, what, checks as never);
  for (const name of Object.keys(checks))
    if (!(name in found)) throw new TypeError(`${what} must have "${name}".`);
  return found;
}

export function sectorOf(value: unknown): SectorPlace | undefined {
  if (value === undefined) return undefined;
  const [drive, cylinder, head, id] = [wholeOf, wholeOf, wholeOf, wholeOf];
  return allOf<SectorPlace>(value, 'The sector', { drive, cylinder, head, id });
}

const wordOf: Check<number | undefined> = (value, what) => {
  if (value !== undefined && typeof value !== 'number') throw wrong(what, 'a number', value);
  return value;
};

const mark = { kind: wholeOf, words: listOf(wordOf), counter: textOf };

const untilOf: Check<Until> = (value, what) => {
  if (!isObject(value)) return oneOf('entry', 'message', 'command')(value, what);
  const found = optionsOf<Partial<Record<keyof typeof mark, never>>>(value, what, mark as never);
  if (!('kind' in found) && !('counter' in found))
    throw new TypeError(`${what} must have "counter" or "kind".`);
  return found as unknown as Until;
};

const timesOf: Check<number> = (value, what) => {
  if (!(typeof value === 'number' && value >= 1 && value < Infinity))
    throw wrong(what, 'a number from 1 on', value);
  return value;
};

export function timeOf(value: unknown): TimeRequest {
  if (!isObject(value)) throw wrong('The request', 'an object', value);
  return optionsOf<TimeRequest>(value, 'The request', {
    do: oneOf('pause', 'resume', 'step', 'slow'),
    until: untilOf,
    times: timesOf,
  });
}

const memoryOf: Check<NonNullable<VisitRequest['memory']>> = (value, what) =>
  allOf(value, what, { of: oneOf('ram', 'kernel'), address: wholeOf, length: wholeOf });

const stepOf: Check<NonNullable<VisitRequest['step']>> = (value, what) => {
  const { by, ...places } = optionsOf<NonNullable<VisitRequest['step']>>(value, what, {
    by: untilOf,
    before: wholeOf,
    after: wholeOf,
  });
  if (by === undefined) throw new TypeError(`${what} must have "by".`);
  return { by, ...places };
};

const questionOf: Check<Question> = (value, what) => {
  if (!isObject(value)) throw wrong(what, 'an object', value);
  const asked = optionsOf<Record<string, never>>(value, what, {
    ...mark,
    changed: oneOf('ram', 'kernel'),
    address: wholeOf,
    length: wholeOf,
    written: wholeOf,
    sector: wholeOf,
    fault: booleanOf,
    command: booleanOf,
  } as never);
  if (!Object.keys(asked).some((name) => QUESTIONS.includes(name)))
    throw new TypeError(`${what} must ask for one of ${QUESTIONS.join(', ')}.`);
  return asked as unknown as Question;
};
const QUESTIONS: readonly string[] = ['changed', 'written', 'counter', 'kind', 'fault', 'command'];

export const visitOf = (value: unknown): VisitRequest =>
  optionsOf<VisitRequest>(value, 'The request', {
    until: wholeOf,
    snapshot: booleanOf,
    memory: memoryOf,
    questions: listOf(questionOf),
    keep: wholeOf,
    step: stepOf,
  });
