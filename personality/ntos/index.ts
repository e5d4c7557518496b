/**
 * The NT Executive: the root task of the system.
 *
 *   createExecutive(options)   a RootEntry: what the kernel's user library runs as the first thread
 */
import type { RootEntry } from '../sel4/types.ts';
import { executiveMain } from './boot.ts';
import { createCc } from './cc/index.ts';
import type { ExecutiveOptions } from './options.ts';
import { createIo } from './io/index.ts';

export type { DriverConfiguration } from '../rtl/driverconfiguration.ts';
export type { ExecutiveOptions } from './options.ts';

const SECOND = 1_000_000;

export const defaultOptions: ExecutiveOptions = {
  bootImages: ['smss.exe'],
  criticalImages: [],
  hostImages: ['agent.exe'],
  irpTimeout: 20 * SECOND,
  loadTimeout: 15 * SECOND,
  dmaTimeout: 10 * SECOND,
  drivers: {},
  cachePages: 2048,
};

export function createExecutive(options: Partial<ExecutiveOptions> = {}): RootEntry {
  return executiveMain({ ...defaultOptions, ...options }, { createIo, createCc });
}
