/**
 * What is passed to the methods that look at the system and hold its time, looked at as all
 * arguments are (arguments.ts): copies of what is right, a TypeError in words for the rest. Who
 * watches is not there at the start, and so this is loaded when one of them is first called.
 *
 *   sectorOf(value)     of `look`; none: the machine alone
 *   timeOf(value)       of `time`
 *   visitOf(value)      of `visit`
 *   explain(request, drive)   throws in words what is wrong with a request that was refused: of
 *                       `control`, of `volume` (`drive`: as it was given)
 */
import type { AgentRequest } from '../host/agent-protocol.ts';
import type { Question, TimeRequest, Until, VisitRequest } from '../host/record/types.ts';
import type { SectorPlace } from '../machine/look.ts';
import { visibleName } from '../store/share/visible.ts';
import { booleanOf, type Check, isArray, kindOf, optionsOf, textOf, wrong } from './arguments.ts';

const ACTIONS = ['revoke', 'suspend', 'resume', 'terminate'] as const;

export function explain(request: AgentRequest, drive?: string): void {
  if (request.op === 'volume')
    throw new TypeError(`The drive must be a letter, such as "A:", and is ${given(drive)}.`);
  if (request.op !== 'control') return;
  oneOf(...ACTIONS)(request.action, 'The action');
  wholeOf(request.process, 'The process');
  wholeOf(request.which, 'The slot or thread (which)');
}

/** Text as it is: that it is text is not what is wrong with it. */
const given = (value: unknown): string =>
  typeof value === 'string' ? `"${visibleName(value)}"` : kindOf(value);

const wholeOf: Check<number> = (value, what) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw typeof value === 'number'
      ? new TypeError(`${what} must be a whole number from 0 on, and is ${value}.`)
      : wrong(what, 'a whole number from 0 on', value);
  return value as number;
};

const oneOf =
  <T extends string>(...words: readonly T[]): Check<T> =>
  (value, what) => {
    if (!words.includes(value as T))
      throw new TypeError(
        `${what} must be ${words.map((word) => `"${word}"`).join(', ')}, and is ${given(value)}.`,
      );
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
