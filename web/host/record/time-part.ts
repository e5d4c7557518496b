/**
 * What holds the time of a recorded session: a module of its own, which its worker loads when that
 * is first asked for (web/host/time.ts). The platform's door is the worker's, which has taken it
 * before its realm was locked.
 *
 *   timeOf(recorded, platform)   once a session. What it waited for before then goes by the wall's
 *                                clock once more: timers of a few seconds at most
 */
import type { Door } from '../../../personality/sel4/door.ts';
import { Gate } from './gate.ts';
import { Happened, isCommand } from './happened.ts';
import type { RecordedSystem } from './recorded-system.ts';
import { Time } from './time.ts';

export function timeOf(
  { system, recorder }: Pick<RecordedSystem, 'system' | 'recorder'>,
  platform: Door,
): Time {
  const gate = (recorder.gate = new Gate(platform));
  const happened = new Happened(system);
  gate.onDone = (input) => {
    if (isCommand(input)) happened.commandEnded();
  };
  return new Time(system, gate, happened, platform);
}
