/** trace: what the kernel, the Executive, drivers and the machine do. */
import { check, querySystem, writeAll } from '../../ntdll/files.ts';
import { NtSetSystemInformation } from '../../ntdll/native.ts';
import { fxtOf } from '../../rtl/fxt.ts';
import { SystemTraceInformation } from '../../rtl/nt.ts';
import { marked } from '../../rtl/watch.ts';
import {
  type MarkedRecord,
  unpackRecord,
  type WatchAnswer,
  type WatchName,
} from '../../rtl/watchanswer.ts';
import { WatchNames } from '../../rtl/watchnames.ts';
import { ownersOf } from '../../rtl/watchtimeline.ts';
import { Overwriting } from '../ask.ts';
import type { Shell } from '../context.ts';
import { nameErrors, usageError } from '../errors.ts';
import { ntPath, showPath } from '../path.ts';
import type { Command } from './command.ts';

const hex = (value: number): string => (value >>> 0).toString(16);

export const trace: Command = {
  name: 'trace',
  usage:
    'trace on [ports]|off|show [words]|save file    show: prints what was recorded since it was ' +
    'last shown or saved, or of it what has all of the words and none that has a - before it; ' +
    'save: into a file that Perfetto opens; ' +
    'ports: accesses to those of the diskette controller, too',
  summary: 'Records what the kernel, the Executive, drivers and the machine do.',
  names: [1, 16],
  async run(shell, { names: [what = '', ...more] }) {
    const action = what.toLowerCase();
    if (action === 'show') return show(shell, more);
    if (action === 'save' && more.length === 1) return save(shell, more[0]!);
    const value = VALUES[[action, ...more].join(' ').toLowerCase()];
    if (value === undefined) throw usageError(trace.usage);
    check(await NtSetSystemInformation(shell.process, { class: SystemTraceInformation, value }));
  },
};

/** Of NtSetSystemInformation (rtl/services.ts). */
const VALUES: Readonly<Record<string, number>> = { on: 1, 'on ports': 3, off: 0 };

interface Recorded {
  readonly records: readonly MarkedRecord[];
  readonly said: readonly WatchName[];
  readonly lost: number;
}

/** Records of the kernel's ring, and of a full answer. */
const RING = 4096;
const FULL = 256;

/** What there was when it began: taking it makes the kernel work, too. */
async function recorded({ process }: Shell): Promise<Recorded> {
  const records: MarkedRecord[] = [];
  const said: WatchName[] = [];
  let lost = 0;
  for (let left = RING; left > 0;) {
    const answer = (await querySystem(process, SystemTraceInformation)) as WatchAnswer;
    lost += answer.lost;
    said.push(...answer.names);
    records.push(...answer.records.map((numbers) => marked(unpackRecord(numbers))));
    if (answer.records.length < FULL) break;
    left -= answer.records.length;
  }
  return { records, said, lost };
}

async function show(shell: Shell, filter: readonly string[]): Promise<void> {
  const { records, said, lost } = await recorded(shell);
  const names = new WatchNames();
  names.add(said);
  const owners = ownersOf(records, said);
  const shown = shownBy(filter);
  const lines = records.map((record) => {
    const { sequence, entry, time, processor, thread } = record;
    const [what, words] = described(record, names);
    const owner = owners.get(thread)!;
    const process = names.of('process', owner);
    const whole = process === String(owner) ? words : `${words} process=${process}`;
    return row(sequence, entry, time, processor, hex(thread), what, whole.trim());
  });
  const head = row('SEQUENCE', 'ENTRY', 'TIME', 'CPU', 'THREAD', 'WHAT', 'WORDS');
  await shell.console.write([head, ...lostLine(lost), ...lines.filter(shown)].join(''));
}

async function save(shell: Shell, typed: string): Promise<void> {
  const path = shell.directories.resolve(typed);
  if (!(await new Overwriting(shell, new Set()).allows(path))) return;
  const { records, said, lost } = await recorded(shell);
  const name = showPath(path);
  await nameErrors(name, () => writeAll(shell.process, ntPath(path), fxtOf(records, said)));
  const count = `${records.length} records in ${name}.\n`;
  await shell.console.write([...lostLine(lost), count].join(''));
}

const lostLine = (lost: number): string[] =>
  lost > 0 ? [`${lost} records were overwritten before they were read.\n`] : [];

/** Words are looked for in the whole row, in any case. */
function shownBy(filter: readonly string[]): (line: string) => boolean {
  const words = filter.map((word) => word.toLowerCase());
  const wanted = words.filter((word) => !word.startsWith('-'));
  const unwanted = words.filter((word) => word.startsWith('-')).map((word) => word.slice(1));
  return (line) => {
    const text = line.toLowerCase();
    return (
      wanted.every((word) => text.includes(word)) && !unwanted.some((word) => text.includes(word))
    );
  };
}

/** What a record is of, and what it says. */
function described(record: MarkedRecord, names: WatchNames): readonly [string, string] {
  const { mark, words, kind, badge, label, detail, third } = record;
  if (mark !== undefined) {
    const said = Object.entries(words ?? {});
    return [mark, said.map(([word, value]) => `${word}=${names.of(word, value)}`).join(' ')];
  }
  const own = { badge: hex(badge), label: String(label), detail: hex(detail), with: hex(third) };
  const said = Object.entries(own).filter(([, value]) => value !== '0');
  return [kind, said.map(([word, value]) => `${word}=${value}`).join(' ')];
}

const WIDTHS = [10, 10, 11, 4, 7, -16, -1];

function row(...cells: readonly (string | number)[]): string {
  const padded = cells.map((cell, i) => {
    const width = WIDTHS[i]!;
    return width < 0 ? ` ${String(cell).padEnd(-width)}` : String(cell).padStart(width);
  });
  return `${padded.join('').trimEnd()}\n`;
}
