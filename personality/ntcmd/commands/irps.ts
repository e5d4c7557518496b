/** irps: requests that drivers have not completed yet. */
import { querySystem } from '../../ntdll/files.ts';
import { SystemIrpInformation } from '../../rtl/nt.ts';
import { named } from '../screen.ts';
import type { Command } from './command.ts';

/** As io tells it (ntos/io/service/irpinfo.ts). */
interface IrpInformation {
  driver: string;
  id: number;
  major: string;
  state: string;
  device: string;
  depth: number;
  cancelled: boolean;
  age: number;
}

export const irps: Command = {
  name: 'irps',
  usage: 'irps',
  summary: 'Lists the requests that drivers have and have not completed.',
  async run(shell) {
    const list = (await querySystem(shell.process, SystemIrpInformation)) as IrpInformation[];
    const rows = list.map(({ driver, id, major, state, device, depth, cancelled, age }) => {
      const about = `${state}${cancelled ? ', cancelled' : ''}`;
      const where = device === '' ? 'a volume' : named(device);
      return row(driver, id, major, about, depth, `${Math.round(age / 1000)} ms`, where);
    });
    await shell.console.write(
      row('DRIVER', 'ID', 'REQUEST', 'STATE', 'DEPTH', 'AGE', 'DEVICE') + rows.join(''),
    );
  },
};

type Cell = string | number;

function row(
  driver: Cell,
  id: Cell,
  major: Cell,
  state: Cell,
  depth: Cell,
  age: Cell,
  device: Cell,
) {
  const head = `${String(driver).padEnd(10)}${String(id).padStart(6)}  ${String(major).padEnd(24)}`;
  const rest = `${String(state).padEnd(18)}${String(depth).padStart(5)}${String(age).padStart(12)}`;
  return `${head}${rest}  ${device}\n`;
}
