/**
 * A command line taken apart: words, quotes, redirection.
 *
 * Blanks part words; double quotes keep them together and are dropped; `>` and `>>` outside of
 * quotes name the file for the output. A DOS habit is kept: `cd..`, `cd\` and `dir/w` need no blank
 * after the command.
 *
 * What a command prompt of NT would act on and this one cannot yet is an error, never a word.
 */
import { Status } from '../rtl/status.ts';

export interface Word {
  readonly text: string;
  /** A part of it was in quotes: it is a name, whatever it looks like. */
  readonly quoted: boolean;
}

export interface Redirect {
  readonly file: string;
  readonly append: boolean;
}

export interface ParsedLine {
  readonly command: string;
  readonly words: readonly Word[];
  /** What follows the command, as typed, without redirection: for echo. */
  readonly text: string;
  readonly redirect?: Redirect;
}

/** Why a line cannot be run, as the end of a sentence. */
export interface Refusal {
  readonly error: string;
  readonly status: number;
}

export type ParseResult = ParsedLine | Refusal | undefined;

/** A word or an operator, and its place in the line. */
interface Token extends Word {
  readonly operator: boolean;
  readonly start: number;
  readonly end: number;
}

const OPERATORS = /^(?:>>|>|&&|&|\|\||\||<)/;
/** Operators that are known and not built. */
const MISSING: Readonly<Record<string, string>> = {
  '&': "a second command after '&'",
  '&&': "a second command after '&&'",
  '||': "a second command after '||'",
  '|': "a pipe ('|')",
  '<': "input from a file ('<')",
};

/** Undefined for an empty line. */
export function parseLine(typed: string): ParseResult {
  const line = typed.replace(/(?:\r\n|\r|\n)$/, '');
  if (/[\r\n]/.test(line)) return wrong('it is more than one line');
  const tokens = split(line);
  if (!tokens) return wrong('a quotation mark is not closed');
  const words: Token[] = [];
  let redirect: (Redirect & { start: number; end: number }) | undefined;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (!token.operator) {
      words.push(token);
      continue;
    }
    const missing = MISSING[token.text] ?? otherStream(token);
    if (missing) return { error: missing, status: Status.STATUS_NOT_SUPPORTED };
    const file = tokens[++i];
    if (!file || file.operator || file.text === '') return wrong('a file name is missing after >');
    if (redirect) return wrong('the output goes to one file only');
    const append = token.text.endsWith('>>');
    redirect = { file: file.text, append, start: token.start, end: file.end };
  }
  const first = words.shift();
  if (!first) return redirect ? wrong('a command is missing before >') : undefined;
  return lineOf(line, first, words, redirect);
}

function wrong(error: string): Refusal {
  return { error, status: Status.STATUS_INVALID_PARAMETER };
}

/** `2>`: all that is printed is stream 1. */
function otherStream({ text }: Token): string | undefined {
  return /^[02-9]/.test(text) ? `'${text}'` : undefined;
}

function lineOf(
  line: string,
  first: Token,
  words: readonly Word[],
  redirect: (Redirect & { start: number; end: number }) | undefined,
): ParsedLine {
  const glued = first.quoted ? null : /^([a-z]+)([\\/.].*)$/i.exec(first.text);
  const command = glued ? glued[1]! : first.text;
  const from = glued ? first.start + command.length : first.end;
  let text = line.slice(from);
  if (redirect) {
    const before = line.slice(from, Math.max(from, redirect.start)).trimEnd();
    text = before + line.slice(Math.max(from, redirect.end)).trimEnd();
  }
  return {
    command: command.toLowerCase(),
    words: glued ? [{ text: glued[2]!, quoted: false }, ...words] : words,
    text,
    ...(redirect && { redirect: { file: redirect.file, append: redirect.append } }),
  };
}

/** Undefined where a quotation mark is not closed. */
function split(line: string): Token[] | undefined {
  const tokens: Token[] = [];
  let word: { text: string; quoted: boolean; start: number } | undefined;
  let open = false;
  const end = (at: number): void => {
    if (word) tokens.push({ ...word, operator: false, end: at });
    word = undefined;
  };
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    const operator = open ? undefined : OPERATORS.exec(line.slice(i, i + 2))?.[0];
    if (operator) {
      // A digit right before > says which stream.
      const digit = operator.startsWith('>') && word && !word.quoted && /^\d$/.test(word.text);
      const start = digit ? word!.start : i;
      const text = digit ? word!.text + operator : operator;
      if (digit) word = undefined;
      else end(i);
      i += operator.length - 1;
      tokens.push({ text, quoted: false, operator: true, start, end: i + 1 });
    } else if (!open && /\s/.test(character)) end(i);
    else {
      word ??= { text: '', quoted: false, start: i };
      if (character === '"') {
        open = !open;
        word.quoted = true;
      } else word.text += character;
    }
  }
  if (open) return undefined;
  end(line.length);
  return tokens;
}
