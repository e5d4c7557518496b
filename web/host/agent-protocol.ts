/**
 * What the page asks of its agent, a native process like any other: each request is done by Nt*
 * calls.
 *
 *   cleanRequest(value)   a request made of what was read from `value` once, and of nothing else;
 *                         throws a TypeError in words for what is none. Looked at on both sides
 */
import type { SalvagedPiece } from '../../personality/ntdll/salvage.ts';
import type { TraceRecord } from '../../personality/sel4/types.ts';

/** The drive whose disk is in RAM. */
export const RAM_DRIVE = 'C:';

export type AgentRequest =
  | { op: 'exec'; line: string }
  | { op: 'readFile'; path: string }
  | { op: 'writeFile'; path: string; data: Uint8Array }
  | { op: 'list'; path: string }
  /** Of a file, from `offset` on, what can be read though some of it cannot. */
  | { op: 'salvage'; path: string; offset: number; length: number }
  /** Answers of fstools.exe (answers.ts): what lies where; what was deleted; its bytes. */
  | { op: 'areas'; drive: string }
  | { op: 'deleted'; path: string; below: boolean }
  | { op: 'readDeleted'; drive: string; id: string }
  /** Writes everything of a mounted drive back; nothing to do where it is not mounted. */
  | { op: 'flush'; drive: string }
  /** The same, and unmounts. */
  | { op: 'dismount'; drive: string }
  /** The RAM disk's medium (C:): in, out, a copy of it. */
  | { op: 'insertImage'; drive: string; image: Uint8Array; writeProtected: boolean }
  | { op: 'ejectImage'; drive: string }
  | { op: 'readImage'; drive: string }
  | { op: 'counters' }
  /** Starts or stops the kernel's trace; `read` takes what is there. */
  | { op: 'trace'; action: 'start' | 'stop' | 'read' }
  | { op: 'shutdown' };

export interface FileEntry {
  name: string;
  size: number;
  directory: boolean;
  /** FILE_ATTRIBUTE_* bits. */
  attributes: number;
  /** Local time as the disk has it. */
  modified: Date;
}

export interface ExecResult {
  /** NTSTATUS, 0 for success. */
  status: number;
  /** All that the command printed; lines end in `\n`. */
  output: string;
}

export interface TraceBatch {
  /** Oldest first; `lost` were overwritten before they could be read. */
  records: TraceRecord[];
  lost: number;
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
  flush: undefined;
  dismount: undefined;
  insertImage: undefined;
  ejectImage: Uint8Array;
  readImage: Uint8Array;
  counters: Record<string, number>;
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
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isAction: Check = (value) => value === 'start' || value === 'stop' || value === 'read';
/** Looks at what the engine knows of the object, not at what it says of itself. */
const tagOf = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
)!.get!;
export const isBytes = (value: unknown): value is Uint8Array => tagOf.call(value) === 'Uint8Array';

const fields: { readonly [O in AgentRequest['op']]: Readonly<Record<string, Check>> } = {
  exec: { line: isText },
  readFile: { path: isText },
  writeFile: { path: isText, data: isBytes },
  list: { path: isText },
  salvage: { path: isText, offset: isCount, length: isCount },
  areas: { drive: isDrive },
  deleted: { path: isText, below: isTruth },
  readDeleted: { drive: isDrive, id: isText },
  flush: { drive: isDrive },
  dismount: { drive: isDrive },
  insertImage: { drive: isRamDrive, image: isBytes, writeProtected: isTruth },
  ejectImage: { drive: isRamDrive },
  readImage: { drive: isRamDrive },
  counters: {},
  trace: { action: isAction },
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
