/**
 * Where the code of workers and images is, and how it comes to them.
 *
 * The build makes one file of each (scripts/code.mjs): a module that imports nothing. A page
 * fetches them once and hands them on as blobs; then a worker needs nothing from the network, and
 * its policy can forbid all of it (policy.ts). A page whose own policy lets no blob be a script
 * keeps that policy, and its workers and images are loaded by address, under it.
 *
 *   loadCode(workers)    addresses of these workers' scripts and of all images, and what makes a
 *                        worker; rejects in words where the code cannot be fetched. `likely`: the
 *                        page's policy lets blobs run, as far as it knows: workers begin at once
 *   workersOf(topology)  the workers that it needs
 *   imageAddresses()     of the images as built, by name
 *
 * The workers of a topology and the images of the boot travel in one file (boot-pack.ts); each is
 * there by itself, too, for a page that loads them by address.
 *
 * A new program or driver is a folder, and one line here.
 */
import { unpack } from './boot-pack.ts';
import { EmptyWorkers } from './empty-worker.ts';
import { REST, TIME } from './later-names.ts';
import { importing, sameOrigin } from './origin.ts';
import { policyFrame } from './policy.ts';
import { plainName, readCounted } from './progress.ts';
import type { ImageAddresses, Topology } from './protocol.ts';
import { scriptAddress } from './trusted.ts';

const workers = {
  executive: new URL('../../build/workers/executive.worker.js', import.meta.url),
  machine: new URL('../../build/workers/machine.worker.js', import.meta.url),
  processor: new URL('../../build/workers/processor.worker.js', import.meta.url),
  replay: new URL('../../build/workers/replay.worker.js', import.meta.url),
  single: new URL('../../build/workers/single.worker.js', import.meta.url),
} as const;

/** The agent runs lines of the page in the shell, so both images are in one file. */
const shell = new URL('../../build/images/agent.exe.js', import.meta.url);

const images: Readonly<Record<string, URL>> = {
  'agent.exe': shell,
  'ntcmd.exe': shell,
  'smss.exe': new URL('../../build/images/smss.exe.js', import.meta.url),
  'serial.sys': new URL('../../build/images/serial.sys.js', import.meta.url),
};

/** A topology's workers, and all of these. scripts/code.mjs has their lists. */
const packs = {
  isolated: new URL('../../build/packs/isolated.txt', import.meta.url),
  single: new URL('../../build/packs/single.txt', import.meta.url),
} as const;

/**
 * Not needed for the boot: fetched when a process is first made of one, or the page has time. The
 * first are what anybody needs who does something at the prompt.
 */
const later: Readonly<Record<string, URL>> = {
  [REST]: new URL('../../build/workers/executive.later.js', import.meta.url),
  'agent.later': new URL('../../build/images/agent.later.js', import.meta.url),
  'fdc.sys': new URL('../../build/images/fdc.sys.js', import.meta.url),
  'fatfs.sys': new URL('../../build/images/fatfs.sys.js', import.meta.url),
  [TIME]: new URL('../../build/images/time.part.js', import.meta.url),
  'beep.sys': new URL('../../build/images/beep.sys.js', import.meta.url),
  'cga.sys': new URL('../../build/images/cga.sys.js', import.meta.url),
  'crypt.sys': new URL('../../build/images/crypt.sys.js', import.meta.url),
  'diskperf.sys': new URL('../../build/images/diskperf.sys.js', import.meta.url),
  'fstools.exe': new URL('../../build/images/fstools.exe.js', import.meta.url),
  'i8042prt.sys': new URL('../../build/images/i8042prt.sys.js', import.meta.url),
  'kbdclass.sys': new URL('../../build/images/kbdclass.sys.js', import.meta.url),
  'msfs.sys': new URL('../../build/images/msfs.sys.js', import.meta.url),
  'npfs.sys': new URL('../../build/images/npfs.sys.js', import.meta.url),
  'nvram.sys': new URL('../../build/images/nvram.sys.js', import.meta.url),
  'null.sys': new URL('../../build/images/null.sys.js', import.meta.url),
  'ramdisk.sys': new URL('../../build/images/ramdisk.sys.js', import.meta.url),
};

/** Of the experiments: fetched by who starts one, and by nobody else. */
const asked: Readonly<Record<string, URL>> = {
  'hang.sys': new URL('../../build/images/hang.sys.js', import.meta.url),
  'lab.exe': new URL('../../build/images/lab.exe.js', import.meta.url),
};

