/**
 * The Executive as this host boots it.
 */
import { createExecutive } from '../../personality/ntos/index.ts';
import type { RootEntry } from '../../personality/sel4/types.ts';
import { type Services, tell } from './worker-entry.ts';

export function hostedExecutive(services: Services): RootEntry {
  return createExecutive({
    bootImages: ['smss.exe', 'agent.exe'],
    onProcessFault: (image, status) => tell(services.fault(image, status)),
    onShutdown: () => tell(services.halted()),
    onPanic: (reason) => tell(services.panic(reason)),
  });
}
