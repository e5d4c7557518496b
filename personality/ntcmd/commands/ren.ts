/** ren: gives files other names in the same directory. */
import { renameFile } from '../../ntdll/files.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { CommandError } from '../command-error.ts';
import { nameErrors } from '../errors.ts';
import { childOf, lastPart, ntPath, parentOf, showPath } from '../path.ts';
import { expand, fillPattern } from '../targets.ts';
import type { Command } from './command.ts';

export const ren: Command = {
  name: 'ren',
  usage: 'ren name new-name    both may have wildcards; never overwrites',
  summary: 'Renames files.',
  names: [2, 2],
  async run(shell, { names }) {
    const [source, name] = names as [string, string];
    if (/[\\/:]/.test(name)) throw new CommandError(Status.STATUS_OBJECT_NAME_INVALID, name);
    for (const from of await expand(shell, source)) {
      const to = childOf(parentOf(from), fillPattern(name, lastPart(from)));
      await nameErrors(showPath(from), () =>
        renameFile(shell.process, ntPath(from), ntPath(to), false),
      );
    }
  },
};
