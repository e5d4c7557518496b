/** type: prints files as text; with > copies them byte for byte. */
import { contents } from '../devices.ts';
import { nameErrors } from '../errors.ts';
import { paged } from '../pager.ts';
import { showPath } from '../path.ts';
import { expandAny } from '../targets.ts';
import { ANY, type Command } from './command.ts';

export const type: Command = {
  name: 'type',
  usage: 'type [/n] file [file ...]    /n: does not stop when the screen is full',
  summary: 'Prints text files.',
  switches: ['n'],
  names: [1, ANY],
  run: (shell, { switches, names }) =>
    paged(shell, !switches.has('n'), async (console) => {
      for (const name of names)
        for (const path of await expandAny(shell, name))
          await nameErrors(showPath(path), () => console.writeFile(contents(shell, path)));
    }),
};
