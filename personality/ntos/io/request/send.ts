/**
 * Sending IRPs: to the top of a device's stack, and from there down.
 *
 *   sendIrp(io, device, request)      queues it for the driver of the uppermost device and returns
 *                                     it; never waits, never throws
 *   callDriver(io, device, request, scope)   sends and waits; the IRP can be given up by `scope`
 *   passDown(io, irp, notify, next)   the driver of the current location passes it to the device
 *                                     below; `notify`: that driver hears of the outcome first
 */
import type { IrpParameters, MajorName } from '../../../rtl/irp.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { type Device, topOf } from '../device/device.ts';
import type { DriverObject } from '../device/driver.ts';
import { WATCHED_IRP } from '../../ex/watch.ts';
import type { IoContext } from '../context.ts';
import { cancelIrp } from './cancel.ts';
import { completeIrp } from './complete.ts';
import { Irp, type IrpOptions } from './irp.ts';
import { post } from './post.ts';
import type { CancelScope } from './scope.ts';
import { unlockUserBuffers } from './userbuffers.ts';
import { irpAt, irpMade, watchedId } from './watched.ts';

/** What the next device is asked for. */
export interface Target {
  readonly device: Device;
  readonly minor: number;
  readonly flags: number;
  readonly parameters: IrpParameters<MajorName>;
}

export function sendIrp<M extends MajorName>(
  io: IoContext,
  device: Device,
  options: IrpOptions<M>,
  requested = options.request ?? 0,
): Irp<M> {
  device.before?.(options);
  const irp = new Irp(io, options);
  if (irp.number !== 0) irpMade(io, irp as unknown as Irp, options, requested);
  const { minor = 0, flags = 0, parameters } = options;
  const first = options.exact ? device : topOf(device);
  enter(io, irp as unknown as Irp, { device: first, minor, flags, parameters });
  return irp;
}

export async function callDriver<M extends MajorName>(
  io: IoContext,
  device: Device,
  options: IrpOptions<M>,
  scope?: CancelScope,
): Promise<Irp<M>> {
  const irp = sendIrp(io, device, options, scope?.request ?? options.request);
  const cancel = (): void => cancelIrp(io, irp as unknown as Irp);
  scope?.add(cancel);
  await irp.done.wait();
  scope?.delete(cancel);
  return irp;
}

export function passDown(io: IoContext, irp: Irp, notify: boolean, next: Target): void {
  const { id, device } = irp.current!;
  device.driver.held.delete(id);
  // Who passes it on does not see the data any more; who hears of the outcome may map it again.
  const { process } = device.driver;
  if (process) {
    irp.mdl?.unmap(process);
    unlockUserBuffers(io, irp, process);
  }
  if (notify) device.driver.passed.set(id, irp);
  else irp.stack.pop();
  enter(io, irp, next);
}

/** The next device of the stack has it now. */
function enter(io: IoContext, irp: Irp, { device, minor, flags, parameters }: Target): void {
  const { driver } = device;
  const id = watchedId(driver, irp) ?? nextId(driver);
  irp.stack.push({ id, device, minor, flags, parameters });
  irp.state = 'queued';
  irp.since = io.executive.ke.now();
  if (irp.number !== 0) irpAt(io, irp, 'irp.passed');
  const refused = whyNot(device, irp);
  if (refused !== Status.STATUS_SUCCESS) {
    completeIrp(io, irp, refused);
    return;
  }
  if (device.handler) return device.handler(irp);
  if (!irp.patient) {
    io.timed.add(irp);
    if (io.timed.size === 1) io.watch.set();
  }
  post(driver, { kind: 'request', irp });
}

function whyNot(device: Device, irp: Irp): number {
  if (device.driver.dead || device.removed) return Status.STATUS_DEVICE_REMOVED;
  if (device.parked) return Status.STATUS_WRONG_VOLUME;
  return irp.cancelled ? Status.STATUS_CANCELLED : Status.STATUS_SUCCESS;
}

function nextId(driver: DriverObject): number {
  do driver.lastIrp = (driver.lastIrp + 1) % WATCHED_IRP;
  while (driver.lastIrp === 0 || driver.held.has(driver.lastIrp));
  return driver.lastIrp;
}
