/**
 * What stands for something else in a line: `%x%`, `%1`, variables of `for`, `!x!`.
 *
 *   expandLine(line, values)       before the line is parsed: what comes of it is syntax
 *   expandLoop(text, loop, modify) while the tree is run: what comes of it is text
 *   expandDelayed(text, variable)  the same, for setlocal enabledelayedexpansion
 *
 * In a batch file `%%` is `%`, and a variable that is not set is nothing. At the prompt `%` is
 * itself where no variable follows.
 *
 *   %x:a=b%  each a is b; with *a also all before it     %x:~2,3%  3 characters from the third one
 */

/** What a batch file was given. */
export interface Given {
  /** `%0` to `%9`; empty where there is none. */
  argument(index: number): string;
  /** `%*`. */
  readonly all: string;
  /** The path of the batch file, which `%~dp0` is about wherever the shell has gone. */
  readonly file: string;
}

export interface Values {
  variable(name: string): string | undefined;
  /** Undefined at the prompt. */
  readonly given: Given | undefined;
  /** `%~dpnx1`. */
  modify(value: string, letters: string): string;
}

/** The variables of the loops around, the innermost first. */
export interface Loop {
  readonly variable: string;
  readonly value: string;
  readonly outer: Loop | undefined;
}

const VARIABLE = /%([^%:]+)(?::([^%]*))?%/y;
const ARGUMENT = /%(?:([0-9*])|~([fdpnxs]*)([0-9]))/iy;

export function expandLine(line: string, values: Values): string {
  const { given } = values;
  let out = '';
  for (let at = 0; at < line.length;) {
    const next = line.indexOf('%', at);
    if (next < 0) return out + line.slice(at);
    out += line.slice(at, next);
    const part =
      (given && batchPart(line, next, given, values)) ?? variablePart(line, next, values);
    out += part.text;
    at = part.end;
  }
  return out;
}

interface Part {
  readonly text: string;
  readonly end: number;
}

function batchPart(line: string, at: number, given: Given, values: Values): Part | undefined {
  if (line[at + 1] === '%') return { text: '%', end: at + 2 };
  ARGUMENT.lastIndex = at;
  const match = ARGUMENT.exec(line);
  if (!match) return undefined;
  const [, plain, letters, digit] = match;
  const end = at + match[0].length;
  if (plain === '*') return { text: given.all, end };
  const value = given.argument(Number(plain ?? digit));
  if (letters === undefined) return { text: value, end };
  const path = digit === '0' && letters !== '' ? given.file : value;
  return { text: values.modify(path, letters), end };
}

function variablePart(line: string, at: number, { variable, given }: Values): Part {
  VARIABLE.lastIndex = at;
  const match = VARIABLE.exec(line);
  if (!match) return { text: given ? '' : '%', end: at + 1 };
  const value = variable(match[1]!);
  if (value !== undefined) return { text: changed(value, match[2]), end: at + match[0].length };
  return given ? { text: '', end: at + match[0].length } : { text: '%', end: at + 1 };
}

/** `change` is what follows the `:`. */
function changed(value: string, change: string | undefined): string {
  if (change === undefined || change === '') return value;
  const cut = /^~(-?\d+)(?:,(-?\d+))?$/.exec(change);
  if (cut) {
    const from = cut[1]!.startsWith('-') ? Math.max(0, value.length + Number(cut[1])) : +cut[1]!;
    const length = cut[2] === undefined ? undefined : Number(cut[2]);
    if (length === undefined) return value.slice(from);
    return value.slice(from, length < 0 ? Math.max(from, value.length + length) : from + length);
  }
  const equals = change.indexOf('=', 1);
  if (equals < 0) return value;
  return replaced(value, change.slice(0, equals), change.slice(equals + 1));
}

function replaced(value: string, search: string, by: string): string {
  const all = search.startsWith('*') && search.length > 1;
  const wanted = (all ? search.slice(1) : search).toLowerCase();
  const lower = value.toLowerCase();
  // Letters whose lower case is longer would move what is found.
  if (lower.length !== value.length) return value;
  if (all) {
    const at = lower.indexOf(wanted);
    return at < 0 ? value : by + value.slice(at + wanted.length);
  }
  let out = '';
  for (let at = 0; ;) {
    const found = lower.indexOf(wanted, at);
    if (found < 0) return out + value.slice(at);
    out += value.slice(at, found) + by;
    at = found + wanted.length;
  }
}

export function expandLoop(text: string, loop: Loop | undefined, modify: Values['modify']): string {
  if (!loop || !text.includes('%')) return text;
  const parts = text.split('%');
  let out = parts[0]!;
  for (const part of parts.slice(1)) out += loopPart(part, loop, modify);
  return out;
}

/** `part`: what follows a `%`. */
function loopPart(part: string, loop: Loop, modify: Values['modify']): string {
  const value = part === '' ? undefined : valueOf(loop, part[0]!);
  if (value !== undefined) return value + part.slice(1);
  const letters = /^~([fdpnxs]*)/i.exec(part)?.[1];
  if (letters === undefined) return `%${part}`;
  // As many letters as leave a variable behind them.
  for (let count = letters.length; count >= 0; count--) {
    const modified = valueOf(loop, part[count + 1] ?? '');
    if (modified !== undefined)
      return modify(modified, letters.slice(0, count)) + part.slice(count + 2);
  }
  return `%${part}`;
}

function valueOf(loop: Loop, variable: string): string | undefined {
  for (let one: Loop | undefined = loop; one; one = one.outer)
    if (one.variable === variable) return one.value;
  return undefined;
}

export function expandDelayed(text: string, variable: Values['variable']): string {
  return text.replace(/!([^!:]+)(?::([^!]*))?!/g, (_, name: string, change?: string) => {
    const value = variable(name);
    return value === undefined ? '' : changed(value, change);
  });
}
