/**
 * What is left of a device's stack when its driver has gone, or has been asked to go.
 *
 *   clearStack(io, node)   what filters have above the PDO hears that the device is gone
 *   untilGone(io, node)    what was told so has gone: by itself, or after PATIENCE by force
 *
 * A stack is built from below, on nothing but the PDO. Whoever holds the node's lock calls these.
 */
import { IRP_MN_REMOVE_DEVICE, IRP_MN_SURPRISE_REMOVAL } from '../../../rtl/pnp.ts';
import { removeDevice, stackOf, topOf } from '../device/device.ts';
import type { IoContext } from '../context.ts';
import { ask, type DeviceNode } from './node.ts';

/** A driver completes REMOVE_DEVICE before it deletes its device. In microseconds. */
const PATIENCE = 1_000_000;

export async function clearStack(io: IoContext, node: DeviceNode): Promise<void> {
  if (topOf(node.pdo) === node.pdo) return;
  await ask(io, node, IRP_MN_SURPRISE_REMOVAL);
  await ask(io, node, IRP_MN_REMOVE_DEVICE);
  await untilGone(io, node);
}

export async function untilGone(io: IoContext, { pdo }: DeviceNode): Promise<void> {
  const { ke } = io.executive;
  const end = ke.now() + PATIENCE;
  while (pdo.upper && (await io.deviceGone.wait(end - ke.now())));
  for (const each of stackOf(pdo)) if (each !== pdo) removeDevice(io, each);
}
