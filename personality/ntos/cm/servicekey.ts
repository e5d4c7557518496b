/**
 * A driver's service key, as NT has it.
 *
 *   ImagePath     REG_EXPAND_SZ        \??\BootModules\fdc.sys
 *   Type          REG_DWORD            1: a driver
 *   Start         REG_DWORD            1 the system starts with it, 3 it is started on demand
 *   ErrorControl  REG_DWORD            1: it is said when it does not start
 *   UpperFilters, LowerFilters   REG_MULTI_SZ   drivers above and below its devices, by name
 *   Parameters    key: CounterName REG_SZ, Restart REG_DWORD, Filters and Devices REG_MULTI_SZ,
 *                 HardwareIds REG_MULTI_SZ; Resources REG_RESOURCE_LIST (resources.ts); with
 *                 Restart 1, RestartTries, RestartWindow and RestartPause REG_DWORD, in
 *                 milliseconds, where they are not the usual
 *   Parameters\Root\n   key: HardwareID REG_SZ and Resources of a device that no bus tells of
 *
 *   writeService(key, make, driver, now)
 *   readService(key)                           undefined: it cannot be used
 *
 * A service key may say anything, since programs write it: what makes no sense is not used. Who has
 * Start 3 and Devices is loaded when one of these is first wanted.
 */
import type { DeviceConfiguration, DriverConfiguration } from '../../rtl/driverconfiguration.ts';
import type { RestartPolicy } from '../../rtl/restarts.ts';
import {
  REG_DWORD,
  REG_EXPAND_SZ,
  REG_MULTI_SZ,
  REG_SZ,
  SERVICE_AUTO_START,
  SERVICE_DEMAND_START,
  SERVICE_SYSTEM_START,
  textData,
  textOf,
  textsOf,
  wordData,
  wordOf,
} from '../../rtl/registry.ts';
import { childOf, type Key, setValue, type Value, valueOf } from './key.ts';
import { decodeResources, encodeResources, NO_RESOURCES, REG_RESOURCE_LIST } from './resources.ts';

/** Whoever names none waits for who wants it. */
const STARTS = {
  system: SERVICE_SYSTEM_START,
  auto: SERVICE_AUTO_START,
  demand: SERVICE_DEMAND_START,
} as const;

const BOOT_MODULES = '\\??\\BootModules\\';

export function writeService(
  key: Key,
  make: (parent: Key, name: string) => Key,
  driver: DriverConfiguration,
  now: number,
): void {
  const set = (to: Key, name: string, type: number, data: Uint8Array): void =>
    void setValue(to, { name, type, data }, now);
  const word = (to: Key, name: string, value: number): void =>
    set(to, name, REG_DWORD, wordData(value));
  set(key, 'ImagePath', REG_EXPAND_SZ, textData(BOOT_MODULES + driver.image));
  word(key, 'Type', 1);
  word(key, 'Start', STARTS[driver.start ?? 'demand']);
  word(key, 'ErrorControl', 1);
  for (const [name, list] of [
    ['UpperFilters', driver.upperFilters],
    ['LowerFilters', driver.lowerFilters],
  ] as const)
    if (list) set(key, name, REG_MULTI_SZ, textData(list));
  const parameters = make(key, 'Parameters');
  set(parameters, 'CounterName', REG_SZ, textData(driver.counterName));
  writeRestart((name, value) => word(parameters, name, value), driver.restart);
  for (const [name, list] of [
    ['Filters', driver.filters],
    ['Devices', driver.devices],
    ['HardwareIds', driver.hardwareIds],
  ] as const)
    if (list) set(parameters, name, REG_MULTI_SZ, textData(list));
  set(parameters, 'Resources', REG_RESOURCE_LIST, encodeResources(driver));
  for (const [index, { id, ...hardware }] of (driver.rootDevices ?? []).entries()) {
    const device = make(parameters, `Root\\${index}`);
    set(device, 'HardwareID', REG_SZ, textData(id));
    const all = { ...NO_RESOURCES, ...hardware };
    set(device, 'Resources', REG_RESOURCE_LIST, encodeResources(all));
  }
}

const POLICY = [
  ['tries', 'RestartTries', 1],
  ['window', 'RestartWindow', 1000],
  ['pause', 'RestartPause', 1000],
] as const;

function writeRestart(
  set: (name: string, value: number) => void,
  restart: DriverConfiguration['restart'],
): void {
  set('Restart', restart ? 1 : 0);
  if (typeof restart !== 'object') return;
  for (const [field, name, unit] of POLICY) {
    const value = restart[field];
    if (value !== undefined) set(name, Math.round(value / unit));
  }
}

function readRestart(of: (name: string) => Value | undefined): DriverConfiguration['restart'] {
  if (word(of('Restart')) !== 1) return false;
  const given = POLICY.flatMap(([field, name, unit]) => {
    const value = word(of(name));
    return value === undefined ? [] : [[field, value * unit] as const];
  });
  return given.length === 0 || (Object.fromEntries(given) as RestartPolicy);
}

function rootDevices(parameters: Key | undefined): DeviceConfiguration[] {
  const root = parameters && childOf(parameters, 'Root');
  return [...(root?.keys.values() ?? [])].flatMap((device) => {
    const id = text(valueOf(device, 'HardwareID'));
    const resources = valueOf(device, 'Resources');
    const hardware = resources && decodeResources(resources.data);
    return id && hardware ? [{ id, ...hardware }] : [];
  });
}

function text(value: Value | undefined): string | undefined {
  const isText = value?.type === REG_SZ || value?.type === REG_EXPAND_SZ;
  return isText ? textOf(value.data) : undefined;
}

function word(value: Value | undefined): number | undefined {
  return value?.type === REG_DWORD ? wordOf(value.data) : undefined;
}

function list(value: Value | undefined): string[] {
  return value?.type === REG_MULTI_SZ ? textsOf(value.data) : [];
}

/** Drivers are known by small letters. */
function filtersOf(name: 'upperFilters' | 'lowerFilters', list: readonly string[]) {
  const names = list.map((each) => each.toLowerCase());
  return names.length === 0 ? {} : { [name]: names };
}

export function readService(key: Key): DriverConfiguration | undefined {
  const path = text(valueOf(key, 'ImagePath'));
  const image = path?.slice(path.lastIndexOf('\\') + 1).toLowerCase();
  if (!image) return undefined;
  const parameters = childOf(key, 'Parameters');
  const of = (name: string): Value | undefined => parameters && valueOf(parameters, name);
  const resources = of('Resources');
  const hardware = resources ? decodeResources(resources.data) : NO_RESOURCES;
  if (!hardware) return undefined;
  const number = word(valueOf(key, 'Start'));
  const start = Object.entries(STARTS).find(([, one]) => one === number)?.[0];
  return {
    image,
    counterName: text(of('CounterName')) ?? key.name.toLowerCase(),
    ...(start && { start: start as keyof typeof STARTS }),
    devices: list(of('Devices')),
    ...hardware,
    ...filtersOf('upperFilters', list(valueOf(key, 'UpperFilters'))),
    ...filtersOf('lowerFilters', list(valueOf(key, 'LowerFilters'))),
    filters: list(of('Filters')),
    rootDevices: rootDevices(parameters),
    hardwareIds: list(of('HardwareIds')),
    restart: readRestart(of),
  };
}
