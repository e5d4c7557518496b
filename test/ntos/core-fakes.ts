/** Stand-ins for io and cc, where what surrounds them is under test. */
import type { Cc } from '../../personality/ntos/cc/component.ts';
import type { Io } from '../../personality/ntos/io/types.ts';
import type { ExecutiveOptions } from '../../personality/ntos/options.ts';
import type { Process } from '../../personality/ntos/ps/types.ts';
import type { Mdl } from '../../personality/ntos/mm/mdl.ts';
import { idleDrivers } from '../support/idle-drivers.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';

/** What the stand-in io saw and what it answers. */
export interface FakeIo {
  readonly attached: Process[];
  readonly died: { process: Process; status: number }[];
  readonly buffers: Map<number, Mdl>;
  initialised: number;
  unload: number;
}

export function fakeIo(seen: FakeIo): Io {
  return {
    initialize() {},
    attachDriver(process) {
      seen.attached.push(process);
      return Status.STATUS_SUCCESS;
    },
    driverInitialised: async () => seen.initialised,
    driverLoaded: async () => Status.STATUS_SUCCESS,
    devices: () => [],
    device: async () => Status.STATUS_NO_SUCH_DEVICE,
    prepareUnload: async () => seen.unload,
    driverDied: (process, status) => void seen.died.push({ process, status }),
    findMdl: (_process, id) => seen.buffers.get(id),
    sectionOver: async () => ({ status: Status.STATUS_INVALID_FILE_FOR_SECTION }),
    shutdown: async () => Status.STATUS_SUCCESS,
    driverInformation: () => ({ devices: [], pending: 0 }),
    volumes: () => [],
    irps: () => [],
    snapshot: () => ({
      devices: [],
      irps: [],
      cache: { limit: 0, count: 0, dirty: 0, volumes: [] },
    }),
    volumeCache: () => undefined,
    purgeFile: () => Status.STATUS_SUCCESS,
    setFileSizes: () => Status.STATUS_SUCCESS,
    lostWrite() {},
    askDevice: async () => ({ status: Status.STATUS_NO_SUCH_DEVICE }),
    readWholeFile: async () => ({ status: Status.STATUS_NO_SUCH_FILE }),
    writeWholeFile: async () => Status.STATUS_NO_SUCH_FILE,
  };
}

export const fakeCc = {
  initialize() {},
  releasePages: () => 0,
  processEnded() {},
} as unknown as Cc;

export const defaults: ExecutiveOptions = {
  bootImages: ['smss.exe'],
  criticalImages: [],
  hostImages: [],
  irpTimeout: 1_000_000,
  loadTimeout: 5_000_000,
  dmaTimeout: 200_000,
  drivers: idleDrivers,
  cachePages: 64,
};
