/**
 * Loading an image: \??\BootModules, as a processor sees it.
 *
 * Each image is a module of its own that holds all it needs (code.ts says where they are), and each
 * process gets a fresh instance of it: two processes have no object in common but what is frozen,
 * not even two of the same image. The instance is known by its address alone; a random fragment
 * keeps any process from importing another's.
 *
 *   createImageLoader(addresses, later, queue)   `later` says where an image is whose address was
 *                                                not known yet; an agent here serves `queue`
 */
import type { Image, ImageLoader } from '../../personality/sel4/types.ts';
import type { HostQueue } from './host-queue.ts';
import type { ImageAddresses } from './protocol.ts';

/** The one image that is given the page's requests. */
const AGENT = 'agent.exe';

/** What an image's module exports: the agent's takes its queue. */
interface ImageModule {
  readonly image?: unknown;
  readonly agentImage?: (queue: HostQueue) => Image;
}

function fragment(): string {
  const numbers = crypto.getRandomValues(new Uint32Array(4));
  return [...numbers].map((number) => number.toString(36)).join('-');
}

export function createImageLoader(
  addresses: ImageAddresses,
  later: (name: string) => Promise<string>,
  queue: HostQueue,
): ImageLoader {
  return async (name) => {
    const lower = name.toLowerCase();
    const address = Object.hasOwn(addresses, lower) ? addresses[lower] : await later(lower);
    const module = (await import(/* @vite-ignore */ `${address}#${fragment()}`)) as ImageModule;
    const image = lower === AGENT ? module.agentImage?.(queue) : module.image;
    if (typeof image !== 'function') throw new Error(`${name} is no image`);
    return image as Image;
  };
}
