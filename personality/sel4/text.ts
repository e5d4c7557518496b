/**
 * What a process says, as text: for the developer's console, a failure's reason, a log.
 *
 * The values are the process's own: making text of one may run its code, which may throw, never be
 * done in other than its own time, and give more than anybody reads. So nothing here throws, and
 * what comes out is a plain string of bounded length.
 *
 *   textOf(value)      one value; an Error as its message
 *   stackOf(value)     the same, an Error with its stack where it has one
 *   lineOf(values)     several, with spaces between
 */
import { emptyList } from './intrinsics.ts';

const MOST_CHARACTERS = 4096;
const MOST_VALUES = 16;

/** A template literal, and not String(): an object that gives another object throws here. */
function plain(value: unknown): string {
  const text = typeof value === 'symbol' ? 'a symbol' : `${value as string}`;
  if (text.length <= MOST_CHARACTERS) return text;
  // By index: no method of the string's is called.
  let cut = '';
  for (let i = 0; i < MOST_CHARACTERS; i++) cut += text[i];
  return `${cut}...`;
}

export function textOf(value: unknown): string {
  try {
    return plain(value instanceof Error ? value.message : value);
  } catch {
    return 'something that cannot be shown';
  }
}

export function stackOf(value: unknown): string {
  try {
    return plain(value instanceof Error ? (value.stack ?? value.message) : value);
  } catch {
    return 'something that cannot be shown';
  }
}

export function lineOf(values: readonly unknown[]): string {
  const texts = emptyList<string>();
  const count = values.length < MOST_VALUES ? values.length : MOST_VALUES;
  for (let i = 0; i < count; i++) texts[i] = stackOf(values[i]);
  let line = '';
  for (let i = 0; i < count; i++) line += i === 0 ? texts[i] : ` ${texts[i]}`;
  return line;
}