const notAtBoot: Readonly<Record<string, URL>> = { ...later, ...asked };

/** That, the shell's part, disks and files. */
const AT_ONCE = 4;

export type WorkerName = keyof typeof workers;

/** Processes that boot starts until the prompt: session manager, agent, a driver, the shell. */
export const SPARES_AT_BOOT = 4;

/** Those that it begins with. */
export function workersOf(topology: Topology): readonly WorkerName[] {
  if (topology === 'single') return ['single'];
  return ['machine', 'executive', ...Array<WorkerName>(SPARES_AT_BOOT).fill('processor')];
}

export interface Code {
  /** Makes a worker of that script. */
  start(name: WorkerName): Worker;
  /** Those that were made need nothing more of this thread; of one that fails nothing is heard. */
  begun(): Promise<void>;
  /** Those that are here. */
  readonly images: ImageAddresses;
  /** Where the code of another one is; rejects in words, also where there is no such image. */
  image(name: string): Promise<string>;
  /**
   * Code of the page's own, under a name that nothing else here has: the newest is what a process
   * is made of from now on. Throws in words.
   */
  add(name: string, text: string): void;
  /** Fetches those others, since the boot is over. Failures show when one is wanted. */
  fetchOthers(): void;
  /** Calls back, once, when the workers were ended from outside: in words. Returns how to stop. */
  onLost(callback: (reason: string) => void): () => void;
}

export function imageAddresses(more: Readonly<Record<string, URL>> = {}): ImageAddresses {
  const all = Object.entries({ ...images, ...notAtBoot, ...more });
  return Object.fromEntries(all.map(([name, url]) => [name.toLowerCase(), url.href]));
}

/** Scripts by their address, as blobs: once a page. */
const blobs = new Map<string, Promise<string>>();

function fetchWhole<T>(
  address: string,
  read: (response: Response) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const checked = (response: Response): Promise<T> => {
    if (response.ok) return read(response);
    throw new Error(`${address} could not be fetched (${response.status}).`);
  };
  return readCounted(address, checked, signal);
}

/** Taken apart here, in one turn: a blob's pieces would be asked for, each with a wait. */
async function fetchPack(address: string, signal: AbortSignal): Promise<ReadonlyMap<string, Blob>> {
  const bytes = await fetchWhole(address, (response) => response.arrayBuffer(), signal);
  return unpack(new Uint8Array(bytes));
}

type Pack = Promise<ReadonlyMap<string, Blob>>;

interface Coming {
  readonly pack: Pack;
  /** Nobody wants it. */
  stop(): void;
}

const packsHere = new Map<Topology, Coming>();

/** Once a page; where it could not be had, the next who asks tries again. */
function packOf(topology: Topology): Coming {
  const known = packsHere.get(topology);
  if (known) return known;
  const control = new AbortController();
  const pack = fetchPack(packs[topology].href, control.signal);
  const coming = { pack, stop: () => control.abort() };
  packsHere.set(topology, coming);
  pack.catch(() => packsHere.delete(topology));
  return coming;
}

/** `pack`: where it may be. What is not there is fetched by itself. */
async function fetchScript(address: string, pack?: Pack): Promise<string> {
  const code =
    (await pack)?.get(plainName(address)) ??
    (await fetchWhole(address, (response) => response.blob()));
  const map = new URL(`${plainName(address)}.map`, address).href;
  const parts = [code, `\n//# sourceMappingURL=${map}\n`];
  return URL.createObjectURL(new Blob(parts, { type: 'text/javascript' }));
}

function blobOf(address: string, pack?: Pack): Promise<string> {
  const known = blobs.get(address);
  if (known) return known;
  const made = fetchScript(address, pack);
  blobs.set(address, made);
  made.catch(() => blobs.delete(address));
  return made;
}

let blobsRun: Promise<boolean> | undefined;

/** Whether a blob may be a script here: the page's policy may say no. */
function canRunBlobs(): Promise<boolean> {
  blobsRun ??= (async () => {
    if (globalThis.origin === 'null') return false;
    const address = URL.createObjectURL(new Blob([''], { type: 'text/javascript' }));
    try {
      await import(/* @vite-ignore */ address);
      return true;
    } catch {
      return false;
    } finally {
      URL.revokeObjectURL(address);
    }
  })();
  return blobsRun;
}

