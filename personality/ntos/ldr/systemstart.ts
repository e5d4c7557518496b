/**
 * The drivers that the system starts by itself: those of `start: 'system'` before the session
 * manager runs, as NT's I/O manager does it; those of `start: 'auto'` when the first programs run,
 * and the rest of the Executive is here. Disks and file systems are among the latter: who opens one
 * before has them loaded then.
 *
 *   loadDrivers(needs, load, start)  resolves when each is loaded, or is known not to be: whether
 *                                    all are
 *   createAutoStart(needs, load)     `loadAutoDrivers` of Ldr
 *
 * All at once: none of them opens another one's device before a program does, and each waits for
 * nothing but its own process.
 */
import type { Waitable } from '../../rtl/coroutines.ts';
import type { DriverConfiguration } from '../../rtl/driverconfiguration.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { describeStatus, NT_SUCCESS } from '../../rtl/status.ts';
import type { LdrNeeds } from './needs.ts';
import type { Ldr } from './types.ts';

type Load = (name: string) => Promise<number>;

export async function loadDrivers(
  { cm, ke }: LdrNeeds,
  load: Load,
  wanted: NonNullable<DriverConfiguration['start']>,
): Promise<boolean> {
  const names = cm.drivers().filter(([, { start }]) => start === wanted);
  let left = names.length;
  let all = true;
  if (left === 0) return all;
  const over = ke.event();
  for (const [name] of names) {
    ke.spawn(`driver ${name}`, async () => {
      const status = await load(name);
      if (!NT_SUCCESS(status) && status !== Status.STATUS_IMAGE_ALREADY_LOADED) {
        ke.log(`driver ${name}: ${describeStatus(status)}`);
        all = false;
      }
      if (--left === 0) over.set();
    });
  }
  await over.wait();
  return all;
}

/** Once all were loaded, each is loaded again as its own configuration says (restart.ts). */
export function createAutoStart(needs: LdrNeeds, load: Load): Ldr['loadAutoDrivers'] {
  let done = false;
  let underWay: Waitable | undefined;
  return async () => {
    // What they work with: devices of disks, and files.
    const status = await needs.rest.have();
    if (done || !NT_SUCCESS(status)) return status;
    if (underWay) {
      await underWay.wait();
      return status;
    }
    const over = (underWay = needs.ke.event());
    try {
      done = await loadDrivers(needs, load, 'auto');
      return status;
    } finally {
      underWay = undefined;
      over.set();
    }
  };
}
