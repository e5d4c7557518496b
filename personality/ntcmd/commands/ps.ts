/** ps and kill: the processes. */
import { check, querySystem } from '../../ntdll/files.ts';
import { NtClose, NtOpenProcess, NtTerminateProcess } from '../../ntdll/native.ts';
import { SystemProcessInformation } from '../../rtl/nt.ts';
import { Status } from '../../rtl/status.ts';
import { nameErrors, usageError } from '../errors.ts';
import type { Command } from './command.ts';

interface ProcessInformation {
  id: number;
  image: string;
  threads: number;
  processor: number;
  handles: number;
}

export const ps: Command = {
  name: 'ps',
  usage: 'ps',
  summary: 'Lists the processes.',
  async run(shell) {
    const list = (await querySystem(
      shell.process,
      SystemProcessInformation,
    )) as ProcessInformation[];
    const rows = list.map(({ id, image, threads, processor, handles }) =>
      row(String(id), image, String(threads), String(processor), String(handles)),
    );
    await shell.console.write(row('ID', 'IMAGE', 'THREADS', 'CPU', 'HANDLES') + rows.join(''));
  },
};

function row(id: string, image: string, threads: string, cpu: string, handles: string): string {
  const [a, c, d, e] = [id.padStart(4), threads.padStart(7), cpu.padStart(4), handles.padStart(8)];
  return `${a}  ${image.padEnd(14)}${c}${d}${e}\n`;
}

export const kill: Command = {
  name: 'kill',
  usage: 'kill id    the number that ps shows',
  summary: 'Ends a process. A driver that was killed can be loaded again.',
  async run(shell, [text]) {
    const id = Number(text);
    if (text === undefined || !Number.isInteger(id) || id <= 0) throw usageError(kill.usage);
    await nameErrors(`Process ${id}`, async () => {
      const { handle } = check(await NtOpenProcess(shell.process, { id }));
      const status = Status.STATUS_CONTROL_C_EXIT;
      check(await NtTerminateProcess(shell.process, { handle, status }));
      await NtClose(shell.process, { handle });
    });
  },
};