/** A driver of the page's own: eight letters and figures, as a file's name has. */
const OWN_NAME = /^[a-z][a-z0-9]{0,7}\.sys$/;

/** What a page adds to one system, by name. */
class OwnImages {
  readonly #addresses = new Map<string, string>();
  readonly #taken: ImageAddresses;

  constructor(taken: ImageAddresses) {
    this.#taken = taken;
  }

  add(name: string, text: string): void {
    if (!OWN_NAME.test(name)) throw new TypeError(`${name} is no name of a driver's image.`);
    if (Object.hasOwn(this.#taken, name)) throw new TypeError(`${name} is the system's own.`);
    const old = this.#addresses.get(name);
    const blob = new Blob([text], { type: 'text/javascript' });
    this.#addresses.set(name, URL.createObjectURL(blob));
    if (old !== undefined) URL.revokeObjectURL(old);
  }

  find(name: string): Promise<string> | undefined {
    const found = this.#addresses.get(name);
    return found === undefined ? undefined : Promise.resolve(found);
  }
}

/** Of those that come later alone: a worker asks by name. */
function laterImage(name: string): Promise<string> {
  const url = Object.hasOwn(notAtBoot, name) ? notAtBoot[name] : undefined;
  return url ? blobOf(url.href) : Promise.reject(new Error(`there is no image ${name}`));
}

const ofBoot: ReadonlySet<string> = new Set(Object.values(images).map(({ href }) => href));

/** One after the other on a thin line: what is likely to be wanted first. */
async function fetchOthers(): Promise<void> {
  const names = Object.keys(later);
  await Promise.allSettled(names.slice(0, AT_ONCE).map(laterImage));
  await Promise.allSettled(names.slice(AT_ONCE).map(laterImage));
}

async function blobCode(
  needed: readonly WorkerName[],
  addresses: ImageAddresses,
  pack: Pack,
  empty: EmptyWorkers,
): Promise<Code> {
  const [scripts, programs] = await Promise.all([
    Promise.all(
      needed.map(async (name) => [name, await blobOf(workers[name].href, pack)] as const),
    ),
    Promise.all(
      Object.entries(addresses)
        .filter(([name, address]) => notAtBoot[name]?.href !== address)
        .map(async ([name, address]) => {
          const packed = ofBoot.has(address) ? pack : undefined;
          return [name, await blobOf(address, packed)] as const;
        }),
    ),
  ]).catch((error: unknown) => {
    empty.end();
    throw error;
  });
  const own = new OwnImages(addresses);
  const script = Object.fromEntries(scripts) as Record<WorkerName, string>;
  return {
    start: (name) => empty.take(name, script[name]),
    begun: () => empty.heard(),
    images: Object.fromEntries(programs),
    image: (name) => own.find(name) ?? laterImage(name),
    add: (name, text) => own.add(name, text),
    fetchOthers: () => void fetchOthers(),
    onLost: (callback) => policyFrame().onLost(callback),
  };
}

function addressCode(addresses: ImageAddresses): Code {
  return {
    start(name) {
      const address = workers[name];
      const script = sameOrigin(address) ? address : importing(address);
      return new Worker(scriptAddress(script.href), { type: 'module', name });
    },
    begun: () => Promise.resolve(),
    images: addresses,
    image: (name) => Promise.reject(new Error(`there is no image ${name}`)),
    add() {
      throw new Error('This page lets no code run but what it has fetched (script-src).');
    },
    fetchOthers: () => undefined,
    onLost: () => () => undefined,
  };
}

export async function loadCode(
  needed: readonly WorkerName[],
  more: Readonly<Record<string, URL>> = {},
  likely = false,
): Promise<Code> {
  const addresses = imageAddresses(more);
  const topology = needed.includes('executive') ? 'isolated' : 'single';
  // Few pages let no blob run: the file need not wait for the answer.
  const { pack, stop } = packOf(topology);
  // Their threads begin while the scripts come.
  const begin = (): EmptyWorkers => new EmptyWorkers(policyFrame(), needed);
  const early = likely ? begin() : undefined;
  if (await canRunBlobs()) return blobCode(needed, addresses, pack, early ?? begin());
  early?.end();
  stop();
  return addressCode(addresses);
}
