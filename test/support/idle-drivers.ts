/** The registry of drivers for systems that are to load none by themselves. */
import { driverRegistry } from '../../drivers/registry.ts';
import type { DriverConfiguration } from '../../personality/rtl/driverconfiguration.ts';

function idle(entry: DriverConfiguration): DriverConfiguration {
  return entry.start === 'system' || entry.start === 'auto'
    ? { ...entry, start: undefined }
    : entry;
}

/** Those that the system starts with are loaded by name alone. */
export const idleDrivers: Readonly<Record<string, DriverConfiguration>> = Object.fromEntries(
  Object.entries(driverRegistry).map(([name, entry]) => [name, idle(entry)]),
);
