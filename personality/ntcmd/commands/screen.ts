/** echo, cls, ver, date, time: what needs no disk. */
import { check } from '../../ntdll/files.ts';
import { NtQuerySystemTime } from '../../ntdll/native.ts';
import { RtlTimeToTimeFields } from '../../rtl/time.ts';
import { dateOf, timeOf } from '../format.ts';
import type { Shell } from '../context.ts';
import { VERSION } from '../version.ts';
import type { Command } from './command.ts';

export const echo: Command = {
  name: 'echo',
  usage:
    'echo text    echo on | off: whether lines of batch files are shown    echo. an empty line',
  summary: 'Prints text; with > writes it into a file.',
  verbatim: true,
  keepsLevel: 'success',
  run({ console, session }, { text }) {
    const word = /^\s/.test(text) ? text.trim().toLowerCase() : text;
    if (word === '') return console.write(`Echo is ${session.echo ? 'on' : 'off'}.\n`);
    if (word !== 'on' && word !== 'off')
      return console.write(`${text.replace(/^[\s.:(/\\[\]+,;=]/, '')}\n`);
    session.echo = word === 'on';
    return Promise.resolve();
  },
};

export const cls: Command = {
  name: 'cls',
  usage: 'cls',
  summary: 'Clears the screen.',
  keepsLevel: 'success',
  run: (shell) => shell.console.clear(),
};

export const ver: Command = {
  name: 'ver',
  usage: 'ver',
  summary: 'Says what this is.',
  run: (shell) =>
    shell.console.write(`${VERSION}: an NT personality on an seL4-like microkernel.\n`),
};

export const date: Command = {
  name: 'date',
  usage: 'date [/t]    /t: as without it',
  summary: 'Says what day it is.',
  switches: ['t'],
  run: async (shell) => shell.console.write(`${dateOf(await now(shell))}\n`),
};

export const time: Command = {
  name: 'time',
  usage: 'time [/t]    /t: as without it',
  summary: 'Says what time it is.',
  switches: ['t'],
  async run(shell) {
    const fields = await now(shell);
    const seconds = String(fields.second).padStart(2, '0');
    await shell.console.write(`${timeOf(fields)}:${seconds}\n`);
  },
};

async function now(shell: Shell) {
  return RtlTimeToTimeFields(check(await NtQuerySystemTime(shell.process, {})).time);
}
