/**
 * The PnP manager: which devices there are, which drivers serve them, and in what state they are.
 *
 * Rooms below it are devices and requests. Files: node (the tree), claims (hardware), root and
 * children (where devices come from), filters, start, remove, power, interfaces.
 *
 *   createPnp(io, deviceType)      its state
 *   driverLoaded(io, process)      a driver has initialised: its devices are started. The status of
 *                                  the best of them; STATUS_SUCCESS where it has none
 *   driverLeaves(io, driver)       it is to be unloaded: its devices are removed, if nobody objects
 */
import * as pnp from '../../../rtl/pnp.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { describeStatus, NT_SUCCESS } from '../../../rtl/status.ts';
import type { ObType } from '../../ob/types.ts';
import type { Process } from '../../ps/types.ts';
import { type DriverObject, newDriver } from '../device/driver.ts';
import type { IoContext } from '../context.ts';
import { callDriver } from '../request/send.ts';
import { Mutex } from '../../cc/lock.ts';
import { addUpperFilters, filterLoaded, lacksLower } from './filters.ts';
import { Claims } from './claims.ts';
import { enumerate } from './children.ts';
import { type DeviceNode, nodesOf, type PnpState, pnpParameters } from './node.ts';
import { removeNode } from './remove.ts';
import { rootNodes } from './root.ts';
import { driverOf, startNode } from './start.ts';

export function createPnp(io: IoContext, deviceType: ObType): PnpState {
  const manager = newDriver(io, 'PnpManager', 'pnp');
  const { ob } = io.executive;
  ob.reference(manager);
  ob.insert('\\Driver\\PnpManager', manager, true);
  return {
    nodes: new Map(),
    claims: new Claims(),
    interfaces: new Map(),
    listeners: new Map(),
    manager,
    deviceType,
    filtering: new Mutex(() => io.executive.ke.event()),
    nextName: 1,
  };
}

export async function driverLoaded(io: IoContext, process: Process): Promise<number> {
  if (!process.driver) return Status.STATUS_SUCCESS;
  const { name, configuration } = process.driver;
  rootNodes(io, name, configuration.rootDevices ?? []);
  const nodes = nodesOf(io, name);
  let best: number | undefined;
  for (const node of nodes) {
    // Removed before, or started by a process that has ended just then.
    if (node.state !== 'surprise' && node.owner !== process) node.state = 'added';
    const status = await startNode(io, node);
    if (best === undefined || NT_SUCCESS(status)) best = status;
    if (NT_SUCCESS(status)) await enumerate(io, node);
  }
  const driver = io.drivers.get(process);
  if (driver && (best === undefined || NT_SUCCESS(best))) {
    await addUpperFilters(io, driver);
    await filterLoaded(io, driver);
    for (const node of [...io.pnp.nodes.values()])
      if (node.state === 'started' && lacksLower(io, node, driver)) await rebuild(io, node);
  }
  return best ?? Status.STATUS_SUCCESS;
}

/**
 * A lower filter has come late, or again: nothing gets below a device that is there, so its stack
 * is taken down and built anew. One that is in use stays as it is, until it is started anew.
 */
async function rebuild(io: IoContext, node: DeviceNode): Promise<void> {
  const driver = driverOf(io, node);
  let status = driver ? await removeNode(io, node) : Status.STATUS_NO_SUCH_DEVICE;
  if (NT_SUCCESS(status)) {
    node.state = 'added';
    status = await startNode(io, node);
    if (NT_SUCCESS(status)) await enumerate(io, node);
    if (driver) await addUpperFilters(io, driver);
  }
  if (!NT_SUCCESS(status))
    io.executive.ke.log(`${node.instance} lacks its lower filter: ${describeStatus(status)}`);
}

export async function driverLeaves(io: IoContext, driver: DriverObject): Promise<number> {
  for (const node of nodesOf(io, driver.name).reverse()) {
    if (node.state !== 'started' && node.state !== 'stopped') continue;
    const status = await removeNode(io, node);
    if (!NT_SUCCESS(status)) return status;
  }
  return Status.STATUS_SUCCESS;
}

/** Its DriverUnload, if it has one. */
export async function callUnload(io: IoContext, driver: DriverObject): Promise<void> {
  await callDriver(io, driver.self, {
    major: 'pnp',
    minor: pnp.IRP_MN_UNLOAD_DRIVER,
    exact: true,
    parameters: pnpParameters({}),
  });
}
