/**
 * SystemIrpInformation: the requests that drivers have and have not completed, by driver, in the
 * order in which they came.
 */
import type { IrpInformation } from '../../../rtl/snapshot.ts';
import type { DriverObject } from '../device/driver.ts';
import type { Irp, StackLocation } from '../request/irp.ts';
import type { IoContext } from '../context.ts';

type State = 'queued' | 'held' | 'passed down';

/** Most that one answer tells. */
const LIMIT = 256;

function describe(driver: DriverObject, irp: Irp, at: StackLocation, state: State, now: number) {
  return {
    driver: driver.name,
    id: at.id,
    major: irp.majorName,
    state,
    /** '' where the device has no name: a volume. */
    device: at.device.name,
    /** Locations of its stack that are in use. */
    depth: irp.stack.length,
    cancelled: irp.cancelled,
    /** Microseconds since the driver got it. */
    age: now - irp.since,
  };
}

function ofDriver(driver: DriverObject, now: number): IrpInformation[] {
  const queued = driver.queue.flatMap((notice) => (notice.kind === 'request' ? [notice.irp] : []));
  const rows: IrpInformation[] = [];
  const add = (irp: Irp, state: State): void => {
    const at = irp.stack.findLast(({ device }) => device.driver === driver);
    if (at) rows.push(describe(driver, irp, at, state, now));
  };
  for (const irp of driver.held.values()) add(irp, 'held');
  for (const irp of driver.passed.values()) add(irp, 'passed down');
  for (const irp of queued) add(irp, 'queued');
  return rows;
}

export function listIrps(io: IoContext): IrpInformation[] {
  const now = io.executive.ke.now();
  return [...io.drivers.values()].flatMap((driver) => ofDriver(driver, now)).slice(0, LIMIT);
}
