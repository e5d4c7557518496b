/** type: prints files as text. */
import { pieces, withFile } from '../../ntdll/files.ts';
import { decodeText } from '../../rtl/codepage.ts';
import { FILE_NON_DIRECTORY_FILE } from '../../rtl/nt.ts';
import { nameErrors, usageError } from '../errors.ts';
import { ntPath, showPath } from '../path.ts';
import { expand } from '../targets.ts';
import type { Command } from './command.ts';

const usage = 'type file [file ...]';
/** A DOS text ends here, whatever follows. */
const END_OF_TEXT = 0x1a;

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
              let endsInNewline = true;
              for await (const piece of pieces(shell.process, handle)) {
                const end = piece.indexOf(END_OF_TEXT);
                const text = decodeText(end < 0 ? piece : piece.subarray(0, end));
                if (text) endsInNewline = text.endsWith('\n');
                await shell.console.write(text.replaceAll('\r\n', '\n'));
                if (end >= 0) break;
              }
              if (!endsInNewline) await shell.console.write('\n');
            },
          ),
        );
      }
    }
  },
};
