/**
 * Loading and unloading drivers.
 *
 * NtLoadDriver makes a process of the driver's image and waits for the driver's first request for
 * packets, which says whether it
 * initialised. A driver is loaded at most once; after it died or was unloaded it may be loaded
 * again. One whose configuration says so is loaded again by itself when it dies (restart.ts).
 *
 *   createLdr(executive)   the component; registers NtLoadDriver and NtUnloadDriver
 */
import { SeLoadDriverPrivilege } from '../../rtl/security/constants.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { LdrNeeds } from './needs.ts';
import type { Ldr } from './types.ts';
import type { Process } from '../ps/types.ts';
import { lacksPrivilege } from '../se/privilege.ts';
import { createDemand } from './demand.ts';
import { DriverRestarts } from './restart.ts';
import { createAutoStart, loadDrivers } from './systemstart.ts';

const SUCCESS = Status.STATUS_SUCCESS;
/** What may stand before a driver's name, and behind it. */
const SERVICE_KEY = /^\\registry\\machine\\system\\currentcontrolset\\services\\/i;

/** `Fdc`, `fdc.sys` and the service key's path all name the driver `fdc`. */
export function driverName(name: string): string {
  return name
    .replace(SERVICE_KEY, '')
    .replace(/\.sys$/i, '')
    .toLowerCase();
}

export function createLdr(executive: LdrNeeds): Ldr {
  const { ke, ob, ps, options } = executive;
  /** Loaded, or being loaded (undefined). */
  const loaded = new Map<string, Process | undefined>();
  const restarts = new DriverRestarts(executive, loadDriver);

  async function start(name: string): Promise<number> {
    const configuration = executive.cm.driver(name);
    if (!configuration) return Status.STATUS_DLL_NOT_FOUND;
    const driver = { name, configuration };
    const parts = { image: configuration.image, kind: 'driver', driver } as const;
    const made = await ps.createProcess(parts, (process) => executive.io.attachDriver(process));
    const { process } = made;
    if (!process) return made.status;
    try {
      const initialised = await executive.io.driverInitialised(process, options.loadTimeout);
      const started = initialised === SUCCESS;
      const status = started ? await executive.io.driverLoaded(process) : initialised;
      if (status !== SUCCESS || process.state === 'ended') {
        ps.terminate(process, status);
        return status === SUCCESS ? process.exitStatus : status;
      }
      loaded.set(name, process);
      process.guardian = () => restarts.ended(name, configuration);
      return status;
    } finally {
      ob.dereference(process);
    }
  }

  function isLoaded(name: string): boolean {
    const process = loaded.get(name);
    return loaded.has(name) && process?.state !== 'ended';
  }

  async function loadDriver(service: string): Promise<number> {
    const name = driverName(service);
    if (isLoaded(name)) return Status.STATUS_IMAGE_ALREADY_LOADED;
    loaded.set(name, undefined);
    try {
      return await start(name);
    } finally {
      if (loaded.get(name) === undefined) loaded.delete(name);
    }
  }

  async function unloadDriver(service: string): Promise<number> {
    const name = driverName(service);
    const process = loaded.get(name);
    if (!process || process.state === 'ended') return Status.STATUS_OBJECT_NAME_NOT_FOUND;
    const status = await executive.io.prepareUnload(process);
    if (status !== SUCCESS) return status;
    process.guardian = undefined;
    ps.terminate(process, SUCCESS);
    if (loaded.get(name) === process) loaded.delete(name);
    return SUCCESS;
  }

  ke.register('NtLoadDriver', async (caller, { name }) => {
    return lacksPrivilege(caller, SeLoadDriverPrivilege) ?? { status: await loadDriver(name) };
  });
  ke.register('NtUnloadDriver', async (caller, { name }) => {
    return lacksPrivilege(caller, SeLoadDriverPrivilege) ?? { status: await unloadDriver(name) };
  });

  const loadAutoDrivers = createAutoStart(executive, loadDriver);
  return {
    loadDriver,
    unloadDriver,
    loadSystemDrivers: async () => void (await loadDrivers(executive, loadDriver, 'system')),
    loadAutoDrivers,
    demand: createDemand(executive, loadDriver, loadAutoDrivers),
    driverProcess: (service) => loaded.get(driverName(service)),
    get restarting() {
      return restarts.underWay;
    },
    restarted: (caller) => restarts.done(caller),
  };
}
