/** Plug and Play drivers of the tests' own: toys that note what they are asked. */
import type { DriverConfiguration } from '../../personality/rtl/driverconfiguration.ts';
import { driverRegistry } from '../../drivers/registry.ts';
import * as mj from '../../personality/rtl/irp.ts';
import { DO_BUFFERED_IO, FILE_DEVICE_NULL } from '../../personality/rtl/nt.ts';
import * as pnp from '../../personality/rtl/pnp.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { Image } from '../../personality/sel4/types.ts';
import {
  type DeviceObject,
  type DriverDispatch,
  driverImage,
  type DriverObject,
  IoAttachDeviceToDeviceStack,
  IoCallDriver,
  IoCompleteRequest,
  IoCreateDevice,
  IoDeleteDevice,
  IoDetachDevice,
  IoForwardIrpSynchronously,
  IoSkipCurrentIrpStackLocation,
  type Irp,
} from '../../personality/wdm/index.ts';
import { bootClientRig, type ClientRig } from './io-client.ts';

export const { STATUS_SUCCESS } = Status;
const NOTHING = { ports: [], interrupts: [], dma: [] };

/** Minor functions by name, as the toys note them. */
export const minors: Record<number, string> = {};
for (const [name, value] of Object.entries(pnp))
  if (name.startsWith('IRP_MN_') && !/POWER/.test(name)) minors[value as number] = name.slice(7);

export interface Toy {
  below: DeviceObject;
  physical: DeviceObject;
}

export interface ToyOptions {
  /** Devices have this name. */
  name?: string;
  /** Called first; what it returns is the answer, undefined: as usual. */
  pnp?: (device: DeviceObject<Toy>, irp: Irp<'pnp'>) => Promise<number | undefined>;
  power?: DriverDispatch<'power'>;
  control?: DriverDispatch<'device_control'>;
  added?: (device: DeviceObject<Toy>) => Promise<void>;
  entry?: (driver: DriverObject) => void;
}

/** A function driver as a textbook has it. `notes` gets all that it is asked, in order. */
export function toy(notes: string[], options: ToyOptions = {}): Image {
  return driverImage((driver) => {
    driver.AddDevice = (_driver, physical) => addDevice(driver, physical, notes, options);
    const { majorFunction: table } = driver;
    table[mj.IRP_MJ_PNP] = (device, irp) =>
      plugPlay(device as DeviceObject<Toy>, irp, notes, options);
    table[mj.IRP_MJ_POWER] = options.power ?? passOn;
    table[mj.IRP_MJ_CREATE] = succeed as DriverDispatch<'create'>;
    table[mj.IRP_MJ_CLEANUP] = succeed as DriverDispatch<'cleanup'>;
    table[mj.IRP_MJ_CLOSE] = succeed as DriverDispatch<'close'>;
    table[mj.IRP_MJ_DEVICE_CONTROL] =
      options.control ?? (succeed as DriverDispatch<'device_control'>);
    options.entry?.(driver);
    return STATUS_SUCCESS;
  });
}

const succeed: DriverDispatch = (_device, irp) => IoCompleteRequest(irp, STATUS_SUCCESS);

export const passOn = ((device: DeviceObject<Toy>, irp: Irp) => {
  IoSkipCurrentIrpStackLocation(irp);
  return IoCallDriver(device.extension.below, irp);
}) as DriverDispatch as never;

async function addDevice(
  driver: DriverObject,
  physical: DeviceObject,
  notes: string[],
  { name = '', added }: ToyOptions,
): Promise<number> {
  notes.push('AddDevice');
  const extension: Toy = { below: physical, physical };
  const facts = { name, type: FILE_DEVICE_NULL, flags: DO_BUFFERED_IO, extension };
  const device = await IoCreateDevice(driver, facts);
  extension.below = await IoAttachDeviceToDeviceStack(device, physical);
  await added?.(device);
  return STATUS_SUCCESS;
}

async function plugPlay(
  device: DeviceObject<Toy>,
  irp: Irp<'pnp'>,
  notes: string[],
  options: ToyOptions,
): Promise<number> {
  const { minorFunction: minor } = irp;
  notes.push(minors[minor] ?? String(minor));
  const answer = await options.pnp?.(device, irp);
  if (answer !== undefined) return answer;
  const { below } = device.extension;
  if (minor === pnp.IRP_MN_START_DEVICE)
    return IoCompleteRequest(irp, await IoForwardIrpSynchronously(below, irp as Irp));
  if (minor === pnp.IRP_MN_REMOVE_DEVICE) {
    IoSkipCurrentIrpStackLocation(irp as Irp);
    const status = await IoCallDriver(below, irp as Irp);
    await IoDetachDevice(device);
    await IoDeleteDevice(device);
    return status;
  }
  IoSkipCurrentIrpStackLocation(irp as Irp);
  return IoCallDriver(below, irp as Irp);
}

export type Entries = Record<string, Partial<DriverConfiguration> & { code: Image }>;

export async function bootPnp(drivers: Entries): Promise<ClientRig> {
  const configured: Record<string, DriverConfiguration> = { ...driverRegistry };
  const images: Record<string, Image> = {};
  for (const [name, { code, ...entry }] of Object.entries(drivers)) {
    configured[name] = { image: `${name}.sys`, counterName: name, ...NOTHING, ...entry };
    images[`${name}.sys`] = code;
  }
  const rig = await bootClientRig([], { drivers: configured, irpTimeout: 1_000_000 }, images);
  // The floppy driver is among them.
  await rig.asExecutive(({ ldr }) => ldr.loadAutoDrivers());
  return rig;
}

export const load = async (rig: ClientRig, name: string): Promise<string> =>
  statusName(await rig.asExecutive(({ ldr }) => ldr.loadDriver(name)));

export const unload = async (rig: ClientRig, name: string): Promise<string> =>
  statusName(await rig.asExecutive(({ ldr }) => ldr.unloadDriver(name)));

type Act = Parameters<Parameters<Parameters<ClientRig['asExecutive']>[0]>[0]['io']['device']>[1];

export const act = async (rig: ClientRig, instance: string, what: Act): Promise<string> =>
  statusName(await rig.asExecutive(({ io }) => io.device(instance, what)));

export interface Listed {
  readonly instance: string;
  readonly parent?: string;
  readonly service?: string;
  readonly state: string;
  readonly problem?: string;
  readonly power: string;
  readonly capabilities: number;
  readonly interfaces: string[];
}

export const devices = (rig: ClientRig): Promise<Listed[]> =>
  rig.asExecutive(({ io }) => io.devices() as Listed[]);

export const stateOf = async (rig: ClientRig, instance: string): Promise<string> =>
  (await devices(rig)).find((each) => each.instance === instance)?.state ?? 'absent';
