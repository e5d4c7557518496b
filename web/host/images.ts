/**
 * \??\BootModules: which code each image is.
 *
 * Every image is a module of its own, loaded when a processor is given it; a new program or driver
 * is one more line here.
 */
import type { Image, ImageLoader } from '../../personality/sel4/types.ts';
import type { HostQueue } from './host-queue.ts';

const images: Readonly<Record<string, () => Promise<Image>>> = {
  'smss.exe': async () => (await import('../../personality/smss/index.ts')).image,
  'ntcmd.exe': async () => (await import('../../personality/ntcmd/index.ts')).image,
  'fdc.sys': async () => (await import('../../drivers/storage/fdc/index.ts')).image,
  'fatfs.sys': async () => (await import('../../drivers/filesystems/fatfs/index.ts')).image,
  'serial.sys': async () => (await import('../../drivers/base/serial/index.ts')).image,
  'null.sys': async () => (await import('../../drivers/base/null/index.ts')).image,
};

/** The loader of a processor; `queue` is what an agent there serves. */
export function createImageLoader(queue: HostQueue): ImageLoader {
  return async (name) => {
    const lower = name.toLowerCase();
    if (lower === 'agent.exe') return (await import('./agent.ts')).agentImage(queue);
    const load = Object.hasOwn(images, lower) ? images[lower] : undefined;
    if (!load) throw new Error(`there is no image ${name}`);
    return load();
  };
}
