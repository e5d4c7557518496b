/** xcopy: files and directories with what is in them. */
import { hasWildcards } from '../../rtl/names.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { choice, OVERWRITE_SWITCHES, Overwriting } from '../ask.ts';
import { CommandError } from '../command-error.ts';
import { exists } from '../language/conditions.ts';
import { nameErrors } from '../errors.ts';
import { copyTree, makeDirectory } from '../copy-tree.ts';
import { type FullPath, fullName, lastPart, parentOf, showPath } from '../path.ts';
import type { Shell } from '../context.ts';
import { isDirectory } from '../targets.ts';
import { copyFile, samePath } from '../transfer.ts';
import type { Command } from './command.ts';

export const xcopy: Command = {
  name: 'xcopy',
  usage:
    'xcopy source [target] [/s | /e] [/h] [/i] [/q] [/y | /-y]    /s: directories below too, /e: empty ones as well, /h: hidden files too, /i: the target is a directory, /q: no names, /y: overwrites without asking',
  summary: 'Copies files and directories with what is in them.',
  switches: ['s', 'e', 'h', 'i', 'q', ...OVERWRITE_SWITCHES],
  names: [1, 2],
  async run(shell, { switches, names: [source, target = '.'] }) {
    const from = shell.directories.resolve(source!);
    const to = shell.directories.resolve(target);
    const folder = await isDirectory(shell, from);
    const directory = folder ? from : parentOf(from);
    const pattern = folder ? '*' : lastPart(from);
    const overwriting = new Overwriting(shell, switches);
    const copied = async (path: FullPath): Promise<void> => {
      if (!switches.has('q')) await shell.console.write(`${showPath(path)}\n`);
    };
    const one = !folder && !hasWildcards(pattern) && !switches.has('s') && !switches.has('e');
    let count: number;
    if (one && !(await isFolderTarget(shell, to, switches.has('i'))))
      count = await copyOne(shell, from, to, overwriting, copied);
    else
      count = await copyTree(shell, directory, to, {
        pattern,
        deep: switches.has('s') || switches.has('e'),
        empty: switches.has('e'),
        hidden: switches.has('h'),
        allows: (path) => overwriting.allows(path),
        copied,
      });
    if (count === 0 && !folder && !(await exists(shell, source!)))
      throw new CommandError(Status.STATUS_NO_SUCH_FILE, showPath(from));
    await shell.console.write(`${count} file(s) copied.\n`);
  },
};

/** What is not there yet is asked for; in `exec` it is a file, as its source is. */
async function isFolderTarget(shell: Shell, to: FullPath, meant: boolean): Promise<boolean> {
  if (meant || to.directory || (await isDirectory(shell, to))) return true;
  if (!shell.terminal || (await exists(shell, fullName(to)))) return false;
  const question = `Is ${showPath(to)} a file or a directory? (F/D): `;
  return (await choice(shell, question, 'fd')) === 'd';
}

async function copyOne(
  shell: Shell,
  from: FullPath,
  to: FullPath,
  overwriting: Overwriting,
  copied: (path: FullPath) => Promise<void>,
): Promise<number> {
  if (samePath(from, to))
    throw new CommandError(Status.STATUS_SHARING_VIOLATION, `${showPath(from)} onto itself`);
  if (!(await overwriting.allows(to))) return 0;
  await makeDirectory(shell, parentOf(to));
  await nameErrors(showPath(from), () => copyFile(shell, from, to));
  await copied(from);
  return 1;
}
