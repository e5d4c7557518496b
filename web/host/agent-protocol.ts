/**
 * What the page asks of its agent, a native process like any other: each request is done by Nt*
 * calls.
 *
 *   cleanRequest(value)   a request made of what was read from `value` once, and of nothing else;
 *                         throws a TypeError in words for what is none. Looked at on both sides
 *   isBeside(value)       whether a request need not wait for those before it (agent-turns.ts)
 */
import type { SalvagedPiece } from '../../personality/ntdll/salvage.ts';
import type { SystemSnapshot } from '../../personality/rtl/snapshot.ts';
import type { MarkedRecord, WatchName } from '../../personality/rtl/watchanswer.ts';

/** The drive whose disk is in RAM. */
export const RAM_DRIVE = 'C:';

export type ControlAction = 'revoke' | 'suspend' | 'resume' | 'terminate';

export type AgentRequest =
  | { op: 'exec'; line: string }
  | { op: 'readFile'; path: string }
  | { op: 'writeFile'; path: string; data: Uint8Array }
  | { op: 'list'; path: string }
  /**
   * Of a file, from `offset` on, what can be read though some of it cannot. `known`: the size that
   * an earlier piece gave, or 0.
   */
  | { op: 'salvage'; path: string; offset: number; length: number; known: number }
  /** Answers of fstools.exe (answers.ts): what lies where; what was deleted; its bytes. */
  | { op: 'areas'; drive: string }
  | { op: 'deleted'; path: string; below: boolean }
  | { op: 'readDeleted'; drive: string; id: string }
  /** A piece of a file: the first, at 0, creates it with room for `total` bytes. */
  | {
      op: 'writePart';
      path: string;
      data: Uint8Array;
      offset: number;
      total: number;
      replace: boolean;
    }
  /** To a name on the same disk. */
  | { op: 'rename'; from: string; to: string; replace: boolean }
  | { op: 'copyFile'; from: string; to: string; replace: boolean }
  /** `tree`: with all that is in it. */
  | { op: 'remove'; path: string; tree: boolean }
  | { op: 'createFolder'; path: string }
  /** FILE_ATTRIBUTE_* bits to set and to clear; `modified` as Date.getTime, 0 leaves it. */
  | { op: 'setAttributes'; path: string; on: number; off: number; modified: number }
  | { op: 'volumes' }
  | { op: 'volume'; drive: string }
  /** Writes everything of a mounted drive back; nothing to do where it is not mounted. */
  | { op: 'flush'; drive: string }
  /** The same, and unmounts. */
  | { op: 'dismount'; drive: string }
  /** The RAM disk's medium (C:): in, out, a copy of it. */
  | { op: 'insertImage'; drive: string; image: Uint8Array; writeProtected: boolean }
  | { op: 'ejectImage'; drive: string }
  | { op: 'readImage'; drive: string }
  | { op: 'counters' }
  /** The system at one moment; `kernel`: with the kernel's objects. */
  | { op: 'snapshot'; kernel: boolean }
  /** `which`: the slot of the capability, the id of the thread. */
  | { op: 'control'; action: ControlAction; process: number; which: number }
  /** Starts (`ports`: with accesses to them) or stops the trace; `read` takes what is there. */
  | { op: 'trace'; action: 'start' | 'ports' | 'stop' | 'read' }
  | { op: 'shutdown' };

export interface FileEntry {
  name: string;
  size: number;
  directory: boolean;
  /** FILE_ATTRIBUTE_* bits. */
  attributes: number;
  /** Local time as the disk has it. */
  modified: Date;
  /** The name of 8.3, where it is another one; '' else. */
  shortName: string;
}

/** A drive letter, and what is known of its disk without looking at it. */
export interface DriveEntry {
  /** `A:` */
  drive: string;
  mounted: boolean;
}

/** The disk in a drive. */
export interface VolumeEntry {
  drive: string;
  label: string;
  serial: number;
  /** Bytes. */
  total: number;
  free: number;
  /** Bytes of a cluster: what a file takes is a multiple of it. */
  cluster: number;
}

export interface ExecResult {
  /** NTSTATUS, 0 for success. */
  status: number;
  /** All that the command printed; lines end in `\n`. */
  output: string;
}

/** A record of the kernel's trace; of a mark (personality/rtl/watch.ts), what it says, too. */
export type WatchedRecord = MarkedRecord;

export interface KernelSnapshot extends SystemSnapshot {
  /** Where it was asked for (docs/watching.md). */
  readonly kernel?: Uint32Array;
}

