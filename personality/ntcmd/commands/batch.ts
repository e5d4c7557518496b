/** What batch files are made of: call, goto, shift, setlocal, endlocal, exit, pause, rem. */
import * as Status from '../../rtl/ntstatus.ts';
import { CommandError } from '../command-error.ts';
import type { Shell } from '../context.ts';
import { usageError } from '../errors.ts';
import { remember, type Frame } from '../language/session.ts';
import { ExitBatch, ExitShell, Goto } from '../language/signals.ts';
import { NEW_LINE } from '../screen.ts';
import type { Command } from './command.ts';

export const call: Command = {
  name: 'call',
  usage: 'call file [arguments]    call :label [arguments]    call command',
  summary: 'Runs a batch file, or a routine of one, and comes back.',
  verbatim: true,
  keepsLevel: 'always',
  async run(shell, { text }) {
    if (text.trim() === '') throw usageError(call.usage);
    return shell.language.call(text);
  },
};

export const goto: Command = {
  name: 'goto',
  usage: 'goto label    goto :eof ends the batch file, or the routine',
  summary: 'Goes on at a label of a batch file.',
  verbatim: true,
  keepsLevel: 'success',
  run(shell, { text }) {
    inBatch(shell, 'goto');
    const label = /^[\s,;=]*(:?[^\s+,;=&|<>]*)/.exec(text)![1]!;
    if (label === '' || label === ':') throw usageError(goto.usage);
    throw new Goto(label.replace(/^:/, ''));
  },
};

export const shift: Command = {
  name: 'shift',
  usage: 'shift [/n]    /n: from argument n on',
  summary: 'Moves the arguments of a batch file: %2 becomes %1.',
  verbatim: true,
  keepsLevel: 'success',
  run(shell, { text }) {
    const frame = inBatch(shell, 'shift');
    const from = /^(?:\s*\/([0-8]))?\s*$/.exec(text);
    if (!from) throw usageError(shift.usage);
    const first = Number(from[1] ?? 0);
    frame.words = [...frame.words.slice(0, first), ...frame.words.slice(first + 1)];
    return Promise.resolve();
  },
};

/** Copies that are kept, those of the batch files around too. */
const MOST_LOCALS = 32;

export const setlocal: Command = {
  name: 'setlocal',
  usage:
    'setlocal [enabledelayedexpansion | disabledelayedexpansion]    the first: !x! is read late',
  summary: 'Keeps variables and directories, until endlocal or the end of the batch file.',
  names: [0, 2],
  keepsLevel: 'success',
  run({ session, directories }, { names }) {
    const { frame } = session;
    if (!frame) return Promise.resolve();
    if (countLocals(frame) >= MOST_LOCALS)
      throw new CommandError(Status.STATUS_INSUFFICIENT_RESOURCES, 'setlocal');
    const options = names.map((name) => name.toLowerCase());
    const unknown = options.find((one) => !/^(en|dis)able(delayedexpansion|extensions)$/.test(one));
    if (unknown !== undefined) throw usageError(setlocal.usage);
    frame.locals.push(remember(session, directories));
    if (options.includes('enabledelayedexpansion')) session.delayed = true;
    if (options.includes('disabledelayedexpansion')) session.delayed = false;
    return Promise.resolve();
  },
};

export const endlocal: Command = {
  name: 'endlocal',
  usage: 'endlocal',
  summary: 'Brings back what setlocal kept.',
  keepsLevel: 'success',
  run({ session }) {
    session.frame?.locals.pop()?.();
    return Promise.resolve();
  },
};

export const exit: Command = {
  name: 'exit',
  usage: 'exit [/b] [number]    /b: a batch file or a routine only; the number is its errorlevel',
  summary: 'Ends this shell, or a batch file.',
  switches: ['b'],
  names: [0, 1],
  keepsLevel: 'success',
  run(shell, { switches, names: [number] }) {
    if (number !== undefined) {
      if (!/^-?\d+$/.test(number)) throw usageError(exit.usage);
      shell.session.level = Number(number) | 0;
    }
    const status = number === undefined ? shell.session.level : Number(number);
    throw new (switches.has('b') ? ExitBatch : ExitShell)(status >>> 0);
  },
};

export const pause: Command = {
  name: 'pause',
  usage: 'pause',
  summary: 'Waits for a key.',
  keepsLevel: 'success',
  async run({ console, terminal, input }) {
    await console.write(`Press any key to continue . . .${terminal && !input ? ' ' : '\n'}`);
    if (input) await input.line();
    else if (terminal) {
      await terminal.anyKey();
      await terminal.draw(NEW_LINE);
    }
  },
};

export const rem: Command = {
  name: 'rem',
  usage: 'rem text',
  summary: 'Does nothing: a remark.',
  verbatim: true,
  keepsLevel: 'success',
  run: () => Promise.resolve(),
};

function countLocals(frame: Frame | undefined): number {
  return frame ? frame.locals.length + countLocals(frame.outer) : 0;
}

function inBatch({ session }: Shell, command: string): Frame {
  if (session.frame) return session.frame;
  throw new CommandError(Status.STATUS_INVALID_PARAMETER, `${command} outside of a batch file`);
}
