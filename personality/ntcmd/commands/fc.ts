/**
 * fc: what two files differ in.
 *
 * Lines that differ are shown with the last and the next line that both have. Both have gone on
 * together again where two lines in a row are the same, at most WINDOW lines further.
 */
import { FileConsole } from '../console.ts';
import { contents } from '../devices.ts';
import { nameErrors } from '../errors.ts';
import { type FullPath, showPath } from '../path.ts';
import type { Shell } from '../context.ts';
import { linesOf } from '../text.ts';
import type { Command } from './command.ts';

/** As NT's. */
const DIFFERENT = 1;
const WINDOW = 100;
/** Differences that /b shows. */
const MOST_BYTES = 10_000;

export const fc: Command = {
  name: 'fc',
  usage:
    'fc [/b] [/c] [/n] file file    /b: byte for byte, /c: in any case, /n: with numbers of lines',
  summary: 'Compares two files.',
  switches: ['b', 'c', 'n'],
  names: [2, 2],
  async run(shell, { switches, names }) {
    const [left, right] = names.map((name) => shell.directories.resolveAny(name)) as [
      FullPath,
      FullPath,
    ];
    await shell.console.write(`Comparing files ${showPath(left)} and ${showPath(right)}\n`);
    const same = switches.has('b')
      ? await compareBytes(shell, left, right)
      : await compareLines(shell, left, right, switches);
    if (same) await shell.console.write('FC: no differences encountered\n');
    return same ? 0 : DIFFERENT;
  },
};

async function compareBytes(shell: Shell, left: FullPath, right: FullPath): Promise<boolean> {
  const a = await bytesOf(shell, left);
  const b = await bytesOf(shell, right);
  const hex = (value: number, digits: number): string =>
    value.toString(16).toUpperCase().padStart(digits, '0');
  let differences = 0;
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    if (a[at] === b[at]) continue;
    if (++differences > MOST_BYTES) {
      await shell.console.write('FC: and more\n');
      return false;
    }
    await shell.console.write(`${hex(at, 8)}: ${hex(a[at]!, 2)} ${hex(b[at]!, 2)}\n`);
  }
  if (a.length === b.length) return differences === 0;
  const [longer, shorter] = a.length > b.length ? [left, right] : [right, left];
  await shell.console.write(`FC: ${showPath(longer)} longer than ${showPath(shorter)}\n`);
  return false;
}

async function bytesOf(shell: Shell, path: FullPath): Promise<Uint8Array> {
  return nameErrors(showPath(path), async () => {
    const kept = new FileConsole();
    await kept.writeFile(contents(shell, path));
    return kept.bytes();
  });
}

interface Side {
  readonly path: FullPath;
  readonly lines: readonly string[];
  /** As they are compared. */
  readonly keys: readonly string[];
  at: number;
}

async function compareLines(
  shell: Shell,
  left: FullPath,
  right: FullPath,
  switches: ReadonlySet<string>,
): Promise<boolean> {
  const a = await read(shell, left, switches.has('c'));
  const b = await read(shell, right, switches.has('c'));
  let same = true;
  for (;;) {
    while (a.at < a.lines.length && b.at < b.lines.length && a.keys[a.at] === b.keys[b.at]) {
      a.at++;
      b.at++;
    }
    if (a.at >= a.lines.length && b.at >= b.lines.length) return same;
    same = false;
    await shell.terminal?.check();
    const again = together(a, b);
    for (const side of [a, b])
      await show(shell, side, side === a ? again?.[0] : again?.[1], switches);
    await shell.console.write('*****\n\n');
    if (!again) {
      await shell.console.write('Resync failed: the files are too different.\n');
      return false;
    }
    [a.at, b.at] = again;
  }
}

/** The nearest places from which both go on the same; undefined: there are none near. */
function together(a: Side, b: Side): [number, number] | undefined {
  const alike = (i: number, j: number): boolean =>
    i >= a.lines.length || j >= b.lines.length
      ? i >= a.lines.length && j >= b.lines.length
      : a.keys[i] === b.keys[j];
  for (let distance = 1; distance <= 2 * WINDOW; distance++)
    for (let i = Math.max(0, distance - WINDOW); i <= Math.min(distance, WINDOW); i++) {
      const [x, y] = [a.at + i, b.at + distance - i];
      if (x > a.lines.length || y > b.lines.length) continue;
      if (alike(x, y) && alike(x + 1, y + 1)) return [x, y];
    }
  return undefined;
}

async function show(
  { console }: Shell,
  side: Side,
  next: number | undefined,
  switches: ReadonlySet<string>,
): Promise<void> {
  const from = Math.max(0, side.at - 1);
  const to = next === undefined ? Math.min(side.lines.length, side.at + WINDOW) : next + 1;
  const lines = side.lines.slice(from, to).map((line, i) => {
    const number = switches.has('n') ? `${String(from + i + 1).padStart(5)}:  ` : '';
    return `${number}${line}\n`;
  });
  await console.write(`***** ${showPath(side.path)}\n${lines.join('')}`);
}

async function read(shell: Shell, path: FullPath, anyCase: boolean): Promise<Side> {
  const lines: string[] = [];
  await nameErrors(showPath(path), async () => {
    for await (const line of linesOf(contents(shell, path))) lines.push(line);
  });
  const keys = anyCase ? lines.map((line) => line.toLowerCase()) : lines;
  return { path, lines, keys, at: 0 };
}
