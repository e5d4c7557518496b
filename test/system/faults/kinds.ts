/**
 * What may go wrong with a floppy drive, and what a caller may then be told (docs/floppy.md, the
 * table of faults).
 *
 *   kinds            by name: how it is brought about, the statuses beside success
 *   Bench            the machine, chance, and the disks that there are
 *
 * Each is one-shot, N-shot or sticky, as chance has it, and over at the latest with `mend`.
 */
import type { Machine, SectorFault } from '../../../web/machine/types.ts';
import type { Chance } from '../../../web/machine/chance.ts';

export interface Bench {
  readonly machine: Machine;
  readonly chance: Chance;
  /** The disk that all is about, and another one that must stay as it is. */
  readonly disk: Uint8Array;
  readonly foreign: Uint8Array;
}

export interface Kind {
  bring(bench: Bench): void;
  readonly statuses: readonly string[];
}

const LINE = 6;
/** The disk's beginning is where files and tables are. */
const LIVELY_SECTORS = 380;
/** A scratch goes over so many sectors at most. */
const SCRATCH = 40;

export function below(chance: Chance, limit: number): number {
  return Math.floor(chance.random() * limit);
}

/** Once in most cases; for ever in some. */
function often(chance: Chance): number {
  return [1, 1, 1, 2, 3, 5, 12, Infinity][below(chance, 8)]!;
}

function sector(what: SectorFault, ...statuses: string[]): Kind {
  return {
    bring({ machine, chance }) {
      const first = below(chance, LIVELY_SECTORS);
      const count = often(chance);
      for (let at = below(chance, SCRATCH); at >= 0; at--)
        machine.fault.sector(0, first + at, what, count);
    },
    statuses: [...statuses, 'STATUS_UNRECOGNIZED_MEDIA'],
  };
}

const drive = (what: 'trackZero' | 'misstep' | 'index', ...statuses: string[]): Kind => ({
  bring: ({ machine, chance }) => machine.fault.drive(0, what, often(chance)),
  statuses,
});

const dma = (what: 'starve' | 'earlyTc' | 'lateTc', ...statuses: string[]): Kind => ({
  bring: ({ machine, chance }) => machine.fault.dma(what, often(chance)),
  statuses,
});

const ABSENT = 'STATUS_NO_MEDIA_IN_DEVICE';
const TIMEOUT = 'STATUS_IO_TIMEOUT';
const BROKEN = 'STATUS_IO_DEVICE_ERROR';
const CRC = 'STATUS_CRC_ERROR';
/** A disk that came back was torn where it was written. */
const TORN = [ABSENT, CRC, TIMEOUT];

export const kinds: Readonly<Record<string, Kind>> = {
  crc: sector('crc', CRC),
  weak: sector('weak', CRC),
  badId: sector('badId', CRC),
  noData: sector('noData', 'STATUS_DEVICE_DATA_ERROR'),
  deleted: sector('deleted', 'STATUS_DEVICE_DATA_ERROR'),
  noId: sector('noId', 'STATUS_NONEXISTENT_SECTOR'),
  wrongCylinder: sector('wrongCylinder', 'STATUS_NONEXISTENT_SECTOR'),
  trackZero: drive('trackZero', BROKEN),
  misstep: drive(
    'misstep',
    'STATUS_NONEXISTENT_SECTOR',
    'STATUS_FLOPPY_WRONG_CYLINDER',
    'STATUS_FLOPPY_ID_MARK_NOT_FOUND',
  ),
  index: drive('index', TIMEOUT),
  starve: dma('starve', 'STATUS_DATA_OVERRUN'),
  earlyTc: dma('earlyTc', 'STATUS_DATA_OVERRUN'),
  lateTc: dma('lateTc', 'STATUS_DATA_OVERRUN', 'STATUS_NONEXISTENT_SECTOR'),
  loseIrq: {
    bring: ({ machine, chance }) => machine.fault.loseIrq(LINE, 1 + below(chance, 4)),
    statuses: [TIMEOUT],
  },
  spuriousIrq: { bring: ({ machine }) => machine.fault.spuriousIrq(LINE), statuses: [] },
  rqm: {
    bring: ({ machine, chance }) => machine.fault.stickRqm(1 + below(chance, 6)),
    statuses: [BROKEN],
  },
  reset: {
    bring({ machine }) {
      const before = machine.in8(0x3f2);
      machine.out8(0x3f2, before & ~4);
      machine.out8(0x3f2, before | 4);
    },
    statuses: [TIMEOUT],
  },
  tornSector: {
    bring: ({ machine, chance }) =>
      machine.fault.tearSector(
        0,
        below(chance, LIVELY_SECTORS),
        below(chance, 2) === 0 ? 'door' : 'hang',
      ),
    statuses: TORN,
  },
  pulled: {
    bring: ({ machine, chance }) => machine.fault.pullDisk(0, below(chance, 12)),
    statuses: TORN,
  },
  taken: { bring: ({ machine }) => void machine.eject(0), statuses: TORN },
  swapped: {
    bring({ machine, foreign }) {
      machine.eject(0);
      machine.insert(0, foreign);
    },
    statuses: [
      ABSENT,
      'STATUS_WRONG_VOLUME',
      'STATUS_FILE_FORCED_CLOSED',
      'STATUS_OBJECT_NAME_NOT_FOUND',
    ],
  },
  protect: {
    bring: ({ machine, chance }) => machine.fault.protect(0, below(chance, 3) > 0),
    statuses: ['STATUS_MEDIA_WRITE_PROTECTED'],
  },
  keep: {
    bring: ({ machine, chance }) =>
      machine.fault.keep(
        (['failed', 'full', 'silent'] as const)[below(chance, 3)]!,
        1 + below(chance, 3),
      ),
    statuses: [
      'STATUS_TRANSACTION_ABORTED',
      'STATUS_DISK_QUOTA_EXCEEDED',
      'STATUS_TRANSACTION_TIMED_OUT',
    ],
  },
};

/** The disk is in its drive, and nothing is broken any more. */
export function mend({ machine, disk }: Bench): void {
  machine.fault.clear();
  machine.fault.keep('kept', 0);
  if (machine.medium(0) !== disk) {
    machine.eject(0);
    machine.insert(0, disk);
  }
  machine.fault.protect(0, false);
}
