/** sort: the lines of a text in order. */
import { contents, inputOf } from '../devices.ts';
import { nameErrors } from '../errors.ts';
import { showPath } from '../path.ts';
import { RtlUpcase } from '../../rtl/names.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { CommandError } from '../command-error.ts';
import { linesOf } from '../text.ts';
import type { Command } from './command.ts';

/** Characters that are sorted at once. */
const MOST = 16 << 20;

export const sort: Command = {
  name: 'sort',
  usage: 'sort [/r] [/+n] [file]    /r: backwards, /+n: by what stands from column n on',
  summary: 'Sorts lines, without looking at case.',
  switches: ['r', '+#'],
  names: [0, 1],
  async run(shell, { switches, names: [name] }) {
    const path = name === undefined ? undefined : shell.directories.resolveAny(name);
    const pieces = path ? contents(shell, path) : inputOf(shell);
    const what = path ? showPath(path) : 'The input';
    const lines = await nameErrors(what, () => read(pieces));
    const column = Number([...switches].find((one) => one.startsWith('+'))?.slice(1) ?? 1);
    const keyed = lines.map((line) => ({
      line,
      key: RtlUpcase(line.slice(Math.max(0, column - 1))),
    }));
    keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    if (switches.has('r')) keyed.reverse();
    for (const { line } of keyed) await shell.console.write(`${line}\n`);
  },
};

async function read(pieces: AsyncIterable<Uint8Array>): Promise<string[]> {
  const lines: string[] = [];
  let size = 0;
  for await (const line of linesOf(pieces)) {
    size += line.length + 1;
    if (size > MOST) throw new CommandError(Status.STATUS_NO_MEMORY, `More than ${MOST >> 20} MB`);
    lines.push(line);
  }
  return lines;
}
