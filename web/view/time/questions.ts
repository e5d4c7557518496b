/**
 * Questions about time, as people ask them, and as a replay is asked (host/record/types.ts).
 *
 *   questionOf(asked)   throws in words for what is none
 *   wordsOf(asked)      in a few words
 *   untilOf(asked)      the same, as what a step goes on to: a unit, a mark, a service, a counter
 */
import { services } from '../../../personality/rtl/services.ts';
import { watchKinds } from '../../../personality/rtl/watch.ts';
import { hex } from '../words.ts';
import type { Question, Until, WantedMark } from '../../host/record/types.ts';

export const UNITS = ['entry', 'message', 'request', 'command'] as const;
export type Unit = (typeof UNITS)[number];

/** One of: */
export interface Asked {
  /** Bytes of it changed; `address` is physical. */
  changed?: 'ram' | 'kernel';
  address?: number;
  length?: number;
  /** A sector of this drive's disk was written: `A:` or `B:`. */
  written?: string;
  sector?: number;
  counter?: string;
  /** A mark of the trace (docs/watching.md); `words` of it, by name. */
  mark?: string;
  words?: Readonly<Record<string, number>>;
  /** This service was called. */
  service?: string;
  fault?: boolean;
  command?: boolean;
}

const wrong = (words: string): RangeError => new RangeError(words);

function wholeOf(value: unknown, what: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw wrong(`${what} must be a whole number.`);
}

/** `undefined`: it asks for no mark. */
function markOf({ mark, words = {}, service }: Asked): WantedMark | undefined {
  if (service !== undefined) {
    if (!Object.hasOwn(services, service)) throw wrong(`There is no service "${service}".`);
    const { number } = services[service as keyof typeof services];
    return { kind: watchKinds['service.in'].code, words: [number] };
  }
  if (mark === undefined) return undefined;
  if (!Object.hasOwn(watchKinds, mark)) throw wrong(`There is no mark "${mark}".`);
  const kind = watchKinds[mark as keyof typeof watchKinds];
  const names: readonly string[] = kind.words;
  for (const name of Object.keys(words))
    if (!names.includes(name)) throw wrong(`"${mark}" has no word "${name}": ${names.join(', ')}.`);
  return { kind: kind.code, words: names.map((name) => words[name]) };
}

/** As people say it, in a word or two. */
export function wordsOf({ changed, address, written, sector, ...asked }: Asked): string {
  if (changed !== undefined) return `${changed} at ${hex(address ?? 0)} changed`;
  if (written !== undefined) return `sector ${sector} of ${written} was written`;
  const { counter, mark, service, fault } = asked;
  return counter ?? mark ?? service ?? (fault ? 'a fault' : 'a command');
}

export function questionOf(asked: Asked): Question {
  const mark = markOf(asked);
  if (mark) return mark;
  const { changed, written, counter, fault, command } = asked;
  if (changed === 'ram' || changed === 'kernel') {
    const address = wholeOf(asked.address, 'The address');
    return { changed, address, length: wholeOf(asked.length ?? 1, 'The length') };
  }
  if (written !== undefined) {
    const drive = ['A:', 'B:'].indexOf(written.toUpperCase());
    if (drive < 0) throw wrong('The machine has drives A: and B:.');
    return { written: drive, sector: wholeOf(asked.sector, 'The sector') };
  }
  if (counter !== undefined) return { counter };
  if (fault) return { fault };
  if (command) return { command };
  throw wrong('Ask what changed, was written, a counter, a mark, a service, a fault or a command.');
}

export function untilOf(asked: string | Asked): Until {
  if (typeof asked === 'object') {
    const question = questionOf(asked);
    if ('kind' in question || 'counter' in question) return question;
    throw wrong('A step goes on to a unit, a mark, a service or a counter.');
  }
  if (!UNITS.includes(asked as Unit))
    throw wrong(`There is no unit "${asked}": ${UNITS.join(', ')}.`);
  if (asked === 'request') return { kind: watchKinds['irp.made'].code };
  return asked as Exclude<Unit, 'request'>;
}
