/**
 * `\Registry\Machine\System`, made anew at each boot.
 *
 *   makeSystem(hive, drivers, now)   ControlSet001 with Services and Control, and the link
 *                                    CurrentControlSet to it
 *   driverOf(hive, name)             a driver's configuration, out of its service key
 *   driversOf(hive)                  those of all service keys
 *   codePageOf(hive)                 Control\Nls\CodePage, OEMCP: a number as text, 437 without
 *
 * What stands in a service key is in servicekey.ts.
 */
import {
  REG_LINK,
  SYMBOLIC_LINK_VALUE,
  textData,
  textOf,
  REG_DWORD,
  wordData,
  REG_SZ,
} from '../../rtl/registry.ts';
import type { DriverConfiguration } from '../../rtl/driverconfiguration.ts';
import { addKey, childOf, type Hive, type Key, type KeyOptions, setValue, valueOf } from './key.ts';
import { readService, writeService } from './servicekey.ts';

const SET = 'ControlSet001';
const LINK = '\\Registry\\Machine\\System\\ControlSet001';

export function makeSystem(
  hive: Hive,
  drivers: Readonly<Record<string, DriverConfiguration>>,
  now: number,
): void {
  const make = (parent: Key, path: string, options: KeyOptions = {}): Key => {
    let key = parent;
    for (const name of path.split('\\')) {
      const there = childOf(key, name) ?? addKey(key, name, options, now).key;
      if (!there) throw new Error(`boot: the key ${path} cannot be made`);
      key = there;
    }
    return key;
  };
  const set = (key: Key, name: string, type: number, data: Uint8Array): void =>
    void setValue(key, { name, type, data }, now);

  const current = make(hive.root, SET);
  const link = make(hive.root, 'CurrentControlSet', { link: true });
  set(link, SYMBOLIC_LINK_VALUE, REG_LINK, textData(LINK).subarray(0, 2 * LINK.length));
  const select = make(hive.root, 'Select');
  for (const name of ['Current', 'Default', 'LastKnownGood'])
    set(select, name, REG_DWORD, wordData(1));
  const services = make(current, 'Services');
  const devices = make(current, 'Control\\Session Manager\\DOS Devices');
  for (const [name, driver] of Object.entries(drivers)) {
    writeService(make(services, name), make, driver, now);
    for (const [dosName, target] of Object.entries(driver.links ?? {}))
      set(devices, dosName, REG_SZ, textData(target));
  }
}

const OEM_PAGE = 437;

export function codePageOf({ root }: Hive): number {
  let key: Key | undefined = root;
  for (const name of [SET, 'Control', 'Nls', 'CodePage']) key = key && childOf(key, name);
  const value = key && valueOf(key, 'OEMCP');
  const page = value?.type === REG_SZ ? Number(textOf(value.data)) : OEM_PAGE;
  return Number.isInteger(page) && page > 0 && page < 0x1_0000 ? page : OEM_PAGE;
}

export function driverOf({ root }: Hive, name: string): DriverConfiguration | undefined {
  const key = servicesOf(root) && childOf(servicesOf(root)!, name);
  return key && readService(key);
}

/** Programs may have deleted the keys. */
function servicesOf(root: Key): Key | undefined {
  const set = childOf(root, SET);
  return set && childOf(set, 'Services');
}

export function driversOf({ root }: Hive): [string, DriverConfiguration][] {
  return [...(servicesOf(root)?.keys.values() ?? [])].flatMap((key) => {
    const driver = readService(key);
    return driver ? [[key.name.toLowerCase(), driver] as [string, DriverConfiguration]] : [];
  });
}
