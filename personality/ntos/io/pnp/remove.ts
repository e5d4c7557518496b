/**
 * Devices that stop, and devices that go.
 *
 *   stopNode(io, node), restartNode(io, node)   QUERY_STOP and STOP; START again
 *   removeNode(io, node)   asks all of the subtree (QUERY_REMOVE), and removes it if nobody objects
 *   loseNode(io, node)     it is gone already: SURPRISE_REMOVAL, then REMOVE when nothing is open
 *   dropDriver(io, driver) its process has ended
 */
import * as pnp from '../../../rtl/pnp.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import { stackOf, topOf } from '../device/device.ts';
import type { DriverObject } from '../device/driver.ts';
import type { IoContext } from '../context.ts';
import { clearStack, untilGone } from './clear.ts';
import { disableInterfaces } from './interfaces.ts';
import { ask, type DeviceNode, subtree } from './node.ts';
import { forget, start, takeBack } from './start.ts';

export async function stopNode(io: IoContext, node: DeviceNode): Promise<number> {
  return node.lock.run(async () => {
    if (node.state !== 'started') return Status.STATUS_INVALID_DEVICE_STATE;
    const { status } = await ask(io, node, pnp.IRP_MN_QUERY_STOP_DEVICE);
    if (!NT_SUCCESS(status)) {
      await ask(io, node, pnp.IRP_MN_CANCEL_STOP_DEVICE);
      return status;
    }
    await ask(io, node, pnp.IRP_MN_STOP_DEVICE);
    node.state = 'stopped';
    return status;
  });
}

export async function restartNode(io: IoContext, node: DeviceNode): Promise<number> {
  return node.lock.run(async () => {
    if (node.state !== 'stopped') return Status.STATUS_INVALID_DEVICE_STATE;
    const status = await start(io, node);
    if (NT_SUCCESS(status)) node.state = 'started';
    return status;
  });
}

export async function removeNode(io: IoContext, node: DeviceNode): Promise<number> {
  const leaving = subtree(node).filter(({ state }) => state === 'started' || state === 'stopped');
  const asked: DeviceNode[] = [];
  for (const each of leaving) {
    asked.push(each);
    const status = isUsed(io, each)
      ? Status.STATUS_DEVICE_BUSY
      : (await ask(io, each, pnp.IRP_MN_QUERY_REMOVE_DEVICE)).status;
    if (NT_SUCCESS(status)) continue;
    for (const one of asked.reverse()) await ask(io, one, pnp.IRP_MN_CANCEL_REMOVE_DEVICE);
    return status;
  }
  for (const each of leaving) await remove(io, each);
  return Status.STATUS_SUCCESS;
}

async function remove(io: IoContext, node: DeviceNode): Promise<void> {
  await node.lock.run(async () => {
    disableInterfaces(io, node);
    await ask(io, node, pnp.IRP_MN_REMOVE_DEVICE);
    await untilGone(io, node);
    takeBack(io, node);
    node.state = 'removed';
  });
}

/** Something is open in its stack, or a volume is on a disk of its drivers. */
function isUsed(io: IoContext, node: DeviceNode): boolean {
  const stack = stackOf(node.pdo);
  for (const file of io.files) if (stack.includes(file.device)) return true;
  return stack.some(({ driver }) =>
    [...driver.devices].some(({ volume, waiting }) => volume !== undefined || waiting.size > 0),
  );
}

export async function loseNode(io: IoContext, node: DeviceNode): Promise<void> {
  for (const each of subtree(node)) await lose(io, each);
}

async function lose(io: IoContext, node: DeviceNode): Promise<void> {
  await node.lock.run(async () => {
    disableInterfaces(io, node);
    if (node.state === 'started' || node.state === 'stopped') {
      node.state = 'surprise';
      await ask(io, node, pnp.IRP_MN_SURPRISE_REMOVAL);
      takeBack(io, node);
      await untilClosed(io, node);
      await ask(io, node, pnp.IRP_MN_REMOVE_DEVICE);
    }
    discard(io, node);
  });
}

/** Handles stay as long as programs keep them; what they ask fails by the driver's own doing. */
async function untilClosed(io: IoContext, node: DeviceNode): Promise<void> {
  const stack = [...stackOf(node.pdo), ...(node.top ? stackOf(node.top) : [])];
  while ([...io.files].some((file) => stack.includes(file.device))) await io.fileClosed.wait();
}

/** The node goes; its bus's driver deletes the PDO when it likes. */
function discard(io: IoContext, node: DeviceNode): void {
  takeBack(io, node);
  node.state = 'removed';
  node.parent?.children.delete(node);
  io.pnp.nodes.delete(node.instance.toUpperCase());
  node.pdo.node = undefined;
}

/** Unless a successor is there by then: it has found the stack clear. */
async function leaveNothing(io: IoContext, node: DeviceNode): Promise<void> {
  // The devices of the driver are still to go.
  await undefined;
  await node.lock.run(async () => {
    if (node.state === 'added' && !node.pdo.removed) await clearStack(io, node);
  });
}

/**
 * Before its devices are removed. What it served may be served again; what its buses told of is
 * not there any more.
 */
export function dropDriver(io: IoContext, driver: DriverObject): void {
  if (driver.process) io.pnp.claims.release(driver.process);
  io.pnp.listeners.delete(driver);
  for (const node of [...io.pnp.nodes.values()]) {
    if (node.service === driver.name && node.state !== 'surprise') {
      forget(io, node);
      // Filters of the registry that stood around the driver's device.
      io.executive.ke.spawn('a stack without its driver', () => leaveNothing(io, node));
    }
    if (node.pdo.driver !== driver) continue;
    // Its stack stands on nothing now, and is told.
    const top = topOf(node.pdo);
    if (top.driver !== driver) node.top = top;
    io.executive.ke.spawn('a bus is gone', () => loseNode(io, node));
  }
}
