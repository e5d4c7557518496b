/**
 * chkdsk, defrag, format, label, recover, undelete: what looks after disks.
 *
 * All but `label` are in an image of their own (personality/fstools), which is fetched when one of
 * them is first used.
 */
import { check, withFile } from '../../ntdll/files.ts';
import { NtSetVolumeInformationFile } from '../../ntdll/native.ts';
import { encodeFsLabel } from '../../rtl/information.ts';
import { FILE_WRITE_DATA, FileFsLabelInformation, SYNCHRONIZE } from '../../rtl/nt.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { isSure } from '../ask.ts';
import type { Shell } from '../context.ts';
import { nameErrors, usageError } from '../errors.ts';
import { fullName, ntVolume } from '../path.ts';
import { runProgram } from '../program.ts';
import { describeVolume, driveOf } from '../volume.ts';
import { ANY, type Command } from './command.ts';

const IMAGE = 'fstools.exe';

function words(switches: ReadonlySet<string>): string[] {
  return [...switches].map((one) => `/${one}`);
}

export const chkdsk: Command = {
  name: 'chkdsk',
  usage:
    'chkdsk [drive:] [/f] [/v] [/x] [/y]    /f: puts right what is wrong, /v: names every file, /x: /f, though files are open, /y: the boot sector is right',
  summary: 'Checks the file system of a disk.',
  switches: ['f', 'v', 'x', 'y'],
  names: [0, 1],
  run(shell, { switches, names: [name] }) {
    const drive = driveOf(shell, name, chkdsk.usage);
    return runProgram(shell, IMAGE, ['chkdsk', drive, ...words(switches)]);
  },
};

export const format: Command = {
  name: 'format',
  usage:
    'format drive: [/q] [/f:size] [/fs:fat|fat12|fat16|fat32] [/v:label] [/a:bytes] [/x] [/y]    /q: tracks stay as they are, /f: of a floppy, such as 720, 1.2 or 1.44, /a: of a cluster, /x: though files are open, /y: without asking',
  summary: 'Makes an empty file system on a disk.',
  switches: ['q', 'f:', 'fs:', 'v:', 'a:', 'x', 'y'],
  names: [1, 1],
  async run(shell, { switches, names: [name] }) {
    const drive = driveOf(shell, name, format.usage);
    const what = `All that is on ${drive} will be gone`;
    if (!(await isSure(shell, what, switches.has('y')))) return Status.STATUS_CANCELLED;
    return runProgram(shell, IMAGE, ['format', drive, ...words(switches)]);
  },
};

export const defrag: Command = {
  name: 'defrag',
  usage:
    'defrag drive: [/a] [/x]    /a: says how it is, and changes nothing, /x: though files are open',
  summary: 'Moves files together, so that each is in one piece.',
  switches: ['a', 'x'],
  names: [1, 1],
  run(shell, { switches, names: [name] }) {
    const drive = driveOf(shell, name, defrag.usage);
    return runProgram(shell, IMAGE, ['defrag', drive, ...words(switches)]);
  },
};

export const undelete: Command = {
  name: 'undelete',
  usage:
    'undelete [path] [/list] [/to:directory]    /list: what there is, /to: brings it there, which must be on another disk',
  summary: 'Brings back files that were deleted.',
  switches: ['list', 'to:'],
  names: [0, 1],
  run(shell, { switches, names: [name] }) {
    return fromDisk(shell, 'undelete', name ?? '.', switches);
  },
};

export const recover: Command = {
  name: 'recover',
  usage:
    'recover path [/to:directory]    reads past what is damaged; /to: copies what is left there, which must be on another disk',
  summary: 'Saves what can be read of files on a damaged disk.',
  switches: ['to:'],
  names: [1, 1],
  run: (shell, { switches, names: [name = ''] }) => fromDisk(shell, 'recover', name, switches),
};

/** A program that brings something from one disk to another. */
function fromDisk(
  shell: Shell,
  program: string,
  name: string,
  switches: ReadonlySet<string>,
): Promise<number> {
  const path = fullName(shell.directories.resolve(name));
  const [to] = [...switches].filter((one) => one.startsWith('to:'));
  const target = to && fullName(shell.directories.resolve(to.slice('to:'.length)));
  const where = target === undefined ? [] : [`/to:${target}`];
  return runProgram(shell, IMAGE, [program, path, ...where]);
}

export const label: Command = {
  name: 'label',
  usage: 'label [drive:][name]    "" as the name: none',
  summary: 'Gives a disk a label, or takes it away.',
  names: [0, ANY],
  mayBeEmpty: true,
  async run(shell, { names }) {
    const { drive, name } = labelled(shell, names);
    await nameErrors(drive, async () => {
      const wanted = name ?? (await askLabel(shell, drive));
      const options = { access: FILE_WRITE_DATA | SYNCHRONIZE };
      await withFile(shell.process, ntVolume(drive), options, async (handle) => {
        const data = encodeFsLabel(wanted);
        const input = { handle, class: FileFsLabelInformation, data };
        check(await NtSetVolumeInformationFile(shell.process, input));
      });
    });
  },
};

/** `a: name`, `a:name`, `name` or `a:`; a name may have blanks. */
function labelled(shell: Shell, names: readonly string[]): { drive: string; name?: string } {
  const [first, ...rest] = names;
  const match = /^([a-z]:)(.*)$/is.exec(first ?? '');
  const drive = driveOf(shell, match?.[1], label.usage);
  const words = match ? [...(match[2] === '' ? [] : [match[2]!]), ...rest] : names;
  return words.length === 0 ? { drive } : { drive, name: words.join(' ') };
}

async function askLabel(shell: Shell, drive: string): Promise<string> {
  if (!shell.terminal || shell.session.frame) throw usageError(label.usage);
  await shell.console.write(await describeVolume(shell.process, drive));
  return shell.terminal.ask('Label (11 characters, Enter for none)? ');
}
