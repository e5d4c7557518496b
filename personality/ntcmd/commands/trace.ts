/** trace: what the kernel, the Executive, drivers and the machine do. */
import { check, querySystem } from '../../ntdll/files.ts';
import { NtSetSystemInformation } from '../../ntdll/native.ts';
import { SystemTraceInformation } from '../../rtl/nt.ts';
import { markOf } from '../../rtl/watch.ts';
import { unpackRecord, type WatchAnswer, type WatchRecord } from '../../rtl/watchanswer.ts';
import { WatchNames } from '../../rtl/watchnames.ts';
import type { Shell } from '../context.ts';
import { usageError } from '../errors.ts';
import type { Command } from './command.ts';

const hex = (value: number): string => (value >>> 0).toString(16);

export const trace: Command = {
  name: 'trace',
  usage:
    'trace on [ports]|off|show [words]    show: prints what was recorded since it was last shown, ' +
    'or of it what has all of the words; ports: accesses to those of the diskette controller, too',
  summary: 'Records what the kernel, the Executive, drivers and the machine do.',
  names: [1, 16],
  async run(shell, { names: [what = '', ...more] }) {
    const action = what.toLowerCase();
    const words = more.map((word) => word.toLowerCase());
    if (action === 'show') return show(shell, words);
    const value = VALUES[[action, ...words].join(' ')];
    if (value === undefined) throw usageError(trace.usage);
    check(await NtSetSystemInformation(shell.process, { class: SystemTraceInformation, value }));
  },
};

/** Of NtSetSystemInformation (rtl/services.ts). */
const VALUES: Readonly<Record<string, number>> = { on: 1, 'on ports': 3, off: 0 };

/** What there was when it began: showing it makes the kernel work, too. */
async function show(shell: Shell, words: readonly string[]): Promise<void> {
  const lines = [row('SEQUENCE', 'ENTRY', 'TIME', 'CPU', 'THREAD', 'WHAT', 'WORDS')];
  const names = new WatchNames();
  for (let left = RING; left > 0;) {
    const answer = (await querySystem(shell.process, SystemTraceInformation)) as WatchAnswer;
    const { lost } = answer;
    names.add(answer.names);
    if (lost > 0) lines.push(`${lost} records were overwritten before they were read.\n`);
    for (const numbers of answer.records) {
      const record = unpackRecord(numbers);
      const { sequence, entry, time, processor, thread } = record;
      const [what, said] = described(record, names);
      const line = row(sequence, entry, time, processor, hex(thread), what, said);
      const text = line.toLowerCase();
      if (words.every((word) => text.includes(word))) lines.push(line);
    }
    if (answer.records.length < FULL) break;
    left -= answer.records.length;
  }
  await shell.console.write(lines.join(''));
}

/** What a record is of, and what it says. */
function described(record: WatchRecord, names: WatchNames): readonly [string, string] {
  const mark = record.kind === 'mark' ? markOf(record) : undefined;
  if (mark) {
    const words = Object.entries(mark.words);
    return [mark.name, words.map(([word, value]) => `${word}=${names.of(word, value)}`).join(' ')];
  }
  const { badge, label, detail, third } = record;
  const own = { badge: hex(badge), label: String(label), detail: hex(detail), with: hex(third) };
  const said = Object.entries(own).filter(([, value]) => value !== '0');
  return [record.kind, said.map(([word, value]) => `${word}=${value}`).join(' ')];
}

/** Records of the kernel's ring, and of a full answer. */
const RING = 4096;
const FULL = 256;
const WIDTHS = [10, 10, 11, 4, 7, -16, -1];

function row(...cells: readonly (string | number)[]): string {
  const padded = cells.map((cell, i) => {
    const width = WIDTHS[i]!;
    return width < 0 ? ` ${String(cell).padEnd(-width)}` : String(cell).padStart(width);
  });
  return `${padded.join('').trimEnd()}\n`;
}
