/** more: files as text, a page at a time where somebody reads it. */
import { contents } from '../devices.ts';
import { nameErrors } from '../errors.ts';
import { paged } from '../pager.ts';
import { showPath } from '../path.ts';
import { expandAny } from '../targets.ts';
import { ANY, type Command } from './command.ts';

export const more: Command = {
  name: 'more',
  usage: 'more file [file ...]    at -- More --: Space a page, Enter a line, Q the end',
  summary: 'Shows text files a page at a time.',
  names: [1, ANY],
  run: (shell, { names }) =>
    paged(shell, true, async (console) => {
      for (const name of names)
        for (const path of await expandAny(shell, name))
          await nameErrors(showPath(path), () => console.writeFile(contents(shell, path)));
    }),
};
