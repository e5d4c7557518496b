/**
 * Device interfaces: names by which programs find a kind of device, whoever made it.
 *
 * An interface is a class (a GUID) and a device. While it is enabled, a symbolic link below \??\
 * leads to the device's PDO, whose stack gets what is opened there.
 *
 *   registerInterface(io, process, ...)   WdmRegisterDeviceInterface
 *   setInterface(io, process, ...)        WdmSetDeviceInterfaceState
 *   listen(io, process, guid)     WdmRegisterNotification
 *   disableInterfaces(io, node)   its device is no more
 */
import { IRP_MN_NOTIFY_INTERFACE } from '../../../rtl/pnp.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import type { Process } from '../../ps/types.ts';
import { SymbolicLink } from '../../ob/symlink.ts';
import { bottomOf, stackOf } from '../device/device.ts';
import type { IoContext } from '../context.ts';
import { sendIrp } from '../request/send.ts';
import { type DeviceInterface, type DeviceNode, pnpParameters } from './node.ts';

const GUID = /^\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/i;
const REFERENCE = /^[^\\/\0]{0,64}$/;
/** Of one device. */
const LIMIT = 16;

/** The node in whose stack the driver has a device of that number, or has been told of. */
export function nodeFor(io: IoContext, process: Process, id: number): DeviceNode | undefined {
  const device = io.devices.get(id);
  const node = device && bottomOf(device).node;
  const driver = io.drivers.get(process);
  if (!node || !driver) return undefined;
  const own = stackOf(node.pdo).some((each) => each.driver === driver);
  return own || node.service === driver.name ? node : undefined;
}

export function registerInterface(
  io: IoContext,
  process: Process,
  input: { device: number; guid: string; reference: string },
): { status: number; link?: string } {
  const { device, guid, reference } = input;
  const node = nodeFor(io, process, device);
  if (!node) return { status: Status.STATUS_INVALID_DEVICE_REQUEST };
  if (!GUID.test(guid) || !REFERENCE.test(reference))
    return { status: Status.STATUS_INVALID_PARAMETER };
  const name = `\\??\\${node.instance.replaceAll('\\', '#')}#${guid.toLowerCase()}`;
  const link = reference === '' ? name : `${name}#${reference}`;
  if (!io.pnp.interfaces.has(link)) {
    if (node.interfaces.size >= LIMIT) return { status: Status.STATUS_INSUFFICIENT_RESOURCES };
    const made: DeviceInterface = { link, guid: guid.toLowerCase(), node, object: undefined };
    io.pnp.interfaces.set(link, made);
    node.interfaces.add(made);
  }
  return { status: Status.STATUS_SUCCESS, link };
}

export function setInterface(
  io: IoContext,
  process: Process,
  { link, enable }: { link: string; enable: boolean },
): number {
  const found = io.pnp.interfaces.get(link);
  if (!found || nodeFor(io, process, found.node.pdo.id) !== found.node)
    return Status.STATUS_OBJECT_NAME_NOT_FOUND;
  if ((found.object !== undefined) === enable)
    return enable ? Status.STATUS_OBJECT_NAME_EXISTS : Status.STATUS_OBJECT_NAME_NOT_FOUND;
  return change(io, found, enable);
}

function change(io: IoContext, which: DeviceInterface, enable: boolean): number {
  const { ob } = io.executive;
  if (enable) {
    const object = new SymbolicLink(which.node.pdo.name);
    const status = ob.insert(which.link, object, true);
    if (status !== Status.STATUS_SUCCESS) return status;
    which.object = object;
  } else if (which.object) {
    ob.remove(which.object);
    which.object = undefined;
  }
  notify(io, which, enable);
  return Status.STATUS_SUCCESS;
}

/** Drivers that have asked for it hear of it; nobody waits for them. */
function notify(io: IoContext, { guid, link }: DeviceInterface, enable: boolean): void {
  for (const [driver, guids] of io.pnp.listeners) {
    if (!guids.has(guid) || driver.dead) continue;
    sendIrp(io, driver.self, {
      major: 'pnp',
      minor: IRP_MN_NOTIFY_INTERFACE,
      exact: true,
      parameters: pnpParameters({ type: enable ? 1 : 0, text: link }),
    });
  }
}

/** WdmRegisterNotification: from now on the driver hears of interfaces of that class. */
export function listen(io: IoContext, process: Process, guid: string): number {
  const driver = io.drivers.get(process);
  if (!driver || !GUID.test(guid)) return Status.STATUS_INVALID_PARAMETER;
  const guids = io.pnp.listeners.get(driver) ?? new Set();
  if (guids.size >= LIMIT) return Status.STATUS_INSUFFICIENT_RESOURCES;
  io.pnp.listeners.set(driver, guids.add(guid.toLowerCase()));
  return Status.STATUS_SUCCESS;
}

export function disableInterfaces(io: IoContext, node: DeviceNode): void {
  for (const each of node.interfaces) {
    if (each.object) change(io, each, false);
    io.pnp.interfaces.delete(each.link);
  }
  node.interfaces.clear();
}
