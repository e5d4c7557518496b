/** ps and kill: the processes. */
import { check, querySystem } from '../../ntdll/files.ts';
import {
  NtClose,
  NtOpenProcess,
  NtTerminateJobObject,
  NtTerminateProcess,
} from '../../ntdll/native.ts';
import { SystemProcessChargeInformation } from '../../rtl/nt.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { nameErrors, usageError } from '../errors.ts';
import type { Command } from './command.ts';

interface ProcessInformation {
  id: number;
  image: string;
  threads: number;
  processor: number;
  handles: number;
  charged: { pagefile: number };
}

export const ps: Command = {
  name: 'ps',
  usage: 'ps',
  summary: 'Lists the processes.',
  async run(shell) {
    const list = (await querySystem(
      shell.process,
      SystemProcessChargeInformation,
    )) as ProcessInformation[];
    const rows = list.map(({ id, image, threads, processor, handles, charged }) =>
      row(image, [id, threads, processor, handles, `${charged.pagefile * 4} K`]),
    );
    const head = row('IMAGE', ['ID', 'THREADS', 'CPU', 'HANDLES', 'MEMORY']);
    await shell.console.write(head + rows.join(''));
  },
};

const WIDTHS = [7, 4, 8, 9];

function row(image: string, [id, ...rest]: readonly (string | number)[]): string {
  const cells = rest.map((cell, index) => String(cell).padStart(WIDTHS[index]!));
  return `${String(id).padStart(4)}  ${image.padEnd(14)}${cells.join('')}\n`;
}

export const kill: Command = {
  name: 'kill',
  usage: 'kill id [/t]    the number that ps shows; /t: with all of its family',
  summary: 'Ends a process. A driver that was killed can be loaded again.',
  switches: ['t'],
  names: [1, 1],
  async run(shell, { switches, names }) {
    const id = Number(names[0]);
    if (!Number.isInteger(id) || id <= 0) throw usageError(kill.usage);
    await nameErrors(`Process ${id}`, async () => {
      const { handle } = check(await NtOpenProcess(shell.process, { id }));
      const status = Status.STATUS_CONTROL_C_EXIT;
      const end = switches.has('t') ? NtTerminateJobObject : NtTerminateProcess;
      check(await end(shell.process, { handle, status }));
      await NtClose(shell.process, { handle });
    });
  },
};
