/**
 * The root enumerator: devices that no bus can tell of, because the machine has them soldered on.
 *
 * Each driver's registry entry says which of them it serves, and which hardware they have
 * (`rootDevices`). Their PDOs are the Executive's own: an IRP that comes down to one is answered
 * here.
 *
 *   rootNodes(io, service, devices)   the nodes of a driver's devices, made the first time; those
 *                                     of an earlier key of it are no more
 *   freeName(io)                      a name for a PDO that has none
 */
import * as pnp from '../../../rtl/pnp.ts';
import type { IrpParameters } from '../../../rtl/irp.ts';
import { encodeResources, type Hardware, toDescriptors } from '../../../rtl/resources.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import type { DeviceConfiguration } from '../../../rtl/driverconfiguration.ts';
import { type Device, newDevice, removeDevice } from '../device/device.ts';
import type { IoContext } from '../context.ts';
import { completeIrp } from '../request/complete.ts';
import type { Irp } from '../request/irp.ts';
import { type DeviceNode, newNode } from './node.ts';

const FILE_DEVICE_UNKNOWN = 0x22;

export function rootNodes(
  io: IoContext,
  service: string,
  devices: readonly DeviceConfiguration[],
): DeviceNode[] {
  const wanted = new Map(
    devices.map((device, index) => [`ROOT\\${device.id}\\${index}`.toUpperCase(), device]),
  );
  forgetOthers(io, service, wanted);
  return [...wanted].map(
    ([instance, device]) => io.pnp.nodes.get(instance) ?? makeNode(io, service, instance, device),
  );
}

/**
 * Of devices that nobody has, those that the driver's key does not tell of any more, or not so; and
 * those that are this driver's now and were another's.
 */
function forgetOthers(
  io: IoContext,
  service: string,
  wanted: ReadonlyMap<string, DeviceConfiguration>,
): void {
  for (const [instance, { pdo, owner, service: old, hardware }] of [...io.pnp.nodes]) {
    if (pdo.driver !== io.pnp.manager || owner || pdo.upper) continue;
    const device = wanted.get(instance);
    const stays = device
      ? old === service && isSame(hardwareOf(device), hardware)
      : old !== service;
    if (stays) continue;
    io.pnp.nodes.delete(instance);
    pdo.node = undefined;
    removeDevice(io, pdo);
  }
}

const isSame = (one: Hardware, other: Hardware): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

const hardwareOf = ({
  ports = [],
  interrupts = [],
  dma = [],
  memory,
}: DeviceConfiguration): Hardware => ({ ports, interrupts, dma, ...(memory && { memory }) });

function makeNode(
  io: IoContext,
  service: string,
  instance: string,
  device: DeviceConfiguration,
): DeviceNode {
  const { id } = device;
  const hardware = hardwareOf(device);
  const answers = { instance, id, hardware };
  const pdo = makePdo(io, (irp) => answerPnp(io, irp, answers));
  return newNode(io, { pdo, parent: undefined, instance, hardwareIds: [id], hardware, service });
}

function makePdo(io: IoContext, handler: (irp: Irp) => void): Device {
  const { manager, deviceType } = io.pnp;
  const { ob } = io.executive;
  const facts = { type: FILE_DEVICE_UNKNOWN, flags: 0, sectorSize: 512, handler };
  const name = freeName(io);
  const device = newDevice(io, manager, ob.header(deviceType), {
    id: io.nextDevice++,
    name,
    ...facts,
  });
  ob.reference(device);
  ob.insert(name, device, true);
  manager.devices.add(device);
  io.devices.set(device.id, device);
  return device;
}

/** As NT names a PDO that its bus gives no name. */
export function freeName(io: IoContext): string {
  return `\\Device\\${(io.pnp.nextName++).toString(16).padStart(8, '0')}`;
}

interface Answers {
  readonly instance: string;
  readonly id: string;
  readonly hardware: Hardware;
}

/** The bus's part of each request: mostly that it has nothing against it. */
function answerPnp(io: IoContext, irp: Irp, { instance, id, hardware }: Answers): void {
  const { minor, parameters } = irp.current!;
  if (irp.majorName === 'power') return completeIrp(io, irp, Status.STATUS_SUCCESS);
  if (irp.majorName !== 'pnp') return completeIrp(io, irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  switch (minor) {
    case pnp.IRP_MN_QUERY_ID: {
      const { type } = parameters as IrpParameters<'pnp'>;
      const [bus, name, number] = instance.split('\\');
      const ids = [`${bus}\\${name}`, id, undefined, number];
      const text = ids[type];
      const status = text === undefined ? Status.STATUS_NOT_SUPPORTED : Status.STATUS_SUCCESS;
      return completeIrp(io, irp, status, 0, { text: text ?? '' });
    }
    case pnp.IRP_MN_QUERY_RESOURCES:
    case pnp.IRP_MN_QUERY_RESOURCE_REQUIREMENTS: {
      const data = encodeResources(toDescriptors(hardware));
      return completeIrp(io, irp, Status.STATUS_SUCCESS, data.length, { data });
    }
    case pnp.IRP_MN_QUERY_CAPABILITIES:
      return completeIrp(io, irp, Status.STATUS_SUCCESS, 4, { data: new Uint8Array(4) });
    case pnp.IRP_MN_QUERY_DEVICE_RELATIONS:
      return completeIrp(io, irp, Status.STATUS_NOT_SUPPORTED);
    default:
      return completeIrp(
        io,
        irp,
        minor <= pnp.IRP_MN_CANCEL_STOP_DEVICE || minor === pnp.IRP_MN_SURPRISE_REMOVAL
          ? Status.STATUS_SUCCESS
          : Status.STATUS_NOT_SUPPORTED,
      );
  }
}
