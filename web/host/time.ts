/**
 * The time of a session, in its worker: what holds it is loaded when it is first asked for.
 *
 *   timeControl(recorded, addressOf)   `addressOf`: where the module is
 */
import { platformDoor } from '../../personality/sel4/door.ts';
import type { RecordedSystem } from './record/recorded-system.ts';
import type { Time } from './record/time.ts';
import type { SingleControl } from './protocol.ts';

interface TimePart {
  timeOf(recorded: RecordedSystem, platform: typeof platformDoor): Time;
}

export function timeControl(
  recorded: RecordedSystem,
  addressOf: () => string | Promise<string>,
): SingleControl['time'] {
  let time: Promise<Time> | undefined;
  const load = async (): Promise<Time> => {
    const part = (await import(/* @vite-ignore */ await addressOf())) as TimePart;
    return part.timeOf(recorded, platformDoor);
  };
  return async (request) => {
    time ??= load();
    time.catch(() => (time = undefined));
    return (await time).ask(request);
  };
}
