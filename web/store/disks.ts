/**
 * Kept disks: the door to them.
 *
 *   openDisk(name, options?)      a hold on one, in this browser's IndexedDB
 *   listDisks(options?)           those that are kept
 *   defaultDiskStore()            the store that both use
 *   createDiskStore(options?)     one over another backend: memory, or a database of another name
 *
 * Whoever is refused by the browser (private mode, no room) gets a StoreError from each call, and
 * may use `createDiskStore({ backend: createMemoryBackend() })` instead, saying that nothing is
 * kept.
 */

import { openBin, roomFor } from './bin.ts';
import { StoreError } from './errors.ts';
import { chunksPath, describeHead, headsPath, readableHead, sparesPath } from './head.ts';
import { createIndexedDbBackend } from './indexeddb.ts';
import { type KeptDiskHold, openKeptDisk, type KeptDiskContext } from './kept-disk.ts';
import { createLocalLocks, webLocks, type DiskLocks } from './locks.ts';
import { salvage } from './salvage.ts';
import type { DiskInfo, DiskStore, KeptDisk, OpenDiskOptions, StoreBackend } from './types.ts';

export interface DiskStoreOptions {
  backend: StoreBackend;
  locks?: DiskLocks;
  /** Keeps the locks of different backends apart. Default: empty, the browser's own database. */
  scope?: string;
}

class Disks implements DiskStore {
  readonly #backend: StoreBackend;
  readonly #locks: DiskLocks;
  readonly #scope: string;
  readonly #counters = { 'store.commit': 0, 'store.commit.bytes': 0, 'store.commit.failed': 0 };

  constructor(options: DiskStoreOptions) {
    this.#backend = options.backend;
    this.#locks = options.locks ?? createLocalLocks();
    this.#scope = options.scope ?? '';
  }

  async open(name: string, options: OpenDiskOptions = {}): Promise<KeptDiskHold> {
    if (name === '') throw new StoreError('bad-argument', 'A kept disk needs a name.');
    return openKeptDisk(this.#contextFor(options.prefix ?? '', name));
  }

  #contextFor(prefix: string, name: string): KeptDiskContext {
    const counters = this.#counters;
    return {
      backend: this.#backend,
      locks: this.#locks,
      lockName: lockNameOf(this.#scope, prefix, name),
      prefix,
      name,
      committed: (bytes) => {
        counters['store.commit']++;
        counters['store.commit.bytes'] += bytes;
      },
      failed: () => void counters['store.commit.failed']++,
      makeRoom: () => roomFor({ prefix, name }, (owner) => this.bin({ prefix: owner })),
    };
  }

  bin({ prefix = '' }: OpenDiskOptions = {}): ReturnType<typeof openBin> {
    return openBin({
      prefix,
      backend: this.#backend,
      open: (name, where) => this.open(name, { prefix: where }),
      list: (where) => this.list({ prefix: where }),
    });
  }

  /** A damaged record hides no disk, neither its own nor another. */
  async list(options: OpenDiskOptions = {}): Promise<DiskInfo[]> {
    const prefix = options.prefix ?? '';
    const read = await this.#backend.read([headsPath(prefix), sparesPath(prefix)]);
    const [heads, spares] = read.map((entries) => {
      return new Map(entries.map(([path, value]) => [String(path[2]), value]));
    }) as [Map<string, unknown>, Map<string, unknown>];
    const names = [...new Set([...heads.keys(), ...spares.keys()])];
    const found = await Promise.all(
      names.map((name) => this.#describe(prefix, name, heads.get(name), spares.get(name))),
    );
    return found.filter((disk) => disk !== undefined).sort(byName);
  }

  /** Of a damaged record its copy counts; where there is none, the chunks say what it was. */
  async #describe(
    prefix: string,
    name: string,
    head: unknown,
    spare: unknown,
  ): Promise<DiskInfo | undefined> {
    const known = readableHead(head) ?? (head === undefined ? undefined : readableHead(spare));
    if (known) return describeHead(name, known);
    const [entries = []] = await this.#backend.read([chunksPath(prefix, name)]);
    const chunks = new Map(entries.map(([path, bytes]) => [Number(path[3]), bytes]));
    try {
      const disk = salvage({ head, spare, chunks });
      return disk && { ...describeHead(name, disk.head), damaged: true };
    } catch {
      return undefined;
    }
  }

  async inUse({ prefix = '' }: OpenDiskOptions = {}): Promise<ReadonlySet<string>> {
    const start = lockNameOf(this.#scope, prefix, '').slice(0, -2);
    const held = (await this.#locks.held()).filter((name) => name.startsWith(start));
    return new Set(held.map((name) => (JSON.parse(name.slice(LOCK.length)) as string[])[2]!));
  }

  counters(): Record<string, number> {
    return { ...this.#counters };
  }
}

/** As the database orders its keys. */
const byName = (a: DiskInfo, b: DiskInfo): number => (a.name < b.name ? -1 : 1);

const LOCK = 'neptune-disk:';
const lockNameOf = (...parts: [scope: string, prefix: string, name: string]): string =>
  LOCK + JSON.stringify(parts);

export function createDiskStore(options: DiskStoreOptions): DiskStore {
  return new Disks(options);
}

let browserStore: DiskStore | undefined;
let browserBackend: StoreBackend | undefined;

export function defaultBackend(): StoreBackend {
  return (browserBackend ??= createIndexedDbBackend());
}

export function defaultDiskStore(): DiskStore {
  return (browserStore ??= createDiskStore({ backend: defaultBackend(), locks: webLocks() }));
}

export function openDisk(name: string, options?: OpenDiskOptions): Promise<KeptDisk> {
  return defaultDiskStore().open(name, options);
}

export function listDisks(options?: OpenDiskOptions): Promise<DiskInfo[]> {
  return defaultDiskStore().list(options);
}