export interface TraceBatch {
  /** Oldest first; `lost` were overwritten before they could be read. */
  records: WatchedRecord[];
  lost: number;
  /** What numbers in the words stand for: those that are new. */
  names: readonly WatchName[];
}

export interface AgentResults {
  exec: ExecResult;
  readFile: Uint8Array;
  writeFile: undefined;
  list: FileEntry[];
  salvage: SalvagedPiece;
  /** JSON: DiskAreas. */
  areas: Uint8Array;
  /** JSON: DeletedFile[]. */
  deleted: Uint8Array;
  readDeleted: Uint8Array;
  writePart: undefined;
  rename: undefined;
  copyFile: undefined;
  remove: undefined;
  createFolder: undefined;
  setAttributes: undefined;
  volumes: DriveEntry[];
  volume: VolumeEntry;
  flush: undefined;
  dismount: undefined;
  insertImage: undefined;
  ejectImage: Uint8Array;
  readImage: Uint8Array;
  counters: Record<string, number>;
  snapshot: KernelSnapshot;
  control: undefined;
  trace: TraceBatch | undefined;
  shutdown: undefined;
}

/** What crosses the port: an error is data, since a class does not survive the crossing. */
export type AgentAnswer = { result: unknown } | { error: { status: number; message: string } };

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isDrive: Check = (value) => typeof value === 'string' && /^[A-Z]:$/.test(value);
const isRamDrive: Check = (value) => value === RAM_DRIVE;
const isTruth: Check = (value) => typeof value === 'boolean';
/** A place in a file, bits, or a time. */
const isWhole: Check = (value) => Number.isSafeInteger(value);
const isPlace: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isControl: Check = (value) =>
  isText(value) && /^(revoke|suspend|resume|terminate)$/.test(value as string);
const isAction: Check = (value) => ['start', 'ports', 'stop', 'read'].includes(value as string);
/** Looks at what the engine knows of the object, not at what it says of itself. */
const tagOf = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
)!.get!;
export const isBytes = (value: unknown): value is Uint8Array => tagOf.call(value) === 'Uint8Array';

/** What looks at the system, or ends what is in the way: no driver is asked for it. */
const beside = {
  counters: {},
  snapshot: { kernel: isTruth },
  control: { action: isControl, process: isPlace, which: isPlace },
  trace: { action: isAction },
};

const fields: { readonly [O in AgentRequest['op']]: Readonly<Record<string, Check>> } = {
  exec: { line: isText },
  readFile: { path: isText },
  writeFile: { path: isText, data: isBytes },
  list: { path: isText },
  salvage: { path: isText, offset: isPlace, length: isPlace, known: isPlace },
  areas: { drive: isDrive },
  deleted: { path: isText, below: isTruth },
  readDeleted: { drive: isDrive, id: isText },
  writePart: { path: isText, data: isBytes, offset: isPlace, total: isPlace, replace: isTruth },
  rename: { from: isText, to: isText, replace: isTruth },
  copyFile: { from: isText, to: isText, replace: isTruth },
  remove: { path: isText, tree: isTruth },
  createFolder: { path: isText },
  setAttributes: { path: isText, on: isPlace, off: isPlace, modified: isWhole },
  volumes: {},
  volume: { drive: isDrive },
  flush: { drive: isDrive },
  dismount: { drive: isDrive },
  insertImage: { drive: isRamDrive, image: isBytes, writeProtected: isTruth },
  ejectImage: { drive: isRamDrive },
  readImage: { drive: isRamDrive },
  ...beside,
  shutdown: {},
};

export function cleanRequest(value: unknown): AgentRequest {
  if (typeof value !== 'object' || value === null) throw new TypeError('This is no request.');
  const given = value as Record<string, unknown>;
  const { op } = given;
  if (typeof op !== 'string' || !Object.hasOwn(fields, op))
    throw new TypeError('There is no such request.');
  const clean: Record<string, unknown> = { op };
  for (const [name, check] of Object.entries(fields[op as AgentRequest['op']])) {
    const field = given[name];
    if (!check(field)) throw new TypeError(`The request "${op}" has no proper "${name}".`);
    clean[name] = field;
  }
  return clean as AgentRequest;
}

/** What was sent need not be a request: that is judged where it is answered. */
export function isBeside(value: unknown): boolean {
  const op = (value as Partial<AgentRequest> | null | undefined)?.op;
  return typeof op === 'string' && Object.hasOwn(beside, op);
}
