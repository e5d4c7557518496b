/**
 * `for /f`: its options, and a line cut into tokens by them.
 *
 *   readOptions('tokens=1,3-4* delims=, skip=1 eol=; usebackq')
 *   tokensOf(line, options)   undefined: the line is passed over (blank, or a remark)
 *
 * Without delims a blank and a Tab part tokens; several in a row are one.
 */
import * as Status from '../../rtl/ntstatus.ts';
import { CommandError } from '../command-error.ts';

export interface LineOptions {
  /** Numbers of the tokens, from 1. */
  readonly tokens: readonly number[];
  /** All behind the last of them is one more. */
  readonly rest: boolean;
  readonly delimiters: string;
  /** A line that begins so is a remark. */
  readonly remark: string;
  readonly skip: number;
  readonly backquotes: boolean;
}

/** As many as there are variables to take them. */
const MOST_TOKENS = 31;

export function readOptions(text: string): LineOptions {
  let { tokens, rest }: Pick<LineOptions, 'tokens' | 'rest'> = { tokens: [1], rest: false };
  let delimiters = ' \t';
  let remark = ';';
  let skip = 0;
  let backquotes = false;
  const OPTION = /\s*(?:(usebackq)(?=\s|$)|skip=(\d+)|tokens=([\d,*-]+)|eol=(.)?|(delims=))/iy;
  for (OPTION.lastIndex = 0; text.slice(OPTION.lastIndex).trim() !== '';) {
    const match = OPTION.exec(text);
    if (!match) throw new CommandError(Status.STATUS_INVALID_PARAMETER, `for /f "${text}"`);
    if (match[1]) backquotes = true;
    else if (match[2]) skip = Number(match[2]);
    else if (match[3]) ({ tokens, rest } = readTokens(match[3]));
    else if (match[5]) {
      // A blank is one of them only where they are last.
      const behind = text.slice(OPTION.lastIndex);
      delimiters = /\s(?:usebackq|skip=|tokens=|eol=)/i.test(behind)
        ? /^\S*/.exec(behind)![0]
        : behind;
      OPTION.lastIndex += delimiters.length;
    } else remark = match[4] ?? '';
  }
  return { tokens, rest, delimiters, remark, skip, backquotes };
}

function readTokens(text: string): Pick<LineOptions, 'tokens' | 'rest'> {
  const tokens = new Set<number>();
  for (const part of text.replace('*', '').split(',').filter(Boolean)) {
    const [first, last = first] = part.split('-').map(Number) as [number, number?];
    for (let i = first; i <= last! && tokens.size < MOST_TOKENS; i++) if (i > 0) tokens.add(i);
  }
  return { tokens: [...tokens].sort((a, b) => a - b), rest: text.includes('*') };
}

export function tokensOf(line: string, options: LineOptions): string[] | undefined {
  const { tokens, rest, delimiters, remark } = options;
  const isDelimiter = (at: number): boolean => delimiters.includes(line[at]!);
  const found: { start: number; end: number }[] = [];
  const last = tokens.at(-1) ?? 0;
  let at = 0;
  const pass = (delimiting: boolean): void => {
    while (at < line.length && isDelimiter(at) === delimiting) at++;
  };
  pass(true);
  if (at >= line.length || (remark !== '' && line.startsWith(remark))) return undefined;
  while (at < line.length && found.length < last) {
    const start = at;
    pass(false);
    found.push({ start, end: at });
    pass(true);
  }
  const values = tokens.map((one) => {
    const token = found[one - 1];
    return token ? line.slice(token.start, token.end) : '';
  });
  if (rest) values.push(line.slice(at));
  // Nothing that was asked for is there.
  return values.every((value) => value === '') ? undefined : values;
}
