/**
 * Loading an image: \??\BootModules, as a processor sees it.
 *
 * Each image is a module of its own that holds all it needs (code.ts says where they are), and each
 * process gets a fresh instance of it: two processes have no object in common but what is frozen,
 * not even two of the same image. The instance is known by its address alone; a random fragment
 * keeps any process from importing another's.
 *
 * The parts of an image (personality/rtl/parts.ts) are a module too, and each process has its own.
 *
 *   createImageLoader(addresses, later, queue)
 *                    `later` says where an image is whose address was not known yet; an agent here
 *                    serves `queue`
 *     .load(name)    the image
 *     .ahead(names)  has an instance of each come already, where its address is known: the first
 *                    process of that image finds it there
 */
import { type Door, platformDoor } from '../../personality/sel4/door.ts';
import type { MakeParts } from '../../personality/rtl/parts.ts';
import type { Image, ImageLoader } from '../../personality/sel4/types.ts';
import { freshly } from './fresh.ts';
import type { HostQueue } from './host-queue.ts';
import type { ImageAddresses } from './protocol.ts';

/** The one image that is given the page's requests. */
const AGENT = 'agent.exe';

/** Images with parts: where these are. */
const PARTS: Readonly<Record<string, string>> = {
  'agent.exe': 'agent.later',
  'ntcmd.exe': 'agent.later',
};

/** While an image waits for its parts no other thread of its processor runs. */
const MOMENT_MS = 100;

/** What an image's module exports: the agent's takes its queue. */
interface ImageModule {
  readonly image?: unknown;
  readonly connect?: (load: () => Promise<MakeParts | undefined>) => void;
  readonly agentImage?: (queue: HostQueue) => Image;
}

export interface ImageSource {
  readonly load: ImageLoader;
  ahead(names: readonly string[]): void;
}

/**
 * Undefined where a moment was not enough; the next question is about the same wait. Both ends of
 * it come by the door, so that a session can be replayed.
 */
function momentOf<T>(begin: () => Promise<T>, door: Door): () => Promise<T | undefined> {
  let waiting: Promise<T> | undefined;
  return () => {
    waiting ??= door.arrival(begin());
    const own = waiting;
    return new Promise((resolve, reject) => {
      const forget = door.later(() => resolve(undefined), MOMENT_MS);
      own.then(
        (found) => {
          forget();
          resolve(found);
        },
        (error: unknown) => {
          forget();
          if (waiting === own) waiting = undefined;
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  };
}

/** A module is there for ever, and so is what it is given: this holds nothing of a system. */
const always =
  <T>(value: T) =>
  () =>
    Promise.resolve(value);

export function createImageLoader(
  addresses: ImageAddresses,
  later: (name: string) => Promise<string>,
  queue: HostQueue,
  door: Door = platformDoor,
): ImageSource {
  const coming = new Map<string, Promise<unknown>>();
  const addressOf = (name: string): string | Promise<string> =>
    Object.hasOwn(addresses, name) ? addresses[name]! : later(name);

  /** What came ahead is one process's, as all else is. */
  function load<M>(name: string): Promise<M> {
    const ready = coming.get(name);
    coming.delete(name);
    return (ready ?? fetchNew(name)) as Promise<M>;
  }

  async function fetchNew(name: string): Promise<unknown> {
    const address = await addressOf(name);
    return import(/* @vite-ignore */ freshly(address));
  }

  /** Whose address is known needs no page to bring it: it is here before the process is. */
  async function connect({ connect }: ImageModule, parts: string | undefined): Promise<void> {
    if (!connect || parts === undefined) return;
    const make = async () => (await load<{ default: MakeParts }>(parts)).default;
    if (!Object.hasOwn(addresses, parts)) return connect(momentOf(make, door));
    connect(always(await make()));
  }

  return {
    async load(name) {
      const lower = name.toLowerCase();
      const module = await load<ImageModule>(lower);
      await connect(module, PARTS[lower]);
      const image = lower === AGENT ? module.agentImage?.(queue) : module.image;
      if (typeof image !== 'function') throw new Error(`${name} is no image`);
      return image as Image;
    },
    ahead(names) {
      for (const name of names.filter((each) => Object.hasOwn(addresses, each))) {
        const ready = fetchNew(name);
        // Whoever asks for it hears of it.
        ready.catch(() => undefined);
        coming.set(name, ready);
      }
    },
  };
}
