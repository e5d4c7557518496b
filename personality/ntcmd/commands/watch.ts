/** cache and objdir: what the system says of its own work. */
import { check, querySystem } from '../../ntdll/files.ts';
import { NtClose, NtOpenDirectoryObject, NtQueryDirectoryObject } from '../../ntdll/native.ts';
import { SystemCounterInformation } from '../../rtl/nt.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { nameErrors } from '../errors.ts';
import type { Command } from './command.ts';

const SHOWN = /^(cc|io\.irp|dma|kernel\.(ipc|irq|switch))/;

export const cache: Command = {
  name: 'cache',
  usage: 'cache',
  summary: 'Counts what was found in memory, and what had to be asked for.',
  async run(shell) {
    const counters = (await querySystem(shell.process, SystemCounterInformation)) as Record<
      string,
      number
    >;
    const lines = Object.entries(counters)
      .filter(([name]) => SHOWN.test(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name.padEnd(30)} ${String(value).padStart(8)}\n`);
    await shell.console.write(lines.join(''));
  },
};

export const objdir: Command = {
  name: 'objdir',
  usage: 'objdir [directory]    such as objdir \\Device',
  summary: 'Lists names that the system gives to its own things.',
  names: [0, 1],
  async run(shell, { names: [name = '\\'] }) {
    await nameErrors(name, async () => {
      const { handle } = check(await NtOpenDirectoryObject(shell.process, { name }));
      const lines: string[] = [];
      for (let context = 0; ;) {
        const entry = await NtQueryDirectoryObject(shell.process, { handle, context });
        if (entry.status === Status.STATUS_NO_MORE_ENTRIES) break;
        ({ context } = check(entry));
        lines.push(`${entry.type.padEnd(14)} ${entry.name}\n`);
      }
      await NtClose(shell.process, { handle });
      await shell.console.write(lines.join(''));
    });
  },
};
