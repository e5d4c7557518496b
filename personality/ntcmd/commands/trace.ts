/** trace: what the kernel does. */
import { check, querySystem } from '../../ntdll/files.ts';
import { NtSetSystemInformation } from '../../ntdll/native.ts';
import { SystemTraceInformation } from '../../rtl/nt.ts';
import type { Shell } from '../context.ts';
import { usageError } from '../errors.ts';
import type { Command } from './command.ts';

/** As the kernel records it (sel4/types.ts). */
interface TraceRecord {
  sequence: number;
  kind: string;
  processor: number;
  thread: number;
  badge: number;
  label: number;
  detail: number;
}

interface Answer {
  records: TraceRecord[];
  lost: number;
}

const hex = (value: number): string => (value >>> 0).toString(16);

export const trace: Command = {
  name: 'trace',
  usage: 'trace on|off|show    show: prints what was recorded since it was last shown',
  summary: 'Records what the kernel does: switches, messages, signals, interrupts.',
  names: [1, 1],
  async run(shell, { names: [what = ''] }) {
    const action = what.toLowerCase();
    if (action === 'show') return show(shell);
    if (action !== 'on' && action !== 'off') throw usageError(trace.usage);
    const value = action === 'on' ? 1 : 0;
    check(await NtSetSystemInformation(shell.process, { class: SystemTraceInformation, value }));
  },
};

/** What there was when it began: showing it makes the kernel work, too. */
async function show(shell: Shell): Promise<void> {
  const lines = [row('SEQUENCE', 'CPU', 'THREAD', 'WHAT', 'BADGE', 'LABEL', 'DETAIL')];
  for (let left = RING; left > 0;) {
    const { records, lost } = (await querySystem(shell.process, SystemTraceInformation)) as Answer;
    if (lost > 0) lines.push(`${lost} records were overwritten before they were read.\n`);
    for (const { sequence, processor, thread, kind, badge, label, detail } of records)
      lines.push(row(sequence, processor, hex(thread), kind, hex(badge), label, hex(detail)));
    if (records.length < FULL) break;
    left -= records.length;
  }
  await shell.console.write(lines.join(''));
}

/** Records of the kernel's ring, and of a full answer. */
const RING = 4096;
const FULL = 256;
const WIDTHS = [10, 4, 7, -8, 9, 6, 9];

function row(...cells: readonly (string | number)[]): string {
  const padded = cells.map((cell, i) => {
    const width = WIDTHS[i]!;
    return width < 0 ? ` ${String(cell).padEnd(-width)}` : String(cell).padStart(width);
  });
  return `${padded.join('').trimEnd()}\n`;
}
