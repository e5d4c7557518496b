/** keys: what the PC's keyboard says. */
import { KeyReader } from '../../ntdll/keyboard.ts';
import { KEY_BREAK, KEY_E0, KEY_E1, KEY_MAKE, type KeyboardInput } from '../../rtl/keyboard.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { CommandError } from '../command-error.ts';
import type { Shell } from '../context.ts';
import type { Command } from './command.ts';

const ESCAPE = 0x01;
const SLICE_MS = 100;
const LONGEST = 3600;

function lineOf({ makeCode, flags }: KeyboardInput): string {
  const prefix = flags & KEY_E0 ? 'E0 ' : flags & KEY_E1 ? 'E1 ' : '';
  const code = makeCode.toString(16).toUpperCase().padStart(2, '0');
  return `${flags & KEY_BREAK ? 'break' : 'make '} ${prefix}${code}\n`;
}

function isEnd({ makeCode, flags }: KeyboardInput): boolean {
  return makeCode === ESCAPE && flags === KEY_MAKE;
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return Infinity;
  const seconds = /^\d+$/.test(text) ? Number(text) : NaN;
  if (seconds >= 1 && seconds <= LONGEST) return seconds * 1000;
  const what = `'${text}' is no number from 1 to ${LONGEST}`;
  throw new CommandError(Status.STATUS_INVALID_PARAMETER, what);
}

/** The terminal has the same keys as text: they are not for the next prompt. Ctrl-C ends it. */
async function forget({ terminal }: Shell): Promise<void> {
  await terminal?.check();
  while (terminal?.waiting) await terminal.key();
}

async function show(shell: Shell, keyboard: KeyReader, limit: number): Promise<void> {
  for (let passed = 0; passed < limit;) {
    const records = await keyboard.next(SLICE_MS);
    if (records.length === 0) passed += SLICE_MS;
    for (const record of records) {
      await shell.console.write(lineOf(record));
      if (isEnd(record)) return;
    }
    await shell.step();
    await forget(shell);
  }
}

export const keys: Command = {
  name: 'keys',
  usage: 'keys [seconds]    ends after that time without a key, else with Esc or Ctrl-C',
  summary: 'Shows the scan codes of the keys that are pressed and released.',
  names: [0, 1],
  async run(shell, { names: [seconds] }) {
    const limit = limitOf(seconds);
    if (limit === Infinity && !shell.terminal)
      throw new CommandError(Status.STATUS_INVALID_PARAMETER, 'keys, without a time');
    const keyboard = await KeyReader.open(shell.process);
    try {
      await show(shell, keyboard, limit);
      await forget(shell);
    } finally {
      await keyboard.close();
    }
  },
};
