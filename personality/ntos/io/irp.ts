/**
 * IRPs: requests to drivers.
 *
 *   sendIrp(io, device, request)   queues it for the device's driver and returns it; never waits,
 *                                  never throws
 *   irp.wait()                     until it is completed; the status
 *   completeIrp(io, irp, ...)      by the driver's packet, its death, or a cancellation
 *
 * Every IRP is completed exactly once: by its driver, or because the driver died. A driver that
 * does not answer in time dies (watchdog.ts). Only reads of devices that wait for the world (a
 * terminal) may take for ever.
 */
import type { Waitable } from '../../rtl/coroutines.ts';
import {
  IRP_MJ_READ,
  type IrpParameters,
  type IrpResult,
  type MajorName,
  majorNames,
} from '../../rtl/irp.ts';
import { BELL_PACKETS } from '../../rtl/layout.ts';
import { DO_BUFFERED_IO } from '../../rtl/nt.ts';
import { Status } from '../../rtl/status.ts';
import type { IoTransferBuffer, Piece } from '../executive.ts';
import type { Device } from './device.ts';
import type { DriverObject } from './driver.ts';
import type { IoContext } from './types.ts';

/** Numbers of the major functions by name. */
const majors = Object.fromEntries(
  Object.entries(majorNames).map(([number, name]) => [name, Number(number)]),
) as Record<MajorName, number>;

export interface IrpOptions<M extends MajorName> {
  readonly major: M;
  readonly minor?: number;
  readonly flags?: number;
  readonly file?: number;
  readonly parameters: IrpParameters<M>;
  /** Direct I/O: the buffer. The caller keeps its pages until the IRP is completed. */
  readonly buffer?: readonly Piece[];
}

export class Irp<M extends MajorName = MajorName> {
  readonly device: Device;
  readonly id: number;
  readonly major: number;
  readonly majorName: M;
  readonly minor: number;
  readonly flags: number;
  readonly file: number;
  readonly parameters: IrpParameters<M>;
  readonly transfer: IoTransferBuffer | undefined;
  readonly done: Waitable;
  /** When it was queued, in microseconds. */
  readonly born: number;
  status: number = Status.STATUS_PENDING;
  information = 0;
  result: Partial<IrpResult<M>> = {};

  constructor(io: IoContext, device: Device, options: IrpOptions<M>) {
    this.device = device;
    this.id = device.driver.nextIrp++;
    this.majorName = options.major;
    this.major = majors[options.major];
    this.minor = options.minor ?? 0;
    this.flags = options.flags ?? 0;
    this.file = options.file ?? 0;
    this.parameters = options.parameters;
    this.done = io.executive.ke.event();
    this.born = io.executive.ke.now();
    const { buffer } = options;
    if (buffer)
      this.transfer = {
        pieces: buffer,
        length: buffer.reduce((sum, piece) => sum + piece.length, 0),
        toDevice: options.major === 'write',
      };
  }

  get driver(): DriverObject {
    return this.device.driver;
  }

  /** May be pending as long as the world likes. */
  get patient(): boolean {
    return this.major === IRP_MJ_READ && (this.device.flags & DO_BUFFERED_IO) !== 0;
  }

  async wait(): Promise<number> {
    await this.done.wait();
    return this.status;
  }
}

export function sendIrp<M extends MajorName>(
  io: IoContext,
  device: Device,
  options: IrpOptions<M>,
): Irp<M> {
  const irp = new Irp(io, device, options);
  const { driver } = irp;
  if (driver.dead || device.removed) {
    irp.status = Status.STATUS_DEVICE_REMOVED;
    irp.done.set();
    return irp;
  }
  if (device.parked) {
    irp.status = Status.STATUS_WRONG_VOLUME;
    irp.done.set();
    return irp;
  }
  driver.queue.push(irp as unknown as Irp);
  if (!irp.patient) {
    io.timed.add(irp as unknown as Irp);
    if (io.timed.size === 1) io.watch.set();
  }
  if (driver.waiting) driver.arrived.set();
  else if (!driver.rung) {
    driver.rung = true;
    driver.process.driver?.ring(BELL_PACKETS);
  }
  return irp;
}

/** Sends and waits. */
export async function callDriver<M extends MajorName>(
  io: IoContext,
  device: Device,
  options: IrpOptions<M>,
): Promise<Irp<M>> {
  const irp = sendIrp(io, device, options);
  await irp.done.wait();
  return irp;
}

/** The IRP is in neither the driver's queue nor among those it holds, from here on. */
export function completeIrp(
  io: IoContext,
  irp: Irp,
  status: number,
  information = 0,
  result: Irp['result'] = {},
): void {
  if (irp.done.signalled) return;
  // STATUS_PENDING is no answer.
  irp.status = status === Status.STATUS_PENDING ? Status.STATUS_UNSUCCESSFUL : status >>> 0;
  irp.information = information;
  irp.result = result;
  irp.device.progress = io.executive.ke.now();
  irp.driver.held.delete(irp.id);
  io.timed.delete(irp);
  irp.done.set();
}
