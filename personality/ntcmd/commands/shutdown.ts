/** shutdown: writes everything back, unmounts, and stops the system. */
import { check } from '../../ntdll/files.ts';
import { NtShutdownSystem } from '../../ntdll/native.ts';
import type { Command } from './command.ts';

export const shutdown: Command = {
  name: 'shutdown',
  usage: 'shutdown',
  summary: 'Writes everything to the disks and stops the system.',
  async run(shell) {
    check(await NtShutdownSystem(shell.process, { action: 0 }));
    await shell.console.write('It is now safe to close this page.\n');
    shell.done = true;
  },
};
