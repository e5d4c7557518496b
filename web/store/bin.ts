/**
 * The bin: kept disks that somebody has deleted, until they are restored, deleted for good, have
 * been there for DAYS days, or their room is needed.
 *
 * A disk in the bin is a kept disk under a prefix of the bin's own; all of it is moved there, and
 * back, in one batch. Beside it lies a record of what it was:
 *
 *   ['bin', prefix, name]   { was: the name under which it was kept, deleted: ms since 1970 }
 *
 *   openBin(parts)          list, throwAway, restore, remove, empty; makeRoom for the store itself
 */
import { StoreError } from './errors.ts';
import { freshName } from './names.ts';
import type { BinnedDisk, DiskBin, KeptDisk, KeyPath, StoreBackend } from './types.ts';

export const DAYS = 30;
const LIFE = DAYS * 24 * 3600 * 1000;

/** No page's prefix begins so. */
const BIN = '\u0000bin\u0000';
export const binPrefix = (prefix: string): string => `${BIN}${prefix}`;
/** The prefix whose bin a prefix is; itself where it is none. */
const ownerOf = (prefix: string): string =>
  prefix.startsWith(BIN) ? prefix.slice(BIN.length) : prefix;
const recordsPath = (prefix: string): KeyPath => ['bin', prefix];
const recordPath = (prefix: string, name: string): KeyPath => ['bin', prefix, name];

interface BinRecord {
  was: string;
  deleted: number;
}

export interface BinParts {
  readonly prefix: string;
  readonly backend: StoreBackend;
  open(name: string, prefix: string): Promise<MovableDisk>;
  /** The kept disks under a prefix, by name. */
  list(prefix: string): Promise<Omit<BinnedDisk, 'deleted'>[]>;
}

/** What the bin needs of a hold. */
export interface MovableDisk extends KeptDisk {
  moveTo(prefix: string, name: string, also: MoveAlso): Promise<void>;
}

export interface MoveAlso {
  readonly clear?: readonly KeyPath[];
  readonly put?: readonly (readonly [KeyPath, unknown])[];
}

class Bin implements DiskBin {
  readonly #parts: BinParts;

  constructor(parts: BinParts) {
    this.#parts = parts;
  }

  /** What has been there for too long goes now. */
  async list(): Promise<BinnedDisk[]> {
    const disks = await this.#all();
    const over = disks.filter(({ deleted }) => deleted + LIFE <= Date.now());
    for (const { name } of over) await this.remove(name).catch(() => undefined);
    return disks.filter((disk) => !over.includes(disk));
  }

  async throwAway(name: string): Promise<string> {
    const { prefix } = this.#parts;
    return this.#holding(name, prefix, async (hold) => {
      const record: BinRecord = { was: name, deleted: Date.now() };
      const there = freshName(name);
      await hold.moveTo(binPrefix(prefix), there, { put: [[recordPath(prefix, there), record]] });
      return there;
    });
  }

  /** Under its old name, where nothing is kept by now; the name that it has. */
  async restore(name: string): Promise<string> {
    const { prefix } = this.#parts;
    const was = (await this.#records()).get(name)?.was ?? name;
    return this.#holding(name, binPrefix(prefix), (hold) =>
      this.#holding(was, prefix, async (place) => {
        const target = place.readOnly || place.info ? freshName(was) : was;
        await hold.moveTo(prefix, target, { clear: [recordPath(prefix, name)] });
        return target;
      }),
    );
  }

  async remove(name: string): Promise<void> {
    const { prefix, backend } = this.#parts;
    await this.#holding(name, binPrefix(prefix), (hold) => hold.delete());
    await backend.write({ clear: [recordPath(prefix, name)], put: [] });
  }

  async empty(): Promise<void> {
    for (const { name } of await this.#all()) await this.remove(name);
  }

  /** Deletes the oldest for good, `but` not the one of this name; its label, undefined: none. */
  async makeRoom(but: string | undefined): Promise<string | undefined> {
    for (const { name, label } of await this.#all()) {
      if (name === but) continue;
      try {
        await this.remove(name);
        return label || 'a disk';
      } catch (error) {
        // Somebody is restoring it in another tab.
        if (!(error instanceof StoreError && error.code === 'read-only')) throw error;
      }
    }
    return undefined;
  }

  /** The oldest first. */
  async #all(): Promise<BinnedDisk[]> {
    const { prefix, list } = this.#parts;
    const records = await this.#records();
    const disks = await list(binPrefix(prefix));
    return disks
      .map((disk) => ({ ...disk, deleted: records.get(disk.name)?.deleted ?? disk.modified }))
      .sort((a, b) => a.deleted - b.deleted);
  }

  async #records(): Promise<Map<string, BinRecord>> {
    const [entries = []] = await this.#parts.backend.read([recordsPath(this.#parts.prefix)]);
    const found = entries.map(([path, value]) => [String(path[2]), value as BinRecord] as const);
    return new Map(found.filter(([, record]) => Number.isFinite(record?.deleted)));
  }

  async #holding<T>(
    name: string,
    prefix: string,
    work: (hold: MovableDisk) => Promise<T>,
  ): Promise<T> {
    const hold = await this.#parts.open(name, prefix);
    try {
      return await work(hold);
    } finally {
      await hold.close();
    }
  }
}

export function openBin(parts: BinParts): Bin {
  return new Bin(parts);
}

/** For a disk of this prefix and name that has no room: the bin that can make some. */
export function roomFor(
  place: { prefix: string; name: string },
  bin: (prefix: string) => Bin,
): Promise<string | undefined> {
  const owner = ownerOf(place.prefix);
  return bin(owner).makeRoom(owner === place.prefix ? undefined : place.name);
}
