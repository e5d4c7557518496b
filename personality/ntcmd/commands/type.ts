/** type and more: files as text. */
import { contents } from '../devices.ts';
import { nameErrors } from '../errors.ts';
import { paged } from '../pager.ts';
import { showPath } from '../path.ts';
import type { Shell } from '../context.ts';
import { expandAny } from '../targets.ts';
import { ANY, type Command } from './command.ts';

/** `pages`: it stops where somebody reads it and the screen is full. */
function show(shell: Shell, names: readonly string[], pages: boolean): Promise<void> {
  return paged(shell, pages, async (console) => {
    for (const name of names)
      for (const path of await expandAny(shell, name))
        await nameErrors(showPath(path), () => console.writeFile(contents(shell, path)));
  });
}

/** With > it copies them byte for byte. */
export const type: Command = {
  name: 'type',
  usage: 'type [/n] file [file ...]    /n: does not stop when the screen is full',
  summary: 'Prints text files.',
  switches: ['n'],
  names: [1, ANY],
  run: (shell, { switches, names }) => show(shell, names, !switches.has('n')),
};

export const more: Command = {
  name: 'more',
  usage: 'more file [file ...]    at -- More --: Space a page, Enter a line, Q the end',
  summary: 'Shows text files a page at a time.',
  names: [1, ANY],
  run: (shell, { names }) => show(shell, names, true),
};
