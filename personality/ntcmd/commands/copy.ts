/** copy: files to another name, or into a directory. */
import { Status } from '../../rtl/status.ts';
import { CommandError } from '../command-error.ts';
import { nameErrors, usageError } from '../errors.ts';
import { splitSwitches } from '../parse.ts';
import { lastPart, showPath } from '../path.ts';
import { copyFile, samePath } from '../transfer.ts';
import { expand, isDirectory, targetFor } from '../targets.ts';
import type { Command } from './command.ts';

const usage = 'copy source [target]    source may have wildcards';

export const copy: Command = {
  name: 'copy',
  usage,
  summary: 'Copies files.',
  async run(shell, args) {
    const { names } = splitSwitches(args);
    const [source, target] = names;
    if (source === undefined || names.length > 2) throw usageError(usage);
    const to = shell.directories.resolve(target ?? '.');
    const into = to.directory || (await isDirectory(shell, to));
    const files = await expand(shell, source);
    if (files.length > 1 && !into)
      throw new CommandError(Status.STATUS_NOT_A_DIRECTORY, showPath(to));
    for (const from of files) {
      const destination = targetFor(from, to, into);
      if (samePath(from, destination))
        throw new CommandError(Status.STATUS_SHARING_VIOLATION, `${showPath(from)} onto itself`);
      await nameErrors(showPath(from), () => copyFile(shell, from, destination));
      if (files.length > 1) await shell.console.write(`${lastPart(from)}\n`);
    }
    await shell.console.write(`${files.length} file(s) copied.\n`);
  },
};
