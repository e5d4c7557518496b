/**
 * A command line taken apart: words, quotes, redirection.
 *
 * Blanks part words; double quotes keep them together and are dropped; `>` and `>>` outside of
 * quotes name the file for the output. A DOS habit is kept: `cd..`, `cd\` and `dir/w` need no blank
 * after the command.
 */

export interface ParsedLine {
  command: string;
  args: string[];
  /** What follows the command, as typed: for echo. */
  rest: string;
  redirect?: { file: string; append: boolean };
}

export type ParseResult = ParsedLine | { error: string } | undefined;

interface Word {
  text: string;
  quoted: boolean;
}

/** Undefined for an empty line. */
export function parseLine(line: string): ParseResult {
  const words = split(line);
  if (typeof words === 'string') return { error: words };
  const out: string[] = [];
  let redirect: ParsedLine['redirect'];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (!word.quoted && (word.text === '>' || word.text === '>>')) {
      const file = words[++i];
      if (!file || file.text === '') return { error: 'a file name is missing after >' };
      redirect = { file: file.text, append: word.text === '>>' };
    } else out.push(word.text);
  }
  const first = out.shift();
  if (first === undefined) return redirect ? { error: 'a command is missing before >' } : undefined;
  const glued = /^([a-z]+)([\\/.].*)$/i.exec(first);
  const command = glued ? glued[1]! : first;
  if (glued) out.unshift(glued[2]!);
  const rest = line
    .trimStart()
    .slice(command.length)
    .replace(/\s*>>?\s*("[^"]*"|\S+)\s*$/, '');
  return {
    command: command.toLowerCase(),
    args: out,
    rest: redirect ? rest : restOf(line, command),
    redirect,
  };
}

function restOf(line: string, command: string): string {
  return line.trimStart().slice(command.length);
}

function split(line: string): Word[] | string {
  const words: Word[] = [];
  let word: Word | undefined;
  let open = false;
  const end = (): void => {
    if (word) words.push(word);
    word = undefined;
  };
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (character === '"') {
      open = !open;
      word = { text: word?.text ?? '', quoted: true };
    } else if (open) word = { text: (word?.text ?? '') + character, quoted: true };
    else if (/\s/.test(character)) end();
    else if (character === '>') {
      end();
      const append = line[i + 1] === '>';
      if (append) i++;
      words.push({ text: append ? '>>' : '>', quoted: false });
    } else word = { text: (word?.text ?? '') + character, quoted: word?.quoted ?? false };
  }
  if (open) return 'a quotation mark is not closed';
  end();
  return words;
}

/** Switches (`/w`) apart from the rest. */
export function splitSwitches(args: readonly string[]): { switches: Set<string>; names: string[] } {
  const switches = new Set<string>();
  const names: string[] = [];
  for (const arg of args) {
    if (/^\/[a-z?]+$/i.test(arg))
      for (const letter of arg.slice(1).toLowerCase()) switches.add(letter);
    else names.push(arg);
  }
  return { switches, names };
}
