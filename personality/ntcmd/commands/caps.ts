/** caps: what the kernel lets a process do. */
import { querySystem } from '../../ntdll/files.ts';
import { SystemCapabilityInformation } from '../../rtl/nt.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { CommandError } from '../command-error.ts';
import { usageError } from '../errors.ts';
import type { Command } from './command.ts';

/** As the Executive tells it (ntos/ps/cspace.ts). */
interface ProcessCapabilities {
  process: number;
  capabilities: { slot: number; type: string; rights: number; badge: number; about: string }[];
}

/** Of seL4's rights, lowest bit first: write, read, grant, grant reply. */
const LETTERS = 'WRGP';

export const caps: Command = {
  name: 'caps',
  usage: 'caps id    the number that ps shows',
  summary: 'Lists the capabilities in the CSpace of a process.',
  names: [1, 1],
  async run({ process, console }, { names: [typed] }) {
    const id = Number(typed);
    if (!Number.isInteger(id) || id <= 0) throw usageError(caps.usage);
    const all = await querySystem(process, SystemCapabilityInformation);
    const found = (all as ProcessCapabilities[]).find((each) => each.process === id);
    if (!found) throw new CommandError(Status.STATUS_INVALID_PARAMETER, `Process ${id}`);
    const rows = found.capabilities.map(({ slot, type, rights, badge, about }) =>
      row(String(slot), type, lettersOf(rights), badge === 0 ? '' : badge.toString(16), about),
    );
    await console.write(row('SLOT', 'TYPE', 'RIGHTS', 'BADGE', 'FOR') + rows.join(''));
  },
};

function lettersOf(rights: number): string {
  return [...LETTERS].map((letter, bit) => (rights & (1 << bit) ? letter : '-')).join('');
}

function row(slot: string, type: string, rights: string, badge: string, about: string): string {
  return `${slot.padStart(4)}  ${type.padEnd(13)} ${rights.padEnd(6)} ${badge.padStart(8)}  ${about}\n`;
}
