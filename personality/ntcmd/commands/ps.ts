/** ps: the processes. */
import { querySystem } from '../../ntdll/files.ts';
import { SystemProcessInformation } from '../../rtl/nt.ts';
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
