/**
 * Bringing a device up: its driver is told of it (AddDevice), it is given its hardware
 * (START_DEVICE), and it is asked for the devices behind it.
 *
 *   startNode(io, node)       the status; the node says why it was not started
 *   forget(io, node)          its driver is gone: the hardware is free, it may be added again
 */
import * as pnp from '../../../rtl/pnp.ts';
import { encodeResources, toDescriptors } from '../../../rtl/resources.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { describeStatus, NT_SUCCESS } from '../../../rtl/status.ts';
import type { DriverObject } from '../device/driver.ts';
import type { IoContext } from '../context.ts';
import { clearStack, untilGone } from './clear.ts';
import { addLowerFilters, loadedDriver, tellOfDevice } from './filters.ts';
import { disableInterfaces } from './interfaces.ts';
import { ask, type DeviceNode } from './node.ts';

/** The loaded driver that serves the node. */
export function driverOf(io: IoContext, { service }: DeviceNode): DriverObject | undefined {
  return service === undefined ? undefined : loadedDriver(io, service);
}

export async function startNode(io: IoContext, node: DeviceNode): Promise<number> {
  if (node.state === 'started') return Status.STATUS_SUCCESS;
  await node.lock.run(async () => {
    if (node.state !== 'added' && node.state !== 'failed') return;
    node.problem = await bringUp(io, node);
    node.state = NT_SUCCESS(node.problem) ? 'started' : 'failed';
  });
  return node.problem;
}

async function bringUp(io: IoContext, node: DeviceNode): Promise<number> {
  const { ke } = io.executive;
  const driver = driverOf(io, node);
  if (!driver) return startRaw(io, node);
  // What was left above a predecessor has gone when this is its turn.
  await io.pnp.filtering.run(() => Promise.resolve());
  await clearStack(io, node);
  await addLowerFilters(io, node);
  const added = await tellOfDevice(io, driver, node.pdo, node.instance);
  if (!NT_SUCCESS(added)) return added;
  const given = give(io, driver, node);
  const status = NT_SUCCESS(given) ? await start(io, node) : given;
  if (NT_SUCCESS(status)) return status;
  ke.log(`${node.instance} was not started: ${describeStatus(status)}`);
  await ask(io, node, pnp.IRP_MN_REMOVE_DEVICE);
  await untilGone(io, node);
  forget(io, node);
  return status;
}

/** What its bus's driver made is all there is of it. */
async function startRaw(io: IoContext, node: DeviceNode): Promise<number> {
  const raw = (node.capabilities & pnp.DEVICE_CAPABILITY_RAW_DEVICE) !== 0;
  if (!raw || node.service !== undefined) return Status.STATUS_NO_SUCH_DEVICE;
  const given = give(io, node.pdo.driver, node);
  const status = NT_SUCCESS(given) ? await start(io, node) : given;
  if (!NT_SUCCESS(status)) forget(io, node);
  return status;
}

/** All of the device's hardware, unless somebody has a part of it. */
function give(io: IoContext, driver: DriverObject, node: DeviceNode): number {
  if (!io.pnp.claims.claim(node, node.hardware)) return Status.STATUS_CONFLICTING_ADDRESSES;
  node.owner = driver.process;
  driver.process?.driver?.assigned.add(node.hardware);
  return Status.STATUS_SUCCESS;
}

/** START_DEVICE. There is no bridge between a bus here and the processor: raw is translated. */
export async function start(io: IoContext, node: DeviceNode): Promise<number> {
  const resources = encodeResources(toDescriptors(node.hardware));
  const irp = await ask(io, node, pnp.IRP_MN_START_DEVICE, { resources, translated: resources });
  if (NT_SUCCESS(irp.status)) node.power = pnp.PowerDeviceD0;
  return irp.status;
}

/** What it was given is taken from its driver: the capabilities too. */
export function takeBack(io: IoContext, node: DeviceNode): void {
  const { owner, hardware } = node;
  io.pnp.claims.release(node);
  node.owner = undefined;
  if (!owner?.driver?.assigned.delete(hardware)) return;
  if (owner.state !== 'ended') io.executive.hal.revoke(owner, hardware);
}

export function forget(io: IoContext, node: DeviceNode): void {
  disableInterfaces(io, node);
  takeBack(io, node);
  if (node.state !== 'removed') node.state = 'added';
}
