/** beep: a tone of the PC's speaker. */
import { Beep } from '../../ntdll/beep.ts';
import { BEEP_FREQUENCY_MAXIMUM, BEEP_FREQUENCY_MINIMUM } from '../../rtl/beep.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { CommandError } from '../command-error.ts';
import type { Command } from './command.ts';

const USUAL_HERTZ = 800;
const USUAL_MS = 200;
const LONGEST_MS = 60_000;

/** A whole number of that range. */
function numberOf(text: string | undefined, usual: number, range: readonly [number, number]) {
  if (text === undefined) return usual;
  const [least, most] = range;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  const what = `'${text}' is no number from ${least} to ${most}`;
  throw new CommandError(Status.STATUS_INVALID_PARAMETER, what);
}

export const beep: Command = {
  name: 'beep',
  usage: `beep [hertz [milliseconds]]    ${USUAL_HERTZ} and ${USUAL_MS}, where nothing is said`,
  summary: 'Sounds a tone of the speaker.',
  names: [0, 2],
  async run(shell, { names: [hertz, milliseconds] }) {
    const range = [BEEP_FREQUENCY_MINIMUM, BEEP_FREQUENCY_MAXIMUM] as const;
    const frequency = numberOf(hertz, USUAL_HERTZ, range);
    const duration = numberOf(milliseconds, USUAL_MS, [1, LONGEST_MS]);
    await Beep(shell.process, frequency, duration, () => shell.step());
  },
};
