/**
 * The tree of devices: what buses have told of.
 *
 * A node stands for a device that is there, whether it has a driver or not. Its physical device
 * object (PDO) is its bus's; above it stands the stack of the driver that serves it. Nodes of the
 * root have no bus: their devices are in the drivers' registry entries (root.ts).
 *
 *   nodesOf(io, service)   those that a driver serves
 *   subtree(node)          children before their parents: the order in which devices go
 *   ask(io, node, minor, parameters)   IRP_MJ_PNP, to the top of its stack
 */
import { type DeviceState, PowerDeviceD0 } from '../../../rtl/pnp.ts';
import { type Hardware } from '../../../rtl/resources.ts';
import type { IrpParameters } from '../../../rtl/irp.ts';
import type { ObType } from '../../ob/types.ts';
import type { Process } from '../../ps/types.ts';
import type { SymbolicLink } from '../../ob/symlink.ts';
import { Mutex } from '../../cc/lock.ts';
import type { Device } from '../device/device.ts';
import type { DriverObject } from '../device/driver.ts';
import type { IoContext } from '../context.ts';
import { callDriver } from '../request/send.ts';
import type { Irp } from '../request/irp.ts';
import type { Claims } from './claims.ts';

export interface DeviceInterface {
  /** Below \??\. */
  readonly link: string;
  readonly guid: string;
  readonly node: DeviceNode;
  /** Its link, while it is enabled. */
  object: SymbolicLink | undefined;
}

export interface DeviceNode {
  readonly pdo: Device;
  /** The top of the stack, where the PDO has gone from under it. */
  top: Device | undefined;
  readonly parent: DeviceNode | undefined;
  readonly children: Set<DeviceNode>;
  /** `ROOT\PNP0501\0`: no other device has it. */
  readonly instance: string;
  readonly hardwareIds: readonly string[];
  /** What it needs, and is given all of, or nothing. */
  readonly hardware: Hardware;
  /** DEVICE_CAPABILITY_*, as its bus says. */
  readonly capabilities: number;
  /** The driver that serves it; undefined: there is none for it. */
  readonly service: string | undefined;
  state: DeviceState;
  /** Why it was not started; STATUS_SUCCESS. */
  problem: number;
  /** PowerDevice* */
  power: number;
  /** The process that its hardware was given to. */
  owner: Process | undefined;
  readonly interfaces: Set<DeviceInterface>;
  /** Held by whoever starts, stops or removes it. */
  readonly lock: Mutex;
  /** Its bus is being asked for its children; and is to be asked again. */
  enumerating: boolean;
  again: boolean;
}

/** The PnP manager's state; one for each I/O manager. */
export interface PnpState {
  /** By instance, in the order in which they were found. */
  readonly nodes: Map<string, DeviceNode>;
  readonly claims: Claims;
  readonly interfaces: Map<string, DeviceInterface>;
  /** Drivers that want to hear of interfaces, and of which classes. */
  readonly listeners: Map<DriverObject, Set<string>>;
  /** The driver of the root's PDOs: the Executive itself. */
  readonly manager: DriverObject;
  readonly deviceType: ObType;
  /** Held by whoever tells filters of devices. */
  readonly filtering: Mutex;
  nextName: number;
}

export function newNode(
  io: IoContext,
  parts: Pick<DeviceNode, 'pdo' | 'parent' | 'instance' | 'hardwareIds' | 'hardware' | 'service'> &
    Partial<Pick<DeviceNode, 'capabilities'>>,
): DeviceNode {
  const { ke } = io.executive;
  const node: DeviceNode = {
    capabilities: 0,
    ...parts,
    top: undefined,
    children: new Set(),
    state: 'added',
    problem: 0,
    power: PowerDeviceD0,
    owner: undefined,
    interfaces: new Set(),
    lock: new Mutex(() => ke.event()),
    enumerating: false,
    again: false,
  };
  parts.parent?.children.add(node);
  parts.pdo.node = node;
  io.pnp.nodes.set(node.instance.toUpperCase(), node);
  return node;
}

export function nodesOf(io: IoContext, service: string): DeviceNode[] {
  return [...io.pnp.nodes.values()].filter((node) => node.service === service);
}

export function subtree(node: DeviceNode): DeviceNode[] {
  return [...[...node.children].reverse().flatMap(subtree), node];
}

export function ask(
  io: IoContext,
  node: DeviceNode,
  minor: number,
  parameters: Partial<IrpParameters<'pnp'>> = {},
): Promise<Irp<'pnp'>> {
  const { top, pdo } = node;
  const request = { major: 'pnp', minor, parameters: pnpParameters(parameters) } as const;
  return callDriver(io, top ?? pdo, { ...request, exact: top !== undefined });
}

export function pnpParameters(some: Partial<IrpParameters<'pnp'>>): IrpParameters<'pnp'> {
  const nothing = new Uint8Array();
  return { type: 0, device: 0, text: '', resources: nothing, translated: nothing, ...some };
}
