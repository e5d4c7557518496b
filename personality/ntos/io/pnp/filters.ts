/**
 * Filters: drivers that stand in the stacks of another driver's devices, because its service key
 * says so.
 *
 *   LowerFilters   told of a device before its own driver is: they stand below it
 *   UpperFilters   told of each named device that the driver has made, once that can be used
 *
 * A filter is loaded with the device that it filters, except one that has devices to be opened and
 * is started on demand: that one comes above what is there when somebody has it loaded.
 *
 *   loadedDriver(io, name)            a driver that has initialised
 *   tellOfDevice(io, driver, ...)     AddDevice
 *   addLowerFilters(io, node)         before the node's driver is told of it
 *   addUpperFilters(io, driver)       above its devices, where they are not yet
 *   filterLoaded(io, driver)          it may be a filter of devices that are there
 *   lacksLower(io, node, filter)      whether the registry wants it below, where it is not
 *   mayFilter(io, driver, device)     whether the registry wants it there
 *   endFiltersAbove(io, devices)     before these go: what others have above them goes as well
 *   suspectBelow(driver)             before a filter goes: disks below it must be verified
 */
import type { DriverConfiguration } from '../../../rtl/driverconfiguration.ts';
import {
  IRP_MN_ADD_DEVICE,
  IRP_MN_REMOVE_DEVICE,
  IRP_MN_SURPRISE_REMOVAL,
} from '../../../rtl/pnp.ts';
import { describeStatus, NT_SUCCESS } from '../../../rtl/status.ts';
import { bottomOf, type Device, stackOf, topOf } from '../device/device.ts';
import type { DriverObject } from '../device/driver.ts';
import type { IoContext } from '../context.ts';
import { callDriver } from '../request/send.ts';
import { type DeviceNode, pnpParameters } from './node.ts';

function entryOf(io: IoContext, service: string): DriverConfiguration | undefined {
  return io.executive.cm.driver(service);
}

export function loadedDriver(io: IoContext, name: string): DriverObject | undefined {
  for (const driver of io.drivers.values())
    if (driver.name === name && !driver.dead && driver.initialised.signalled) return driver;
  return undefined;
}

export async function tellOfDevice(
  io: IoContext,
  driver: DriverObject,
  { id: device, type }: Device,
  text: string,
): Promise<number> {
  const irp = await callDriver(io, driver.self, {
    major: 'pnp',
    minor: IRP_MN_ADD_DEVICE,
    exact: true,
    parameters: pnpParameters({ device, type, text }),
  });
  return irp.status;
}

/** Loads those that come with their device. */
async function loadFilters(io: IoContext, names: readonly string[]): Promise<void> {
  for (const name of names)
    if (!loadedDriver(io, name) && !waitsForDemand(entryOf(io, name)))
      await io.executive.ldr.loadDriver(name);
}

function waitsForDemand(entry: DriverConfiguration | undefined): boolean {
  return entry?.start === 'demand' && (entry.devices ?? []).length > 0;
}

async function addFilter(io: IoContext, name: string, target: Device): Promise<void> {
  const driver = loadedDriver(io, name);
  if (!driver || target.removed || stackOf(target).some((each) => each.driver === driver)) return;
  const status = await tellOfDevice(io, driver, target, target.name);
  if (!NT_SUCCESS(status))
    io.executive.ke.log(`${name} does not filter ${target.name}: ${describeStatus(status)}`);
}

export async function addLowerFilters(io: IoContext, { service, pdo }: DeviceNode): Promise<void> {
  const names = (service && entryOf(io, service)?.lowerFilters) || [];
  await loadFilters(io, names);
  for (const name of names) await addFilter(io, name, pdo);
}

export async function addUpperFilters(io: IoContext, driver: DriverObject): Promise<void> {
  const names = entryOf(io, driver.name)?.upperFilters ?? [];
  if (names.length === 0) return;
  // A filter that is loaded here comes above the devices by `filterLoaded`.
  await loadFilters(io, names);
  await io.pnp.filtering.run(async () => {
    for (const device of [...driver.devices])
      for (const name of names) if (isNamed(device)) await addFilter(io, name, device);
  });
}

function isNamed({ name, removed }: Device): boolean {
  return name !== '' && !removed;
}

export async function filterLoaded(io: IoContext, filter: DriverObject): Promise<void> {
  for (const driver of [...io.drivers.values()])
    if (entryOf(io, driver.name)?.upperFilters?.includes(filter.name))
      await addUpperFilters(io, driver);
}

export function lacksLower(
  io: IoContext,
  { service, pdo }: DeviceNode,
  filter: DriverObject,
): boolean {
  const names = (service && entryOf(io, service)?.lowerFilters) || [];
  return names.includes(filter.name) && !stackOf(pdo).some(({ driver }) => driver === filter);
}

export function mayFilter(io: IoContext, filter: string, target: Device): boolean {
  const service = bottomOf(target).node?.service;
  const lower = service !== undefined && bottomOf(target) === target;
  return [
    ...(lower ? (entryOf(io, service)?.lowerFilters ?? []) : []),
    ...(entryOf(io, target.driver.name)?.upperFilters ?? []),
  ].includes(filter);
}

/**
 * What stands above the devices and belongs to others hears that they are gone: the top does, and
 * passes it down. Where a filter goes, the stack closes over it; only devices with names are more.
 * Of a stack on a PDO the node takes care (clear.ts): lower filters belong to it.
 */
export function endFiltersAbove(io: IoContext, devices: Iterable<Device>): void {
  const tops = [...devices]
    .filter(
      (device) =>
        isNamed(device) && !bottomOf(device).node && topOf(device).driver !== device.driver,
    )
    .map(topOf);
  if (tops.length === 0) return;
  io.executive.ke.spawn('filters of what is gone', () =>
    io.pnp.filtering.run(async () => {
      for (const device of tops)
        for (const minor of [IRP_MN_SURPRISE_REMOVAL, IRP_MN_REMOVE_DEVICE])
          if (!device.removed && !device.driver.dead)
            await callDriver(io, device, {
              major: 'pnp',
              minor,
              exact: true,
              parameters: pnpParameters({}),
            });
    }),
  );
}

/**
 * What a filter made of the data nobody does any more: what is on the disk may not be what the
 * caches have of it.
 */
export function suspectBelow(filter: DriverObject): void {
  for (const { lower } of filter.devices)
    for (const { volume } of lower ? stackOf(lower) : [])
      if (volume && volume.storage.driver !== filter) volume.medium.suspect = true;
}
