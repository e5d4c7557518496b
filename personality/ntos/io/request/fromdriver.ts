/**
 * What a driver says: the packets that come up.
 *
 *   takePacket(io, driver, packet)   does what it says, as far as the driver may say so
 *
 * What comes from a driver is hostile. A completion of an IRP that it does not hold, or of another
 * major function, is passed over; an IRP goes down its own stack only, and what a driver makes
 * itself goes to a device that one of its own is attached to.
 */
import { IRP_MJ_DEVICE_CONTROL, IRP_MJ_FLUSH_BUFFERS, IRP_MJ_READ } from '../../../rtl/irp.ts';
import { IRP_MJ_WRITE } from '../../../rtl/irp.ts';
import { majorName, OWN_IRP, type Packet } from '../../../rtl/packets.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NtException } from '../../../rtl/status.ts';
import type { Mdl } from '../../mm/mdl.ts';
import type { Device } from '../device/device.ts';
import type { DriverObject } from '../device/driver.ts';
import type { IoContext } from '../context.ts';
import { cancelIrp } from './cancel.ts';
import { completeIrp } from './complete.ts';
import type { Irp } from './irp.ts';
import { post } from './post.ts';
import { passDown, sendIrp } from './send.ts';

/** IRPs of its own that a driver may have at a time. */
const OWN_LIMIT = 256;
/** What a driver may ask of the device below, outside of any request of others. */
const OWN_MAJORS = new Set<number>([
  IRP_MJ_READ,
  IRP_MJ_WRITE,
  IRP_MJ_FLUSH_BUFFERS,
  IRP_MJ_DEVICE_CONTROL,
]);

export function takePacket(io: IoContext, driver: DriverObject, packet: Packet): void {
  switch (packet.kind) {
    case 'done':
      return done(io, driver, packet);
    case 'call':
      return call(io, driver, packet);
    case 'new':
      return make(io, driver, packet);
    case 'cancel':
      return withdraw(io, driver, packet.id);
    case 'free':
      if (driver.process) io.executive.hal.freeChannel(driver.process, packet.adapter);
      return;
    case 'dirty':
      // A driver that names what it has not mapped harms nobody but itself.
      if (driver.process) io.markDirty(driver.process, packet);
      return;
    default:
      throw new NtException(Status.STATUS_INVALID_PARAMETER, 'a packet that goes down only');
  }
}

function held(driver: DriverObject, id: number, major: number): Irp | undefined {
  const irp = driver.held.get(id);
  return irp?.major === major ? irp : undefined;
}

function done(io: IoContext, driver: DriverObject, packet: Packet<'done'>): void {
  const irp = held(driver, packet.id, packet.major);
  if (irp) completeIrp(io, irp, packet.status, packet.information, packet.result);
}

/**
 * The next device of the stack that belongs to somebody else, and the id by which the driver knows
 * it: the one that it was given when it attached, though other filters may have gone since.
 */
function belowDriver(device: Device): { device: Device; named: number } | undefined {
  let above = device;
  while (above.lower?.driver === device.driver) above = above.lower;
  return above.lower && { device: above.lower, named: above.attachedTo };
}

function call(io: IoContext, driver: DriverObject, packet: Packet<'call'>): void {
  const irp = held(driver, packet.id, packet.major);
  if (!irp) return;
  const below = belowDriver(irp.current!.device);
  if (below?.named !== packet.device) {
    completeIrp(io, irp, Status.STATUS_INVALID_DEVICE_REQUEST);
    return;
  }
  const { minor, flags, parameters, notify } = packet;
  passDown(io, irp, notify, { device: below.device, minor, flags, parameters });
}

function make(io: IoContext, driver: DriverObject, packet: Packet<'new'>): void {
  const { id, major, minor, flags, parameters } = packet;
  const { process } = driver;
  if (!process || id < OWN_IRP || driver.own.has(id)) return;
  const below = [...driver.devices]
    .map(belowDriver)
    .find((each) => each?.named === packet.device)?.device;
  const refuse = (status: number): void =>
    post(driver, { kind: 'lowerDone', id, irp: { major, status, information: 0, result: {} } });
  if (!below) return refuse(Status.STATUS_NO_SUCH_DEVICE);
  if (!OWN_MAJORS.has(major)) return refuse(Status.STATUS_INVALID_DEVICE_REQUEST);
  if (driver.own.size >= OWN_LIMIT) return refuse(Status.STATUS_INSUFFICIENT_RESOURCES);
  const buffer = packet.buffer === 0 ? undefined : io.executive.mm.ownMdl(process, packet.buffer);
  if (packet.buffer !== 0 && !fits(buffer, packet)) return refuse(Status.STATUS_INVALID_PARAMETER);
  const irp = sendIrp(io, below, {
    exact: true,
    major: majorName(major),
    minor,
    flags,
    parameters,
    ...(buffer && { mdl: narrowed(buffer, packet) }),
    onDone(outcome) {
      driver.own.delete(id);
      if (!driver.dead) post(driver, { kind: 'lowerDone', id, irp: outcome });
    },
  });
  if (irp.state !== 'done') driver.own.set(id, irp);
}

function lengthOf({ parameters }: Packet<'new'>): number {
  return (parameters as { length?: number }).length ?? 0;
}

/** Whether the transfer lies in the driver's own MDL, which may be used so. */
function fits(buffer: Mdl | undefined, packet: Packet<'new'>): boolean {
  const toDevice = packet.major === IRP_MJ_WRITE;
  if (packet.major !== IRP_MJ_READ && !toDevice) return false;
  return !!buffer?.allows(toDevice) && packet.at + lengthOf(packet) <= buffer.byteCount;
}

/** Whoever holds the request may do with the data what the request is for. */
function narrowed(buffer: Mdl, packet: Packet<'new'>): Mdl {
  const direction = packet.major === IRP_MJ_WRITE ? 'toDevice' : 'fromDevice';
  return buffer.partial(packet.at, lengthOf(packet), direction);
}

function withdraw(io: IoContext, driver: DriverObject, id: number): void {
  const irp = driver.own.get(id);
  if (irp) cancelIrp(io, irp);
}
