/**
 * The Executive as this host boots it.
 *
 *   hostedExecutive(services, onEnd)   `onEnd` hears of ends in this realm, before the page does
 */
import { createExecutive } from '../../personality/ntos/index.ts';
import type { RootEntry } from '../../personality/sel4/types.ts';
import { type Services, tell } from './worker-entry.ts';

/** The page depends on both: what they do is done again by their successors. */
export const BOOT_IMAGES = ['smss.exe', 'agent.exe'];

export function hostedExecutive(
  services: Services,
  onEnd: (image: string) => void = () => undefined,
): RootEntry {
  return createExecutive({
    bootImages: BOOT_IMAGES,
    criticalImages: BOOT_IMAGES,
    onProcessFault(image, status, restarted) {
      onEnd(image);
      tell(services.fault(image, status, restarted));
    },
    onShutdown: () => tell(services.halted()),
    onPanic: (reason) => tell(services.panic(reason)),
  });
}
