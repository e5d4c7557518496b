/**
 * Driver objects: one for each driver process, \Driver\<name>.
 *
 * Packets for a driver are in `queue` until it fetches them. An IRP is then in `held` until the
 * driver completes it or passes it down, and in `passed` while it is below and the driver waits to
 * hear of it. `dead` drivers get nothing more.
 */
import type { Waitable } from '../../../rtl/coroutines.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import type { ObHeader, ObObject, ObType } from '../../ob/types.ts';
import type { Process } from '../../ps/types.ts';
import type { Device } from './device.ts';
import { newDevice } from './device.ts';
import type { Irp } from '../request/irp.ts';
import type { IoContext } from '../context.ts';

export const driverType: ObType = { name: 'Driver' };

/** What a packet to a driver is made of when it is fetched. */
export type Notice =
  | { readonly kind: 'request'; readonly irp: Irp }
  | { readonly kind: 'cancel'; readonly id: number }
  | {
      readonly kind: 'lowerDone';
      readonly id: number;
      readonly irp: Pick<Irp, 'major' | 'status' | 'information' | 'result'>;
    };

export interface DriverObject extends ObObject {
  readonly header: ObHeader;
  /** Undefined: it is a part of the Executive. */
  readonly process: Process | undefined;
  readonly name: string;
  readonly counterName: string;
  readonly devices: Set<Device>;
  /** Stands for the driver where it is asked as a whole: AddDevice, Unload. Its id is 0. */
  readonly self: Device;
  readonly queue: Notice[];
  readonly held: Map<number, Irp>;
  readonly passed: Map<number, Irp>;
  /** IRPs that it has made itself, by its own ids. */
  readonly own: Map<number, Irp>;
  /** Auto-reset: something is in the queue, or the driver is to stop waiting. */
  readonly arrived: Waitable;
  /** Set with the first WdmRequestIoPackets, or the driver's death. */
  readonly initialised: Waitable;
  initStatus: number;
  /** It waits in WdmRequestIoPackets. */
  waiting: boolean;
  /** Its doorbell has rung since it last came. */
  rung: boolean;
  dead: boolean;
  /** Id of the last IRP that it was given. */
  lastIrp: number;
}

/** Known to nobody yet; `process` is undefined for a part of the Executive. */
export function newDriver(
  io: IoContext,
  name: string,
  counterName: string,
  process?: Process,
): DriverObject {
  const { ob, ke } = io.executive;
  const header = ob.header(driverType);
  const parts: Omit<DriverObject, 'self'> = {
    header,
    process,
    name,
    counterName,
    devices: new Set(),
    queue: [],
    held: new Map(),
    passed: new Map(),
    own: new Map(),
    arrived: ke.event(true),
    initialised: ke.event(),
    initStatus: Status.STATUS_PENDING,
    waiting: false,
    rung: false,
    dead: false,
    lastIrp: 0,
  };
  const driver = parts as { -readonly [K in keyof DriverObject]: DriverObject[K] };
  driver.self = newDevice(io, driver, header, {
    id: 0,
    name: '',
    type: 0,
    flags: 0,
    sectorSize: 0,
  });
  return driver;
}

/** The driver's object, with its name. Its counters of devices and IRPs start empty. */
export function attachDriver(io: IoContext, process: Process): DriverObject | undefined {
  const { ob, ke } = io.executive;
  if (!process.driver) return undefined;
  const { name, configuration } = process.driver;
  const driver = newDriver(io, name, configuration.counterName, process);
  ob.reference(driver);
  const status = ob.insert(`\\Driver\\${name}`, driver, true);
  if (status !== Status.STATUS_SUCCESS) ke.log(`driver ${name} has no name: ${status}`);
  io.drivers.set(process, driver);
  return driver;
}

/** Status of the first WdmRequestIoPackets; STATUS_IO_TIMEOUT after `timeout` microseconds. */
export async function driverInitialised(
  io: IoContext,
  process: Process,
  timeout: number,
): Promise<number> {
  const driver = io.drivers.get(process);
  if (!driver) return Status.STATUS_DRIVER_PROCESS_TERMINATED;
  const came = await driver.initialised.wait(timeout);
  if (driver.dead) return Status.STATUS_DRIVER_PROCESS_TERMINATED;
  return came ? driver.initStatus : Status.STATUS_IO_TIMEOUT;
}
