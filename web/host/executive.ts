/**
 * The Executive as this host boots it.
 *
 *   hostedExecutive(init, services, onEnd)   `onEnd` hears of ends in this realm, before the page
 *                                            does
 */
import { driverRegistry } from '../../drivers/registry.ts';
import { createExecutive } from '../../personality/ntos/index.ts';
import type { RootEntry } from '../../personality/sel4/types.ts';
import type { ExecutiveInit, PageServices } from './protocol.ts';

/** The page depends on both: what they do is done again by their successors. */
export const BOOT_IMAGES = ['smss.exe', 'agent.exe'];
const FLOPPY = /^\\Device\\Floppy(\d)$/;

export function hostedExecutive(
  { drivers }: ExecutiveInit,
  services: PageServices,
  onEnd: (image: string) => void = () => undefined,
): RootEntry {
  return createExecutive({
    bootImages: BOOT_IMAGES,
    criticalImages: BOOT_IMAGES,
    drivers: { ...driverRegistry, ...drivers },
    onProcessFault(image, status, restarted) {
      onEnd(image);
      services.fault(image, status, restarted);
    },
    onDirty(device, news) {
      const drive = FLOPPY.exec(device)?.[1];
      if (drive !== undefined) services.dirty(Number(drive), news);
    },
    onShutdown: services.halted,
    onPanic: services.panic,
  });
}
