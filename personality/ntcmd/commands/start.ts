/** start: a program beside the shell. */
import { check } from '../../ntdll/files.ts';
import { NtClose, NtQueryInformationProcess, NtWaitForSingleObject } from '../../ntdll/native.ts';
import { RtlCreateUserProcess } from '../../ntdll/parameters.ts';
import { TIMEOUT_INFINITE } from '../../rtl/services.ts';
import { nameErrors } from '../errors.ts';
import { named } from '../screen.ts';
import type { Command } from './command.ts';

export const start: Command = {
  name: 'start',
  usage: 'start [/wait] program [arguments]    /wait: until it has ended',
  summary: 'Starts a program, with the environment and the directory of this shell.',
  switches: ['wait'],
  names: [1, Infinity],
  async run({ process, console, parameters }, { switches, names: [program = '', ...rest] }) {
    const image = /\.[^.]*$/.test(program) ? program : `${program}.exe`;
    const commandLine = rest.join(' ');
    const { environment, currentDirectory } = parameters;
    const options = { image, commandLine, environment, currentDirectory };
    return nameErrors(image, async () => {
      const { handle, id } = check(await RtlCreateUserProcess(process, options));
      try {
        if (!switches.has('wait')) {
          await console.write(`${named(image)} is process ${id}.\n`);
          return 0;
        }
        const wait = { handle, alertable: false, timeout: TIMEOUT_INFINITE };
        check(await NtWaitForSingleObject(process, wait));
        return check(await NtQueryInformationProcess(process, { handle })).exitStatus;
      } finally {
        await NtClose(process, { handle });
      }
    });
  },
};
