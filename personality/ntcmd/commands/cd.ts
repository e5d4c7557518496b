/** cd, pushd, popd: show or change the current directory of a drive. */
import { check } from '../../ntdll/files.ts';
import { RtlSetCurrentDirectory_U } from '../../ntdll/parameters.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { CommandError } from '../command-error.ts';
import type { Shell } from '../context.ts';
import { nameErrors } from '../errors.ts';
import { fullName, showPath } from '../path.ts';
import { checkDrive } from '../volume.ts';
import type { Command } from './command.ts';

export const cd: Command = {
  name: 'cd',
  usage: 'cd [/d] [drive:][path]    /d: changes the drive too',
  summary: 'Shows or changes the current directory.',
  switches: ['d'],
  names: [0, 1],
  async run(shell, { switches, names: [name] }) {
    const drive = name !== undefined && /^[a-z]:$/i.test(name) ? name.toUpperCase() : undefined;
    if (drive !== undefined) await checkDrive(shell, drive);
    if (drive !== undefined && switches.has('d')) {
      shell.directories.drive = drive;
      return;
    }
    if (name === undefined || drive !== undefined) {
      const current = shell.directories.current(drive ?? shell.directories.drive);
      return shell.console.write(`${showPath(current)}\n`);
    }
    await enter(shell, name, switches.has('d'));
  },
};

/** The directory becomes its drive's current one; with `andDrive` the drive is the current one. */
async function enter(shell: Shell, name: string, andDrive: boolean): Promise<void> {
  const path = shell.directories.resolve(name);
  if (path.drive !== shell.directories.drive) await checkDrive(shell, path.drive);
  const { drive } = shell.directories;
  await nameErrors(showPath(path), async () => {
    check(await RtlSetCurrentDirectory_U(shell.process, fullName(path), shell.parameters));
  });
  if (!andDrive) shell.directories.drive = drive;
}

/** As many as anybody keeps in mind. */
const MOST_PUSHED = 256;

export const pushd: Command = {
  name: 'pushd',
  usage: 'pushd [[drive:]path]',
  summary:
    'Goes to a directory, and remembers this one for popd; alone it lists what is remembered.',
  names: [0, 1],
  async run(shell, { names: [name] }) {
    const { pushed } = shell.session;
    if (name === undefined) {
      const lines = pushed.map((path) => `${showPath(path)}\n`);
      return shell.console.write(lines.reverse().join(''));
    }
    if (pushed.length >= MOST_PUSHED)
      throw new CommandError(Status.STATUS_INSUFFICIENT_RESOURCES, 'pushd');
    const here = shell.directories.current();
    await enter(shell, name, true);
    pushed.push(here);
  },
};

export const popd: Command = {
  name: 'popd',
  usage: 'popd',
  summary: 'Goes back to the directory that the last pushd remembered.',
  async run(shell) {
    const back = shell.session.pushed.pop();
    if (back) await enter(shell, fullName(back), true);
  },
};
