/**
 * The text of a command taken apart into words.
 *
 *   splitWords(text)      for commands: blanks part words; double quotes keep them together, and
 *                         are dropped
 *   splitGiven(text)      for batch files and loops: `,` `;` `=` part words too, and quotes stay
 *   splitSums(text)       names that `+` joins, in lists: two of `a + "b c"+d e`; without what
 *                         begins with `/`. Undefined: a `+` joins nothing
 *   unquoted(text)        without quotes
 *   splitCommand(text)    the command and the rest of the text
 */
export interface Word {
  readonly text: string;
  /** A part of it was in quotes: it is a name, whatever it looks like. */
  readonly quoted: boolean;
}

export function splitWords(text: string): Word[] {
  return (text.match(/(?:"[^"]*"?|[^\s"])+/g) ?? []).map((word) => ({
    text: unquoted(word),
    quoted: word.includes('"'),
  }));
}

export function splitGiven(text: string): string[] {
  return text.match(/(?:"[^"]*"?|[^\s,;="])+/g) ?? [];
}

export function splitSums(text: string): string[][] | undefined {
  const sums: string[][] = [];
  let joins = false;
  for (const word of text.match(/(?:"[^"]*"?|[^\s"])+/g) ?? []) {
    if (/^\/./.test(word)) continue;
    for (const part of word.match(/\+|(?:"[^"]*"?|[^"+])+/g) ?? []) {
      const plus = part === '+';
      if (plus && (joins || sums.length === 0)) return undefined;
      if (!plus && joins) sums.at(-1)!.push(unquoted(part));
      else if (!plus) sums.push([unquoted(part)]);
      joins = plus;
    }
  }
  return joins ? undefined : sums;
}

export function unquoted(text: string): string {
  return text.replaceAll('"', '');
}

/** A quoted command may have blanks in its name. */
export function splitCommand(text: string): { name: string; rest: string } {
  const trimmed = text.replace(/^[\s,;=]+/, '');
  const name = /^(?:"[^"]*"?|[^\s,;="])*/.exec(trimmed)![0];
  return { name, rest: trimmed.slice(name.length) };
}
