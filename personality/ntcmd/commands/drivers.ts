/** lsdrv, loaddrv, unloaddrv: the drivers and their devices. */
import { check, querySystem } from '../../ntdll/files.ts';
import { NtLoadDriver, NtUnloadDriver } from '../../ntdll/native.ts';
import { SystemDriverInformation } from '../../rtl/nt.ts';
import { nameErrors } from '../errors.ts';
import type { Command } from './command.ts';

interface DriverInformation {
  name: string;
  image: string;
  devices: string[];
  pending: number;
}

export const lsdrv: Command = {
  name: 'lsdrv',
  usage: 'lsdrv',
  summary: 'Lists the drivers that are loaded, and their devices.',
  async run(shell) {
    const drivers = (await querySystem(
      shell.process,
      SystemDriverInformation,
    )) as DriverInformation[];
    const lines = drivers.map(
      ({ name, image, devices }) =>
        `${name.padEnd(10)} ${image.padEnd(12)} ${devices.join(' ')}`.trimEnd() + '\n',
    );
    await shell.console.write(
      `${'DRIVER'.padEnd(10)} ${'IMAGE'.padEnd(12)} DEVICES\n${lines.join('')}`,
    );
  },
};

export const loaddrv: Command = {
  name: 'loaddrv',
  usage: 'loaddrv driver    such as loaddrv fdc',
  summary: 'Loads a driver into a process of its own.',
  names: [1, 1],
  async run(shell, { names }) {
    const name = names[0]!;
    await nameErrors(name, async () => check(await NtLoadDriver(shell.process, { name })));
    await shell.console.write(`${name} is loaded.\n`);
  },
};

export const unloaddrv: Command = {
  name: 'unloaddrv',
  usage: 'unloaddrv driver',
  summary: 'Ends a driver; its devices go.',
  names: [1, 1],
  async run(shell, { names }) {
    const name = names[0]!;
    await nameErrors(name, async () => check(await NtUnloadDriver(shell.process, { name })));
    await shell.console.write(`${name} is unloaded.\n`);
  },
};
