/**
 * What a check knows of a volume while it goes over it: who owns each cluster, the directories as
 * they will be, what was found. Nothing is written before the end (commit.ts).
 *
 * A repair is made in memory as soon as its problem is found, so that what comes later sees a
 * volume that is sound up to there; a check without repair is the same, and forgets it.
 */
import { type FatTable, FREE } from '../fat/table.ts';
import type { Extent, FatVolume } from '../fat/volume.ts';
import type { Entry, Slot } from '../fat/slots.ts';

/** A directory in memory. */
export interface Directory {
  readonly path: string;
  /** 0: the root of FAT12 or FAT16. */
  readonly start: number;
  readonly parent: Directory | undefined;
  readonly clusters: number[];
  bytes: Uint8Array;
  extents: Extent[];
  dirty: boolean;
  /** Slots of it move to other sectors. */
  moves: boolean;
  /** Slots behind the end mark that have not been looked at. */
  behind: boolean;
  /** Its names, folded. */
  readonly short: Set<string>;
  readonly long: Set<string>;
}

/** A file or directory by its entry. */
export interface Found {
  readonly path: string;
  readonly directory: Directory;
  readonly slot: Slot;
  readonly entry: Entry;
}

/** Of clusters. */
export interface Copy {
  readonly from: number;
  readonly to: number;
}

export interface Totals {
  files: number;
  hidden: number;
  directories: number;
  /** Clusters. */
  inFiles: number;
  inHidden: number;
  inDirectories: number;
  recovered: number;
  bad: number;
  free: number;
}

export type Say = (text: string) => void;

export class Check {
  readonly volume: FatVolume;
  readonly table: FatTable;
  /** The same, before anything was put right. */
  readonly original: FatTable;
  /** 1 where a cluster belongs to something. */
  readonly owned: Uint8Array;
  readonly directories: Directory[] = [];
  readonly files: Found[] = [];
  readonly copies: Copy[] = [];
  /** Clusters of lost chains that are files now. */
  readonly saved = new Set<number>();
  /** Clusters that directories grew by. */
  readonly grown: Copy[] = [];
  readonly totals: Totals;
  /** Paths of files and directories, in the order in which they were found. */
  readonly seen: string[] = [];
  problems = 0;
  /** Files and directories that are as they should be, under names of their own. */
  whole = 0;
  /** Names that say they lead to a directory, and those where its `.` says so too. */
  readonly named = { claimed: 0, proven: 0 };
  /** Why a repair cannot be whole. */
  unrepairable = 0;
  /** Of the root directory. */
  label: Uint8Array | undefined;
  /** Free clusters, as the table had it. */
  readonly freeBefore: number;
  #cursor = 2;
  readonly #say: Say;

  constructor(volume: FatVolume, table: FatTable, say: Say) {
    this.volume = volume;
    this.table = table;
    this.original = table.copy();
    this.freeBefore = table.free();
    this.owned = new Uint8Array(table.last + 1);
    this.#say = say;
    this.totals = {
      files: 0,
      hidden: 0,
      directories: 0,
      inFiles: 0,
      inHidden: 0,
      inDirectories: 0,
      recovered: 0,
      bad: 0,
      free: 0,
    };
  }

  problem(text: string): void {
    this.problems++;
    this.#say(text);
  }

  /** One that no repair ends. */
  hopeless(text: string): void {
    this.unrepairable++;
    this.problem(text);
  }

  tell(text: string): void {
    this.#say(text);
  }

  /** A free cluster, which from now on ends a chain; undefined: there is none. */
  allocate(end: number): number | undefined {
    const { table } = this;
    for (; this.#cursor <= table.last; this.#cursor++) {
      const at = this.#cursor;
      if (table.get(at) !== FREE || this.owned[at]) continue;
      table.set(at, end);
      this.owned[at] = 1;
      return at;
    }
    return undefined;
  }
}
