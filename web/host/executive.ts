/**
 * The Executive as this host boots it.
 */
import { createExecutive, defaultOptions } from '../../personality/ntos/index.ts';
import type { RootEntry } from '../../personality/sel4/types.ts';
import type { ExecutiveInit, PageServices } from './protocol.ts';

export function hostedExecutive({ drivers }: ExecutiveInit, services: PageServices): RootEntry {
  return createExecutive({
    bootImages: ['smss.exe', 'agent.exe'],
    drivers: { ...defaultOptions.drivers, ...drivers },
    onProcessFault: services.fault,
    onShutdown: services.halted,
    onPanic: services.panic,
  });
}
