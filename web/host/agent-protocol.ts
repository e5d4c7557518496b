/**
 * What the page asks of its agent, a native process like any other: each request is done by Nt*
 * calls.
 */
import type { TraceRecord } from '../../personality/sel4/types.ts';

export type AgentRequest =
  | { op: 'exec'; line: string }
  | { op: 'readFile'; path: string }
  | { op: 'writeFile'; path: string; data: Uint8Array }
  | { op: 'list'; path: string }
  /** Writes everything of a mounted drive back; nothing to do where it is not mounted. */
  | { op: 'flush'; drive: string }
  /** The same, and unmounts. */
  | { op: 'dismount'; drive: string }
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
  flush: undefined;
  dismount: undefined;
  counters: Record<string, number>;
  trace: TraceBatch | undefined;
  shutdown: undefined;
}

/** What crosses the port: an error is data, since a class does not survive the crossing. */
export type AgentAnswer = { result: unknown } | { error: { status: number; message: string } };
