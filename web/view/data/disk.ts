/**
 * The disks in the drives: what each sector is, where the head is and how it came there, and which
 * sectors were had lately.
 *
 * What a sector is comes from the element's `sectors(drive)`; the drive from the machine's look;
 * what was had, and the head's way, from marks (`machine.sector`, `machine.step`).
 */
import { WAYS } from '../../../personality/rtl/watch.ts';
import type { SectorInfo } from '../../element/types.ts';
import type { WatchedRecord } from '../../host/agent-protocol.ts';
import type { SectorPlace } from '../../machine/look.ts';
import type { Seen } from './types.ts';

/** How a sector was had last, and how many microseconds ago. */
export interface Had {
  readonly how: (typeof WAYS)[number];
  readonly ago: number;
  readonly failed: boolean;
}

/** The head went from there to there, pulse by pulse. */
export interface Travel {
  readonly from: number;
  readonly to: number;
  readonly pulses: number;
  readonly ago: number;
}

export interface DriveDisk {
  /** `A:` */
  readonly drive: string;
  readonly type: string;
  /** Name of the disk's format; '' for no disk. */
  readonly medium: string;
  /** Where the head is: as the drive counts, and as the disk does. */
  readonly cylinder: number;
  readonly track: number | undefined;
  /** The side that the last command selected. */
  readonly head: number;
  readonly motor: boolean;
  readonly turns: boolean;
  readonly protected: boolean;
  readonly changed: boolean;
  readonly steps: number;
  readonly reads: number;
  readonly writes: number;
  /** Newest last. */
  readonly way: readonly Travel[];
  readonly sectors: readonly SectorInfo[];
  /** Of sectors that were had: by `keyOf`. */
  readonly had: Readonly<Record<string, Had>>;
  /** In words, why there is no map. */
  readonly error: string;
}

export interface DiskData {
  readonly drives: readonly DriveDisk[];
  /** The sector that is chosen, and its bytes as they are on the medium now. */
  readonly chosen: (SectorPlace & { readonly bytes: readonly number[] }) | undefined;
}

export const LETTERS = ['A:', 'B:'] as const;

type InTrack = Pick<SectorInfo, 'cylinder' | 'head' | 'id'>;
export const keyOf = ({ cylinder, head, id }: InTrack): string => `${cylinder} ${head} ${id}`;

/** A sector in one word, and back. */
export const nameOf = ({ drive, cylinder, head, id }: SectorPlace): string =>
  [drive, cylinder, head, id].join(' ');

export function placeOf(name: string | undefined): SectorPlace | undefined {
  if (!name) return undefined;
  const [drive = 0, cylinder = 0, head = 0, id = 0] = name.split(' ').map(Number);
  return { drive, cylinder, head, id };
}

/** Times of records are modulo 2^32. */
const since = (then: number, now: number): number => Math.max(0, (now - then) | 0);

/** Travels that are told: of a soak there are thousands. */
const TRAVELS = 64;

function waysOf(records: readonly WatchedRecord[], now: number): Travel[][] {
  const ways: Travel[][] = LETTERS.map(() => []);
  for (const { mark, words = {}, time } of records) {
    if (mark !== 'machine.step') continue;
    const { drive = 0, from = 0, to = 0 } = words;
    const way = ways[drive];
    if (!way) continue;
    const last = way.at(-1);
    const goesOn =
      last && last.to === from && Math.sign(to - from) === Math.sign(last.to - last.from);
    const ago = since(time, now);
    if (goesOn) way[way.length - 1] = { from: last.from, to, pulses: last.pulses + 1, ago };
    else way.push({ from, to, pulses: 1, ago });
  }
  return ways.map((way) => way.slice(-TRAVELS));
}

function hadOf(records: readonly WatchedRecord[], now: number): Record<string, Had>[] {
  const all: Record<string, Had>[] = LETTERS.map(() => ({}));
  for (const { mark, words = {}, time } of records) {
    if (mark !== 'machine.sector') continue;
    const { drive = 0, way = 0, st1 = 0, st2 = 0 } = words;
    const { cylinder = 0, head = 0, id = 0 } = words;
    const had = all[drive];
    const how = WAYS[way];
    if (had && how)
      had[keyOf({ cylinder, head, id })] = {
        how,
        ago: since(time, now),
        failed: (st1 | st2) !== 0,
      };
  }
  return all;
}

export function diskOf({ machine, sectors, records, sector }: Seen): DiskData {
  if (!machine) return { drives: [], chosen: undefined };
  const { time, fdc } = machine;
  const ways = waysOf(records, time);
  const had = hadOf(records, time);
  const drives = LETTERS.map((drive, i): DriveDisk => {
    const { type = '', medium = '', cylinder, track, motor, turns, ...others } = machine.drives[i]!;
    const { protected: isProtected, changed, steps, reads, writes } = others;
    const signs = { cylinder, track, motor, turns, changed, steps, reads, writes };
    const { sectors: there = [], error = '' } = sectors?.get(drive) ?? {};
    const more = { way: ways[i]!, had: had[i]!, sectors: there, error };
    return { drive, type, medium, head: fdc.head, protected: isProtected, ...signs, ...more };
  });
  const bytes = machine.sector && [...machine.sector];
  return { drives, chosen: sector && bytes && { ...sector, bytes } };
}
