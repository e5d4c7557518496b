/** What a view is made of: a snapshot, counters, and the records since the view was opened. */
import type { SectorInfo } from '../../element/types.ts';
import type { MachineSnapshot } from '../../host/protocol.ts';
import type { SectorPlace } from '../../machine/look.ts';
import type { SystemSnapshot } from '../../../personality/rtl/snapshot.ts';
import type { WatchNames } from '../../../personality/rtl/watchnames.ts';
import type { KernelObjects } from '../kernel/objects.ts';
import type { WatchedRecord } from '../../host/agent-protocol.ts';

export interface Sample {
  /** Milliseconds of the page's clock. */
  readonly at: number;
  /** Of the kernel, and microseconds of the machine's clock modulo 2^32; of the same look. */
  readonly entry: number;
  readonly time: number;
  readonly counters: Readonly<Record<string, number>>;
}

export interface Seen {
  readonly snapshot: SystemSnapshot;
  /** Of the same moment, where a view needs it. */
  readonly kernel?: KernelObjects | undefined;
  /** Oldest first, the newest of the same look as the snapshot. */
  readonly samples: readonly Sample[];
  /** Oldest first. */
  readonly records: readonly WatchedRecord[];
  /** Those that have come since a look: -1 at first, then the `next` of the last one. */
  readonly live?: (since: number) => { records: readonly WatchedRecord[]; next: number };
  /** Words for the numbers in marks. */
  readonly names: WatchNames;
  /** Records that were overwritten before they were read, or that the page let go. */
  readonly lost: number;
  /** The machine's registers, of the same look; where a view needs them. */
  readonly machine?: MachineSnapshot;
  /** Of the disks in the drives, by letter; where a view needs them. */
  readonly sectors?: ReadonlyMap<string, DiskSectors>;
  /** The sector whose bytes are in `machine`. */
  readonly sector?: SectorPlace | undefined;
}

/** A disk's sectors, or in words why they are not known. */
export interface DiskSectors {
  readonly sectors: readonly SectorInfo[];
  readonly error: string;
}

/** Which of it a view needs: what nobody shows is not asked for. */
export interface Needs {
  readonly records?: boolean;
  readonly kernel?: boolean;
  readonly machine?: boolean;
  readonly sectors?: boolean;
  /** Accesses to ports are among the records. */
  readonly ports?: boolean;
}
