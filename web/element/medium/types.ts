/**
 * What a page learns of a disk beyond its files: its sectors, what can be saved of a file, what was
 * deleted.
 */
import type { AreaKind } from '../../../personality/fstools/map/areas.ts';
import type { Chance } from '../../../personality/fstools/undelete/undelete.ts';
import type { ByteRange } from '../../../personality/ntdll/salvage.ts';
import type { AgentRequest, AgentResults } from '../../host/agent-protocol.ts';

export type { AreaKind, ByteRange, Chance };

/** As a method of the element asks its system. */
export type Ask = <R extends AgentRequest>(request: R) => Promise<AgentResults[R['op']]>;

/**
 * - `good`: it can be read.
 * - `bad`: a checksum is wrong, of its data or of its ID field; or its data come out otherwise now
 *   and then.
 * - `deleted`: its data follow a deleted data mark, at which the system's reads stop.
 * - `missing`: the disk's format has it, and the track does not; or no data follow its ID field.
 */
export type SectorState = 'good' | 'bad' | 'deleted' | 'missing';

export interface SectorInfo {
  /** Where the head stands. */
  cylinder: number;
  head: number;
  /** The number in its ID field. */
  id: number;
  /** Bytes. */
  size: number;
  state: SectorState;
  /** What the file system has there. Absent: no file system, or none that knows of this sector. */
  area?: AreaKind;
  /** The path of the file or directory that it belongs to. */
  file?: string;
  /** The place that its ID field names, where that is another one than it lies at. */
  says?: { cylinder: number; head: number };
  /** How its track is recorded. Absent: a disk in RAM has no recording. */
  recording?: 'MFM' | 'FM';
  /** Thousand bits a second, as a drive of 300 turns a minute sees it. */
  kilobits?: number;
}

export interface SalvageOptions {
  /** Ends it: the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Milliseconds after which nothing more is tried. Default: ten minutes. */
  limit?: number;
  /** Told after each piece: how much was tried, of how much. */
  onProgress?: (done: number, total: number) => void;
}

export interface Salvaged {
  /** The whole file, with zeros where it could not be read. */
  data: Uint8Array;
  /** What could not be read, in order. */
  missing: ByteRange[];
  /** What lies behind this was not tried any more: the time was over. It is `missing`, too. */
  tried: number;
}

export interface DeletedFilesOptions {
  /** Also those of the directories below, deleted ones too. */
  below?: boolean;
}

export interface DeletedFileInfo {
  /** Its directory: `A:\SUB`. */
  directory: string;
  /** `?` stands for a letter that is not known any more. */
  name: string;
  size: number;
  /** Local time as the disk has it. */
  modified: Date;
  /**
   * How sure it is that its bytes are still there: `good`, `fair` (another deleted file may have
   * them), `poor` (some of its place is in use), `none`.
   */
  chance: Chance;
  /** For `readDeleted`. */
  id: string;
}
