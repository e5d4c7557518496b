/** tree: directories as a drawing. */
import { FILE_ATTRIBUTE_HIDDEN } from '../../rtl/nt.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { CommandError } from '../command-error.ts';
import { nameErrors } from '../errors.ts';
import { childOf, type FullPath, showPath } from '../path.ts';
import type { Shell } from '../context.ts';
import { named } from '../screen.ts';
import { isDirectory } from '../targets.ts';
import { describeVolume } from '../volume.ts';
import { isFolder, Walk } from '../walk.ts';
import type { Command } from './command.ts';

interface Lines {
  readonly down: string;
  readonly branch: string;
  readonly last: string;
}

const DRAWN: Lines = { down: '│   ', branch: '├───', last: '└───' };
const ASCII: Lines = { down: '|   ', branch: '+---', last: '\\---' };

interface Drawing {
  readonly shell: Shell;
  readonly walk: Walk;
  readonly lines: Lines;
  readonly files: boolean;
}

export const tree: Command = {
  name: 'tree',
  usage:
    'tree [drive:][path] [/f] [/a]    /f: files too, /a: drawn with letters that are everywhere',
  summary: 'Draws the directories below one.',
  switches: ['f', 'a'],
  names: [0, 1],
  async run(shell, { switches, names: [name = '.'] }) {
    const root = shell.directories.resolve(name);
    if (!(await isDirectory(shell, root)))
      throw new CommandError(Status.STATUS_OBJECT_PATH_NOT_FOUND, showPath(root));
    const head = await nameErrors(root.drive, () => describeVolume(shell.process, root.drive));
    await shell.console.write(`${head}${showPath(root)}\n`);
    const lines = switches.has('a') ? ASCII : DRAWN;
    const drawing = { shell, walk: new Walk(shell), lines, files: switches.has('f') };
    if (!(await draw(drawing, root, '', 0))) await shell.console.write('No subfolders exist\n\n');
  },
};

/** Whether there is a directory in it. */
async function draw(
  drawing: Drawing,
  directory: FullPath,
  before: string,
  depth: number,
): Promise<boolean> {
  const { shell, walk, lines, files } = drawing;
  const entries = (await walk.entries(directory, depth)).filter(
    ({ attributes }) => !(attributes & FILE_ATTRIBUTE_HIDDEN),
  );
  const folders = entries.filter(isFolder);
  if (files) {
    const inner = before + (folders.length > 0 ? lines.down : '    ');
    const names = entries.filter((entry) => !isFolder(entry)).map(({ name }) => named(name));
    await shell.console.write(names.map((name) => `${inner}${name}\n`).join(''));
    if (names.length > 0) await shell.console.write(`${inner.trimEnd()}\n`);
  }
  for (const [i, { name }] of folders.entries()) {
    const last = i === folders.length - 1;
    await shell.console.write(`${before}${last ? lines.last : lines.branch}${named(name)}\n`);
    const below = before + (last ? '    ' : lines.down);
    await draw(drawing, childOf(directory, name), below, depth + 1);
  }
  return folders.length > 0;
}
