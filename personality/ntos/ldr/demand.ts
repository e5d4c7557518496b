/**
 * Drivers that are loaded when one of their devices is first wanted. Who wants one of a driver that
 * is started by itself, but later, waits for it.
 *
 *   createDemand(needs, load, loadAuto)   `demand` of Ldr; `loadAuto`: its `loadAutoDrivers`
 *
 * All who want the same driver meanwhile wait for its one load. One that cannot be loaded is not
 * tried for ever: whoever opens names in a loop must not keep the system busy.
 */
import type { Waitable } from '../../rtl/coroutines.ts';
import type { DriverConfiguration } from '../../rtl/driverconfiguration.ts';
import { RestartLimit } from '../../rtl/restarts.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { LdrNeeds } from './needs.ts';
import type { Ldr } from './types.ts';

/** Whether the name is that of a device of the driver, or one behind it. */
function isNameOf({ start, devices = [] }: DriverConfiguration, name: string): boolean {
  if (start !== 'demand' && start !== 'auto') return false;
  const small = name.toLowerCase();
  return devices.some((device) => {
    const other = device.toLowerCase();
    return small === other || small.startsWith(`${other}\\`);
  });
}

export function createDemand(
  { ke, cm }: LdrNeeds,
  load: (name: string) => Promise<number>,
  loadAuto: Ldr['loadAutoDrivers'],
): Ldr['demand'] {
  const underWay = new Map<string, Waitable>();
  const limits = new Map<string, RestartLimit>();

  async function loadOnce(name: string): Promise<number> {
    const limit = limits.get(name) ?? new RestartLimit();
    limits.set(name, limit);
    if (!limit.allows(ke.now())) return Status.STATUS_DRIVER_UNABLE_TO_LOAD;
    const over = ke.event();
    underWay.set(name, over);
    try {
      return await load(name);
    } finally {
      underWay.delete(name);
      over.set();
    }
  }

  return async (missing) => {
    const [name, entry] = cm.drivers().find(([, each]) => isNameOf(each, missing)) ?? [];
    if (name === undefined) return undefined;
    if (entry?.start === 'auto') return loadAuto();
    const other = underWay.get(name);
    if (other) {
      await other.wait();
      return Status.STATUS_SUCCESS;
    }
    const status = await loadOnce(name);
    return status === Status.STATUS_IMAGE_ALREADY_LOADED ? Status.STATUS_SUCCESS : status;
  };
}
