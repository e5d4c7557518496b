/** start: a program beside the shell. */
import { check } from '../../ntdll/files.ts';
import { NtClose } from '../../ntdll/native.ts';
import { RtlCreateUserProcess } from '../../ntdll/parameters.ts';
import { exitOf, imageOf } from '../child.ts';
import { nameErrors } from '../errors.ts';
import { named } from '../screen.ts';
import type { Command } from './command.ts';

export const start: Command = {
  name: 'start',
  usage: 'start [/wait] program [arguments]    /wait: until it has ended, or Ctrl-C ends it',
  summary: 'Starts a program, with the environment and the directory of this shell.',
  switches: ['wait'],
  names: [1, Infinity],
  async run(shell, { switches, names: [program = '', ...rest] }) {
    const { process, console, parameters } = shell;
    const image = imageOf(program);
    const commandLine = rest.join(' ');
    const { environment, currentDirectory } = parameters;
    const options = { image, commandLine, environment, currentDirectory };
    return nameErrors(image, async () => {
      const { handle, id } = check(await RtlCreateUserProcess(process, options));
      if (switches.has('wait')) return exitOf(shell, image, handle);
      await NtClose(process, { handle });
      await console.write(`${named(image)} is process ${id}.\n`);
      return 0;
    });
  },
};
