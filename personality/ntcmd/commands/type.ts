/** type and more: files as text. */
import { contents, inputOf } from '../devices.ts';
import { nameErrors } from '../errors.ts';
import { paged } from '../pager.ts';
import { type FullPath, showPath } from '../path.ts';
import { type Console, FileConsole } from '../console.ts';
import type { Shell } from '../context.ts';
import { expandAny } from '../targets.ts';
import { ANY, type Command } from './command.ts';

const END_OF_TEXT = 0x1a;

/** `pages`: it stops where somebody reads it and the screen is full. */
function show(shell: Shell, names: readonly string[], pages: boolean): Promise<void> {
  return paged(shell, pages, async (console) => {
    if (names.length === 0) await console.writeFile(inputOf(shell));
    for (const name of names)
      for (const path of await expandAny(shell, name))
        await nameErrors(showPath(path), () => showFile(shell, console, path));
  });
}

async function showFile(shell: Shell, console: Console, path: FullPath): Promise<void> {
  const mark = { behind: false };
  await console.writeFile(watched(contents(shell, path), mark));
  // Into a file or a pipe all of it has gone.
  if (!mark.behind || shell.console instanceof FileConsole) return;
  await console.write(
    `${showPath(path)}: the text ends here, at its end mark (^Z), and more follows; 'hexdump' shows all of it.\n`,
  );
}

/** Looks whether anything but filling follows the end mark of a text. */
async function* watched(
  pieces: AsyncIterable<Uint8Array>,
  mark: { behind: boolean },
): AsyncGenerator<Uint8Array> {
  let ended = false;
  for await (const piece of pieces) {
    const end = piece.indexOf(END_OF_TEXT);
    const rest = ended ? piece : end < 0 ? piece.subarray(0, 0) : piece.subarray(end);
    mark.behind ||= rest.some((byte) => byte !== END_OF_TEXT && byte !== 0);
    ended ||= end >= 0;
    yield piece;
  }
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
  usage:
    'more [file ...]    without a file what < or | gives it; at -- More --: Space a page, Enter a line, Q the end',
  summary: 'Shows text files a page at a time.',
  names: [0, ANY],
  run: (shell, { names }) => show(shell, names, true),
};
