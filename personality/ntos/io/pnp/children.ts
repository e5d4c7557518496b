/**
 * Devices behind a bus: its driver reports them, and tells what each one is.
 *
 *   enumerate(io, node)   asks for the children: each new one is started, each that is not reported
 *                         any more is lost
 */
import * as pnp from '../../../rtl/pnp.ts';
import { decodeResources, type Hardware, NO_HARDWARE, toHardware } from '../../../rtl/resources.ts';
import { describeStatus, NT_SUCCESS, NtException } from '../../../rtl/status.ts';
import { type Device, stackOf } from '../device/device.ts';
import type { IoContext } from '../context.ts';
import { type DeviceNode, newNode, pnpParameters } from './node.ts';
import { ask } from './node.ts';
import { loseNode } from './remove.ts';
import { freeName } from './root.ts';
import { driverOf, startNode } from './start.ts';
import { callDriver } from '../request/send.ts';

/** Behind one bus. */
const LIMIT = 64;
const ID = /^[^\\/\0#]{1,64}(\\[^\\/\0#]{1,64})?$/;

/** One turn at a time; who asks meanwhile has it done once more. */
export async function enumerate(io: IoContext, node: DeviceNode): Promise<void> {
  node.again = true;
  if (node.enumerating) return;
  node.enumerating = true;
  try {
    while (node.again && node.state === 'started') {
      node.again = false;
      await enumerateOnce(io, node);
    }
  } finally {
    node.enumerating = false;
  }
}

async function enumerateOnce(io: IoContext, node: DeviceNode): Promise<void> {
  const irp = await ask(io, node, pnp.IRP_MN_QUERY_DEVICE_RELATIONS, { type: pnp.BusRelations });
  if (!NT_SUCCESS(irp.status)) return;
  const reported = new Set(
    (irp.result.devices ?? []).slice(0, LIMIT).map((id) => io.devices.get(id)),
  );
  for (const child of [...node.children]) if (!reported.has(child.pdo)) await loseNode(io, child);
  for (const pdo of reported)
    if (pdo && !pdo.node && isChild(node, pdo)) await welcome(io, node, pdo);
}

/** A device that the bus's driver has made, and that is in no stack yet. */
function isChild(node: DeviceNode, pdo: Device): boolean {
  const { driver, lower, upper, volume } = pdo;
  if (pdo.removed || lower || upper || volume) return false;
  return stackOf(node.pdo).some((each) => each.driver === driver);
}

async function welcome(io: IoContext, parent: DeviceNode, pdo: Device): Promise<void> {
  const { ke, cm } = io.executive;
  const ids = await describe(io, pdo);
  if (!ids || pdo.removed) return;
  const { instance, hardwareIds, hardware, capabilities } = ids;
  if (io.pnp.nodes.has(instance.toUpperCase())) {
    ke.log(`${instance} was reported twice`);
    return;
  }
  if (!giveName(io, pdo)) return;
  const wanted = hardwareIds.map((id) => id.toUpperCase());
  const service = cm
    .drivers()
    .find(([, entry]) => entry.hardwareIds?.some((id) => wanted.includes(id.toUpperCase())))?.[0];
  const facts = { pdo, parent, instance, hardwareIds, hardware, capabilities, service };
  const node = newNode(io, facts);
  if (service === undefined) {
    // Such a device can be used as its bus's driver made it.
    if (capabilities & pnp.DEVICE_CAPABILITY_RAW_DEVICE) await bringUpChild(io, node);
    return;
  }
  // A driver that is loaded now finds the node waiting (manager.ts).
  if (driverOf(io, node)) await bringUpChild(io, node);
  else await io.executive.ldr.loadDriver(service);
}

export async function bringUpChild(io: IoContext, node: DeviceNode): Promise<void> {
  const status = await startNode(io, node);
  if (NT_SUCCESS(status)) await enumerate(io, node);
  else io.executive.ke.log(`${node.instance}: ${describeStatus(status)}`);
}

interface Facts {
  readonly instance: string;
  readonly hardwareIds: string[];
  readonly hardware: Hardware;
  readonly capabilities: number;
}

/** Undefined where its bus does not tell what it is. */
async function describe(io: IoContext, pdo: Device): Promise<Facts | undefined> {
  const text = async (type: number): Promise<string> => {
    const irp = await askPdo(io, pdo, pnp.IRP_MN_QUERY_ID, type);
    return NT_SUCCESS(irp.status) ? (irp.result.text ?? '') : '';
  };
  const device = await text(pnp.BusQueryDeviceID);
  const number = await text(pnp.BusQueryInstanceID);
  const hardwareIds = (await text(pnp.BusQueryHardwareIDs)).split('\0').filter(Boolean);
  if (!ID.test(device) || !ID.test(number)) {
    io.executive.ke.log(`a device of ${pdo.driver.name} has no id`);
    return undefined;
  }
  const irp = await askPdo(io, pdo, pnp.IRP_MN_QUERY_RESOURCE_REQUIREMENTS, 0);
  const hardware = NT_SUCCESS(irp.status) ? parse(irp.result.data) : NO_HARDWARE;
  const able = await askPdo(io, pdo, pnp.IRP_MN_QUERY_CAPABILITIES, 0);
  const word = NT_SUCCESS(able.status) ? able.result.data : undefined;
  const capabilities = word?.length === 4 ? word[0]! & pnp.DEVICE_CAPABILITIES : 0;
  return { instance: `${device}\\${number}`, hardwareIds, hardware, capabilities };
}

function askPdo(io: IoContext, pdo: Device, minor: number, type: number) {
  return callDriver(io, pdo, { major: 'pnp', minor, parameters: pnpParameters({ type }) });
}

/** What a bus's driver says is hostile, as everything that a driver says. */
function parse(bytes: Uint8Array | undefined): Hardware {
  try {
    return toHardware(decodeResources(bytes ?? new Uint8Array()));
  } catch (error) {
    if (error instanceof NtException) return NO_HARDWARE;
    throw error;
  }
}

function giveName(io: IoContext, pdo: Device): boolean {
  if (pdo.name !== '') return true;
  const name = freeName(io);
  if (!NT_SUCCESS(io.executive.ob.insert(name, pdo, true))) return false;
  (pdo as { name: string }).name = name;
  return true;
}
