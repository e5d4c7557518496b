/**
 * Driver objects: one for each driver process, \Driver\<name>.
 *
 * A driver's IRPs are in `queue` until it fetches them, then in `held` until it completes them:
 * each IRP is in exactly one of the two while it is pending. `dead` drivers get nothing more.
 */
import type { Waitable } from '../../rtl/coroutines.ts';
import { Status } from '../../rtl/status.ts';
import type { ObHeader, ObObject, ObType, Process } from '../executive.ts';
import type { Device } from './device.ts';
import type { Irp } from './irp.ts';
import type { IoContext } from './types.ts';

export const driverType: ObType = { name: 'Driver' };

export interface DriverObject extends ObObject {
  readonly header: ObHeader;
  readonly process: Process;
  readonly name: string;
  readonly counterName: string;
  readonly devices: Set<Device>;
  readonly queue: Irp[];
  readonly held: Map<number, Irp>;
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
  nextIrp: number;
}

/** The driver's object, with its name. Its counters of devices and IRPs start empty. */
export function attachDriver(io: IoContext, process: Process): DriverObject | undefined {
  const { ob, ke } = io.executive;
  if (!process.driver) return undefined;
  const { name, configuration } = process.driver;
  const driver: DriverObject = {
    header: ob.header(driverType),
    process,
    name,
    counterName: configuration.counterName,
    devices: new Set(),
    queue: [],
    held: new Map(),
    arrived: ke.event(true),
    initialised: ke.event(),
    initStatus: Status.STATUS_PENDING,
    waiting: false,
    rung: false,
    dead: false,
    nextIrp: 1,
  };
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
