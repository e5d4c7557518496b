/** ren: gives files other names in the same directory. */
import { renameFile } from '../../ntdll/files.ts';
import { Status } from '../../rtl/status.ts';
import { CommandError } from '../command-error.ts';
import { nameErrors, usageError } from '../errors.ts';
import { childOf, lastPart, ntPath, parentOf, showPath } from '../path.ts';
import { expand, fillPattern } from '../targets.ts';
import type { Command } from './command.ts';

const usage = 'ren name new-name    both may have wildcards';

export const ren: Command = {
  name: 'ren',
  usage,
  summary: 'Renames files.',
  async run(shell, args) {
    const [source, name] = args;
    if (source === undefined || name === undefined || args.length > 2) throw usageError(usage);
    if (/[\\/:]/.test(name)) throw new CommandError(Status.STATUS_OBJECT_NAME_INVALID, name);
    for (const from of await expand(shell, source)) {
      const to = childOf(parentOf(from), fillPattern(name, lastPart(from)));
      await nameErrors(showPath(from), () =>
        renameFile(shell.process, ntPath(from), ntPath(to), false),
      );
    }
  },
};
