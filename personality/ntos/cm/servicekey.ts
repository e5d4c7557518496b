/**
 * A driver's service key, as NT has it.
 *
 *   ImagePath     REG_EXPAND_SZ        \??\BootModules\fdc.sys
 *   Type          REG_DWORD            1: a driver
 *   Start         REG_DWORD            1 the session manager starts it, 3 it is started on demand
 *   ErrorControl  REG_DWORD            1: it is said when it does not start
 *   Tag           REG_DWORD            its place among those that the session manager starts
 *   Parameters    key: CounterName REG_SZ, Restart REG_DWORD, Filters and Devices REG_MULTI_SZ,
 *                 Resources REG_RESOURCE_LIST (resources.ts)
 *
 *   writeService(key, make, driver, tag, now)
 *   readService(key)                           undefined: it cannot be used
 *
 * A service key may say anything, since programs write it: what makes no sense is not used. Who has
 * Start 3 and Devices is loaded when one of these is first wanted.
 */
import type { DriverConfiguration } from '../../rtl/driverconfiguration.ts';
import {
  REG_DWORD,
  REG_EXPAND_SZ,
  REG_MULTI_SZ,
  REG_SZ,
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

const BOOT_MODULES = '\\??\\BootModules\\';

export function writeService(
  key: Key,
  make: (parent: Key, name: string) => Key,
  driver: DriverConfiguration,
  tag: number,
  now: number,
): void {
  const set = (to: Key, name: string, type: number, data: Uint8Array): void =>
    void setValue(to, { name, type, data }, now);
  const word = (to: Key, name: string, value: number): void =>
    set(to, name, REG_DWORD, wordData(value));
  const start = driver.start === 'system' ? SERVICE_SYSTEM_START : SERVICE_DEMAND_START;
  set(key, 'ImagePath', REG_EXPAND_SZ, textData(BOOT_MODULES + driver.image));
  word(key, 'Type', 1);
  word(key, 'Start', start);
  word(key, 'ErrorControl', 1);
  if (start === SERVICE_SYSTEM_START) word(key, 'Tag', tag);
  const parameters = make(key, 'Parameters');
  set(parameters, 'CounterName', REG_SZ, textData(driver.counterName));
  word(parameters, 'Restart', driver.restart ? 1 : 0);
  for (const [name, list] of [
    ['Filters', driver.filters],
    ['Devices', driver.devices],
  ] as const)
    if (list) set(parameters, name, REG_MULTI_SZ, textData(list));
  set(parameters, 'Resources', REG_RESOURCE_LIST, encodeResources(driver));
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

export function readService(key: Key): DriverConfiguration | undefined {
  const path = text(valueOf(key, 'ImagePath'));
  const image = path?.slice(path.lastIndexOf('\\') + 1).toLowerCase();
  if (!image) return undefined;
  const parameters = childOf(key, 'Parameters');
  const of = (name: string): Value | undefined => parameters && valueOf(parameters, name);
  const resources = of('Resources');
  const hardware = resources ? decodeResources(resources.data) : NO_RESOURCES;
  if (!hardware) return undefined;
  const start = word(valueOf(key, 'Start'));
  return {
    image,
    counterName: text(of('CounterName')) ?? key.name.toLowerCase(),
    ...(start === SERVICE_SYSTEM_START && { start: 'system' }),
    ...(start === SERVICE_DEMAND_START && { start: 'demand' }),
    devices: list(of('Devices')),
    ...hardware,
    filters: list(of('Filters')),
    restart: word(of('Restart')) === 1,
  };
}
