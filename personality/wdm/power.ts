/**
 * Power: IRP_MJ_POWER, as a driver meets it.
 *
 * The Executive sends QUERY_POWER and SET_POWER with a device's state (PowerDeviceD0 ... D3 of
 * rtl/pnp.ts) to the top of a stack, one at a time for each device. Going up, a driver lets the
 * devices below come first (a completion routine, or IoForwardIrpSynchronously); going down, it
 * goes first and then passes the IRP on. System states are not sent: the Executive decides for all.
 */
import { IRP_MJ_POWER } from '../rtl/irp.ts';
import { NT_SUCCESS } from '../rtl/status.ts';
import { IoCallDriver } from './stack.ts';
import type { DeviceObject, Irp, NTSTATUS } from './types.ts';

/** As IoCallDriver. */
export function PoCallDriver(device: DeviceObject, irp: Irp): Promise<NTSTATUS> {
  return IoCallDriver(device, irp);
}

/**
 * The next power IRP comes when this one is completed, as in Windows since 6.0, whether or not a
 * driver calls this: it checks only that the IRP is one.
 */
export function PoStartNextPowerIrp(irp: Irp): void {
  if (irp.majorFunction !== IRP_MJ_POWER) throw new Error('PoStartNextPowerIrp of another IRP');
}

/** Remembers the device's state; the one before. */
export function PoSetPowerState(device: DeviceObject, state: number): number {
  const before = device.powerState;
  device.powerState = state;
  return before;
}

/** REQUEST_POWER_COMPLETE: the stack is done with the IRP. Must not wait. */
export type PowerCompletion<C = unknown> = (
  device: DeviceObject,
  minor: number,
  state: number,
  context: C,
  status: NTSTATUS,
) => void;

/**
 * Has the Executive send IRP_MJ_POWER to the stack of the driver's own device. STATUS_SUCCESS: it
 * will be sent, and `completion` is called when all devices are done with it.
 */
export async function PoRequestPowerIrp<C>(
  device: DeviceObject,
  minor: number,
  state: number,
  completion?: PowerCompletion<C>,
  context?: C,
): Promise<NTSTATUS> {
  const { runtime } = device.driverObject;
  const { powerRequests } = runtime;
  const request = completion ? ++runtime.lastPowerRequest : 0;
  if (completion)
    powerRequests.set(request, (status) => completion(device, minor, state, context as C, status));
  const input = { device: device.id, minor, state, request };
  const { status } = await runtime.service('WdmRequestPowerIrp', input);
  if (!NT_SUCCESS(status)) powerRequests.delete(request);
  return status;
}
