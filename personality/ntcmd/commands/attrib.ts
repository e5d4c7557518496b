/** attrib: shows or changes what files are: read-only, archive, system, hidden. */
import { attributesOf, check, withFile } from '../../ntdll/files.ts';
import { NtSetInformationFile } from '../../ntdll/native.ts';
import { encodeBasic } from '../../rtl/information.ts';
import { hasWildcards } from '../../rtl/names.ts';
import {
  FILE_ATTRIBUTE_ARCHIVE,
  FILE_ATTRIBUTE_DIRECTORY,
  FILE_ATTRIBUTE_HIDDEN,
  FILE_ATTRIBUTE_NORMAL,
  FILE_ATTRIBUTE_READONLY,
  FILE_ATTRIBUTE_SYSTEM,
  FILE_WRITE_ATTRIBUTES,
  FileBasicInformation,
  SYNCHRONIZE,
} from '../../rtl/nt.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { CommandError } from '../command-error.ts';
import { nameErrors, usageError } from '../errors.ts';
import { childOf, type FullPath, lastPart, ntPath, parentOf, showPath } from '../path.ts';
import type { Shell } from '../context.ts';
import { isFolder, Walk } from '../walk.ts';
import { ANY, type Command } from './command.ts';

/** In the order in which they are shown. */
const LETTERS = {
  a: FILE_ATTRIBUTE_ARCHIVE,
  s: FILE_ATTRIBUTE_SYSTEM,
  h: FILE_ATTRIBUTE_HIDDEN,
  r: FILE_ATTRIBUTE_READONLY,
};
const CHANGE = /^([+-])([rash])$/i;

interface Change {
  readonly on: number;
  readonly off: number;
}

export const attrib: Command = {
  name: 'attrib',
  usage:
    'attrib [+r | -r] [+a | -a] [+s | -s] [+h | -h] [file ...] [/s] [/d]    /s: in directories below too, /d: directories too',
  summary: 'Shows or changes attributes of files.',
  switches: ['s', 'd'],
  names: [0, ANY],
  async run(shell, { switches, names }) {
    const bad = names.find((name) => /^[+-]/.test(name) && !CHANGE.test(name));
    if (bad !== undefined) throw usageError(attrib.usage);
    const change = readChange(names.filter((name) => CHANGE.test(name)));
    const files = names.filter((name) => !CHANGE.test(name));
    for (const name of files.length > 0 ? files : ['*']) {
      const path = shell.directories.resolve(name);
      const one = !hasWildcards(lastPart(path)) && !switches.has('s') && path.parts.length > 0;
      if (one) await apply(shell, path, await attributesOfPath(shell, path), change);
      else await everyOne(shell, path, switches, change);
    }
  },
};

function readChange(words: readonly string[]): Change {
  let [on, off] = [0, 0];
  for (const word of words) {
    const [, sign, letter] = CHANGE.exec(word)!;
    const bit = LETTERS[letter!.toLowerCase() as keyof typeof LETTERS];
    if (sign === '+') on |= bit;
    else off |= bit;
  }
  return { on, off };
}

function attributesOfPath(shell: Shell, path: FullPath): Promise<number> {
  return nameErrors(showPath(path), () => attributesOf(shell.process, ntPath(path)));
}

async function everyOne(
  shell: Shell,
  path: FullPath,
  switches: ReadonlySet<string>,
  change: Change,
): Promise<void> {
  const walk = new Walk(shell);
  const root = path.parts.length === 0;
  const pattern = root ? '*' : lastPart(path);
  let found = false;
  const visit = async (directory: FullPath, depth: number): Promise<void> => {
    for (const { name, attributes } of await walk.entries(directory, depth, pattern)) {
      if (isFolder({ attributes }) && !switches.has('d')) continue;
      found = true;
      await apply(shell, childOf(directory, name), attributes, change);
    }
    if (!switches.has('s')) return;
    for (const entry of (await walk.entries(directory, depth)).filter(isFolder))
      await visit(childOf(directory, entry.name), depth + 1);
  };
  await visit(root ? path : parentOf(path), 0);
  if (!found) throw new CommandError(Status.STATUS_NO_SUCH_FILE, showPath(path));
}

async function apply(
  shell: Shell,
  path: FullPath,
  attributes: number,
  { on, off }: Change,
): Promise<void> {
  if (on === 0 && off === 0) return shell.console.write(line(path, attributes));
  const kept = ((attributes & ~off) | on) & ~FILE_ATTRIBUTE_DIRECTORY;
  const basic = { created: 0, accessed: 0, written: 0, changed: 0 };
  const data = encodeBasic({ ...basic, attributes: kept || FILE_ATTRIBUTE_NORMAL });
  const options = { access: FILE_WRITE_ATTRIBUTES | SYNCHRONIZE };
  await nameErrors(showPath(path), () =>
    withFile(shell.process, ntPath(path), options, async (handle) => {
      check(
        await NtSetInformationFile(shell.process, { handle, class: FileBasicInformation, data }),
      );
    }),
  );
}

/** `A  SHR     A:\NAME` */
function line(path: FullPath, attributes: number): string {
  const shown = Object.entries(LETTERS).map(([letter, bit]) =>
    attributes & bit ? letter.toUpperCase() : ' ',
  );
  return `${shown[0]}  ${shown.slice(1).join('')}     ${showPath(path)}\n`;
}
