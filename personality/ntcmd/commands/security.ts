/** whoami, icacls, restrict: who one is, who may what, and a program that may less. */
import { check, openFile } from '../../ntdll/files.ts';
import { NtClose, NtOpenDirectoryObject, NtOpenProcessToken } from '../../ntdll/native.ts';
import { createRestrictedProcess, querySecurity, queryToken } from '../../ntdll/security.ts';
import { READ_CONTROL } from '../../rtl/objects.ts';
import { accountName } from '../../rtl/security/accounts.ts';
import * as sec from '../../rtl/security/constants.ts';
import { PRIVILEGE_NAMES } from '../../rtl/security/privileges.ts';
import { toSddl } from '../../rtl/security/sddl.ts';
import {
  decodeGroups,
  decodePrivileges,
  decodeUser,
  type SidAndAttributes,
} from '../../rtl/security/structures.ts';
import { CURRENT_PROCESS } from '../../rtl/services.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import { exitOf, imageOf, SHELL } from '../child.ts';
import { CommandError } from '../command-error.ts';
import type { Shell } from '../context.ts';
import { nameErrors } from '../errors.ts';
import { ntPath, showPath } from '../path.ts';
import { named } from '../screen.ts';
import type { Command } from './command.ts';

const WIDTH = 36;
const TERMINAL = '\\Device\\Serial0';

function groupLine({ sid, attributes }: SidAndAttributes): string {
  const state =
    (attributes & sec.SE_GROUP_USE_FOR_DENY_ONLY) !== 0
      ? 'for denying alone'
      : (attributes & sec.SE_GROUP_ENABLED) !== 0
        ? 'enabled'
        : 'disabled';
  return `${accountName(sid).padEnd(WIDTH)} ${state}\n`;
}

function privilegeLine(luid: number, attributes: number): string {
  const name = PRIVILEGE_NAMES.get(luid) ?? String(luid);
  const isOn = (attributes & sec.SE_PRIVILEGE_ENABLED) !== 0;
  return `${name.padEnd(WIDTH)} ${isOn ? 'enabled' : 'disabled'}\n`;
}

export const whoami: Command = {
  name: 'whoami',
  usage: 'whoami [/groups] [/priv]',
  summary: 'Tells on whose behalf the shell acts, and what that one may.',
  switches: ['groups', 'priv'],
  async run({ process, console }, { switches }) {
    const open = { process: CURRENT_PROCESS, access: sec.TOKEN_QUERY };
    const { handle } = check(await NtOpenProcessToken(process, open));
    try {
      const ask = (which: number) => queryToken(process, handle, which);
      const restricting = decodeGroups(await ask(sec.TokenRestrictedSids));
      const user = accountName(decodeUser(await ask(sec.TokenUser)).sid);
      await console.write(`${user}${restricting.length > 0 ? ', restricted' : ''}\n`);
      if (switches.has('groups')) {
        const groups = decodeGroups(await ask(sec.TokenGroups)).map(groupLine);
        const limits = restricting.map(
          ({ sid }) => `${accountName(sid).padEnd(WIDTH)} restricts\n`,
        );
        await console.write([...groups, ...limits].join(''));
      }
      if (!switches.has('priv')) return;
      const held = decodePrivileges(await ask(sec.TokenPrivileges));
      const lines = held.map(({ luid, attributes }) => privilegeLine(luid, attributes));
      await console.write(lines.join(''));
    } finally {
      await NtClose(process, { handle });
    }
  },
};

/** A directory of names, a device, or a file. */
async function openAny(shell: Shell, name: string): Promise<number> {
  const access = READ_CONTROL;
  if (name.startsWith('\\')) {
    const found = await NtOpenDirectoryObject(shell.process, { name, access });
    if (found.status !== Status.STATUS_OBJECT_TYPE_MISMATCH && NT_SUCCESS(found.status))
      return found.handle;
    return openFile(shell.process, name, { access, options: 0 });
  }
  const path = ntPath(shell.directories.resolve(name));
  return openFile(shell.process, path, { access, options: 0 });
}

export const icacls: Command = {
  name: 'icacls',
  usage: 'icacls name    a file, or the full name of a thing of the system: icacls \\Device\\Null',
  summary: 'Shows who may do what with a file or thing of the system, as SDDL.',
  names: [1, 1],
  async run(shell, { names: [name = ''] }) {
    const shownName = name.startsWith('\\') ? name : showPath(shell.directories.resolve(name));
    await nameErrors(shownName, async () => {
      const handle = await openAny(shell, name);
      try {
        const { process } = shell;
        const information =
          sec.OWNER_SECURITY_INFORMATION |
          sec.GROUP_SECURITY_INFORMATION |
          sec.DACL_SECURITY_INFORMATION;
        const descriptor = await querySecurity(process, handle, information);
        await shell.console.write(`${named(shownName)} ${toSddl(descriptor)}\n`);
      } finally {
        await NtClose(shell.process, { handle });
      }
    });
  },
};

export const restrict: Command = {
  name: 'restrict',
  usage: 'restrict [program [arguments]]    without a program: a shell',
  summary: 'Runs a program that may open almost nothing, and waits for its end.',
  names: [0, Infinity],
  async run(shell, { names: [program, ...rest] }) {
    if (program === undefined && !shell.terminal)
      throw new CommandError(Status.STATUS_INVALID_DEVICE_REQUEST, 'restrict');
    const image = imageOf(program ?? SHELL);
    const commandLine = program === undefined ? TERMINAL : rest.join(' ');
    return nameErrors(image, async () => {
      const { handle } = check(await createRestrictedProcess(shell.process, image, commandLine));
      return exitOf(shell, image, handle);
    });
  },
};
