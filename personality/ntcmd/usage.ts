/**
 * How a command is used, in one text of its table: `dir [/a] [/b]    /a: hidden ones too, /b: ...`
 *
 *   synopsisOf(usage)   the part before the four spaces: what an error shows
 *   helpOf(command)     all of it: each switch in a line of its own
 */
import type { Command } from './commands/command.ts';

const GAP = '    ';

export function synopsisOf(usage: string): string {
  return usage.split(GAP, 1)[0]!;
}

export function helpOf({ summary, usage }: Pick<Command, 'summary' | 'usage'>): string {
  const synopsis = synopsisOf(usage);
  const notes = usage
    .slice(synopsis.length + GAP.length)
    .split(/[,;] (?=\/)/)
    .map((text) => /^((?:\/[^ :]+ ?)+): (.*)$/.exec(text)?.slice(1, 3) ?? ['', text]);
  const width = Math.max(...notes.map(([name]) => name!.length)) + 2;
  const lines = notes.map(([name, words]) => `    ${name && name.padEnd(width)}${words}\n`);
  return `${summary}\n\n  ${synopsis}\n${usage === synopsis ? '' : `\n${lines.join('')}`}`;
}
