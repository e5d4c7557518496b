/** copy: files to another name, into a directory, or joined to one. */
import * as Status from '../../rtl/ntstatus.ts';
import { OVERWRITE_SWITCHES, Overwriting } from '../ask.ts';
import { CommandError } from '../command-error.ts';
import { contents, writeDevice } from '../devices.ts';
import { nameErrors, usageError } from '../errors.ts';
import { joinFiles } from '../join.ts';
import { childOf, type FullPath, lastPart, showPath } from '../path.ts';
import type { Shell } from '../context.ts';
import { named } from '../screen.ts';
import { copyFile, samePath } from '../transfer.ts';
import { expandAny, isDirectory, targetFor } from '../targets.ts';
import { splitSums } from '../words.ts';
import { ANY, type Command } from './command.ts';

export const copy: Command = {
  name: 'copy',
  usage:
    'copy [/y | /-y] [/b] source[+source ...] [target]    source may have wildcards; + joins, to the first source without a target; /y: overwrites without asking, /b: bytes as they are, as always',
  summary: 'Copies files.',
  switches: [...OVERWRITE_SWITCHES, 'b'],
  names: [1, ANY],
  async run(shell, { switches, text }) {
    const sums = splitSums(text);
    if (!sums || sums.length > 2 || (sums[1]?.length ?? 1) > 1) throw usageError(copy.usage);
    const [sources, [target] = []] = sums;
    if (sources!.length > 1) return join(shell, switches, sources!, target);
    const [source] = sources!;
    const to = shell.directories.resolveAny(target ?? '.');
    const into = !to.device && (to.directory || (await isDirectory(shell, to)));
    const files = await expandAny(shell, source!);
    if (files.length > 1 && !into && !to.device)
      throw new CommandError(Status.STATUS_NOT_A_DIRECTORY, showPath(to));
    const overwriting = new Overwriting(shell, switches);
    let copied = 0;
    for (const from of files) {
      await shell.terminal?.check();
      const destination = to.device ? to : placeFor(from, to, into);
      if (!(await overwriting.allows(destination))) continue;
      await nameErrors(showPath(from), () => copyOne(shell, from, destination));
      copied++;
      if (files.length > 1) await shell.console.write(`${named(lastPart(from))}\n`);
    }
    await shell.console.write(`${copied} file(s) copied.\n`);
  },
};

async function join(
  shell: Shell,
  switches: ReadonlySet<string>,
  typed: readonly string[],
  target: string | undefined,
): Promise<void> {
  const files: FullPath[] = [];
  for (const source of typed) files.push(...(await expandAny(shell, source)));
  const to = target === undefined ? files[0]! : shell.directories.resolveAny(target);
  const into = !to.device && (to.directory || (await isDirectory(shell, to)));
  const destination = into ? childOf(to, lastPart(files[0]!)) : to;
  const appends = samePath(files[0]!, destination);
  if (!appends && !(await new Overwriting(shell, switches).allows(destination))) return;
  await joinFiles(shell, files, destination);
  for (const from of files) await shell.console.write(`${named(lastPart(from))}\n`);
  await shell.console.write('1 file(s) copied.\n');
}

function placeFor(from: FullPath, to: FullPath, into: boolean): FullPath {
  if (from.device && into) throw new CommandError(Status.STATUS_FILE_IS_A_DIRECTORY, showPath(to));
  const destination = from.device ? to : targetFor(from, to, into);
  if (samePath(from, destination))
    throw new CommandError(Status.STATUS_SHARING_VIOLATION, `${showPath(from)} onto itself`);
  return destination;
}

function copyOne(shell: Shell, from: FullPath, to: FullPath): Promise<void> {
  return to.device ? writeDevice(shell, to, contents(shell, from)) : copyFile(shell, from, to);
}
