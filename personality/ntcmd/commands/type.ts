/** type: prints files as text; with > copies them byte for byte. */
import { pieces, withFile } from '../../ntdll/files.ts';
import { FILE_NON_DIRECTORY_FILE } from '../../rtl/nt.ts';
import { nameErrors, usageError } from '../errors.ts';
import { ntPath, showPath } from '../path.ts';
import { expand } from '../targets.ts';
import type { Command } from './command.ts';

const usage = 'type file [file ...]';

export const type: Command = {
  name: 'type',
  usage,
  summary: 'Prints text files.',
  async run(shell, args) {
    if (args.length === 0) throw usageError(usage);
    for (const arg of args) {
      for (const path of await expand(shell, arg)) {
        await nameErrors(showPath(path), () =>
          withFile(
            shell.process,
            ntPath(path),
            { options: FILE_NON_DIRECTORY_FILE },
            async (handle) => {
              await shell.console.writeFile(pieces(shell.process, handle));
            },
          ),
        );
      }
    }
  },
};
