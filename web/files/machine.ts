/**
 * The machine as the list uses it: its public methods. Those that look at a damaged or a deleted
 * file may be missing, from a machine of another version: then nothing is offered.
 */
import type { NeptuneOs } from '../element/neptune-os.ts';

/** What could be read of a damaged file; what is missing is zeros in `data`. */
export interface Salvaged {
  data: Uint8Array;
  missing: { offset: number; length: number }[];
}

export interface DeletedFile {
  name: string;
  size: number;
  modified: Date;
  /** How likely it is whole, in the machine's word for it. */
  chance: unknown;
  id: unknown;
}

export interface SectorEntry {
  state: string;
  file?: string;
}

interface Rescue {
  salvageFile?(path: string): Promise<Salvaged>;
  deletedFiles?(path: string): Promise<DeletedFile[]>;
  readDeleted?(drive: string, id: unknown): Promise<Uint8Array | Salvaged>;
  sectors?(drive: string): Promise<SectorEntry[]>;
}

export type Machine = NeptuneOs;

/** The methods that may be missing, whatever their types have become. */
export const rescueOf = (machine: Machine): Rescue => machine as unknown as Rescue;

/** The NTSTATUS that an error of the system has; 0 for another error. */
export const statusOf = (error: unknown): number =>
  Number((error as { status?: unknown } | undefined)?.status ?? 0);

export const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

export const Status = {
  noSuchFile: 0xc000000f,
  nameNotFound: 0xc0000034,
  nameCollision: 0xc0000035,
  pathNotFound: 0xc000003a,
  noMedia: 0xc0000013,
  noMediaInDevice: 0xc0000178,
  cannotDelete: 0xc0000121,
  dataError: 0xc000003e,
  crcError: 0xc000003f,
  deviceDataError: 0xc000009c,
  fileCorrupt: 0xc0000102,
} as const;

/** Sectors that cannot be read, or a chain that ends before its file does. */
const UNREADABLE: readonly number[] = [
  Status.dataError,
  Status.crcError,
  Status.deviceDataError,
  Status.fileCorrupt,
];
const EMPTY: readonly number[] = [Status.noMedia, Status.noMediaInDevice];
const GONE: readonly number[] = [Status.nameNotFound, Status.pathNotFound, Status.noSuchFile];

export const isUnreadable = (error: unknown): boolean => UNREADABLE.includes(statusOf(error));
export const isEmptyDrive = (error: unknown): boolean => EMPTY.includes(statusOf(error));
export const isGone = (error: unknown): boolean => GONE.includes(statusOf(error));
