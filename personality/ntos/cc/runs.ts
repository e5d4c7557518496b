/**
 * Sectors gathered into few requests to a storage driver.
 *
 * Sectors are added in any order of the disk; neighbours on the disk that come one after the other
 * share a request, up to TRANSFER_LIMIT, and of whole tracks where there are more. Pieces that
 * adjoin in memory are one piece.
 */
import type { Piece } from '../mm/types.ts';
import type { CacheManager } from './context.ts';
import { type CcTransfer, type Page, SECTOR_SIZE, TRANSFER_LIMIT } from './types.ts';
import type { VolumeCache } from './volumecache.ts';

export interface Run {
  readonly disk: number;
  length: number;
  readonly pieces: { address: number; length: number }[];
  /** Which sectors of which pages it carries. */
  readonly parts: { readonly page: Page; mask: number }[];
}

export class RunList {
  readonly runs: Run[] = [];
  readonly #unit: number;

  /** `unit`: bytes of a track, or of what else is moved at once; a longer run ends with one. */
  constructor(unit = SECTOR_SIZE) {
    this.#unit = unit;
  }

  add(disk: number, page: Page, bit: number): void {
    const last = this.runs.at(-1);
    const address = page.address + bit * SECTOR_SIZE;
    if (last && this.takes(disk)) {
      last.length += SECTOR_SIZE;
      const piece = last.pieces.at(-1);
      if (piece && piece.address + piece.length === address) piece.length += SECTOR_SIZE;
      else last.pieces.push({ address, length: SECTOR_SIZE });
      const part = last.parts.at(-1);
      if (part?.page === page) part.mask |= 1 << bit;
      else last.parts.push({ page, mask: 1 << bit });
      return;
    }
    this.runs.push({
      disk,
      length: SECTOR_SIZE,
      pieces: [{ address, length: SECTOR_SIZE }],
      parts: [{ page, mask: 1 << bit }],
    });
  }

  /** Whether the sector would go with the last request. */
  takes(disk: number): boolean {
    const last = this.runs.at(-1);
    return !!last && last.disk + last.length === disk && this.#fits(last, disk);
  }

  /** Whether the unit that starts there does, or the sector in the middle of one. */
  #fits({ disk: start }: Run, disk: number): boolean {
    const room = disk % this.#unit === 0 ? this.#unit : SECTOR_SIZE;
    return disk + room - start <= TRANSFER_LIMIT;
  }

  get empty(): boolean {
    return this.runs.length === 0;
  }
}

export interface RunSector {
  readonly page: Page;
  readonly bit: number;
}

/** Sectors in the order of the disk. For runs that were planned in the order of their file. */
function sectorsOf(run: Run): RunSector[] {
  return run.parts.flatMap(({ page, mask }) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (mask >>> bit) & 1).map((bit) => ({ page, bit })),
  );
}

/** [from, from + length) of a run, in bytes. */
export function partOfRun(run: Run, from: number, length: number): Run {
  const list = new RunList();
  const sectors = sectorsOf(run).slice(from / SECTOR_SIZE, (from + length) / SECTOR_SIZE);
  sectors.forEach(({ page, bit }, i) => list.add(run.disk + from + i * SECTOR_SIZE, page, bit));
  return list.runs[0] as Run;
}

export interface StartedRun {
  readonly run: Run;
  readonly transfer: CcTransfer;
}

/** Sends all requests before waiting for the first. Whoever starts them waits for each once. */
export function startRuns(
  volume: VolumeCache,
  write: boolean,
  runs: readonly Run[],
  request = 0,
): StartedRun[] {
  const transfers = startTransfers(volume, write, runs, request);
  return runs.map((run, index) => ({ run, transfer: transfers[index] as CcTransfer }));
}

/** The same of stretches that belong to no pages of the cache. */
export function startTransfers(
  { device, cc }: VolumeCache,
  write: boolean,
  stretches: readonly { disk: number; length: number; pieces: readonly Piece[] }[],
  request = 0,
): CcTransfer[] {
  return stretches.map(({ disk, length, pieces }) =>
    counted(cc, device.start(write, disk, length, pieces, request)),
  );
}

/** While a transfer is under way the system is not quiet (context.ts). */
function counted(cc: CacheManager, transfer: CcTransfer): CcTransfer {
  cc.transferBegins();
  return {
    get moved() {
      return transfer.moved;
    },
    async wait() {
      try {
        return await transfer.wait();
      } finally {
        cc.transferEnds();
      }
    },
  };
}
