/**
 * Structures of NtQuerySystemInformation, in NT's 32-bit layouts. Fields for what is not counted
 * here are 0.
 */
import { getLarge, getName, make, putLarge, putName, viewOf } from './information.ts';
import { words } from './processinformation.ts';
import * as Status from './ntstatus.ts';
import { NtException } from './status.ts';

export interface SystemBasic {
  readonly pageSize: number;
  readonly physicalPages: number;
  readonly granularity: number;
  readonly lowestAddress: number;
  readonly highestAddress: number;
  readonly processors: number;
}

/** SYSTEM_BASIC_INFORMATION. `timer`: the least time that is told apart, in 100 ns. */
export function encodeSystemBasic(info: SystemBasic, timer: number): Uint8Array {
  const { pageSize, physicalPages, granularity, lowestAddress, highestAddress } = info;
  const mask = info.processors >= 32 ? 0xffff_ffff : 2 ** info.processors - 1;
  const bytes = words([
    0,
    timer,
    pageSize,
    physicalPages,
    0,
    physicalPages - 1,
    granularity,
    lowestAddress,
    highestAddress,
    mask,
    0,
  ]);
  bytes[40] = info.processors;
  return bytes;
}

export function decodeSystemBasic(bytes: Uint8Array): SystemBasic {
  const view = viewOf(bytes, 44);
  const word = (index: number): number => view.getUint32(index * 4, true);
  return {
    pageSize: word(2),
    physicalPages: word(3),
    granularity: word(6),
    lowestAddress: word(7),
    highestAddress: word(8),
    processors: view.getUint8(40),
  };
}

/** SYSTEM_PROCESSOR_INFORMATION of a processor of that architecture. */
export function encodeProcessor(architecture: number, most: number): Uint8Array {
  const { bytes, view } = make(12);
  view.setUint16(0, architecture, true);
  view.setUint16(6, most, true);
  return bytes;
}

export interface SystemPerformance {
  readonly availablePages: number;
  readonly committedPages: number;
  readonly commitLimit: number;
  readonly peakCommitment: number;
}

const PERFORMANCE_SIZE = 312;

export function encodePerformance(info: SystemPerformance): Uint8Array {
  const { bytes, view } = make(PERFORMANCE_SIZE);
  [info.availablePages, info.committedPages, info.commitLimit, info.peakCommitment].forEach(
    (value, index) => view.setUint32(44 + index * 4, value, true),
  );
  return bytes;
}

export function decodePerformance(bytes: Uint8Array): SystemPerformance {
  const view = viewOf(bytes, PERFORMANCE_SIZE);
  const word = (index: number): number => view.getUint32(44 + index * 4, true);
  return {
    availablePages: word(0),
    committedPages: word(1),
    commitLimit: word(2),
    peakCommitment: word(3),
  };
}

export interface TimeOfDay {
  readonly boot: number;
  readonly now: number;
}

/** SYSTEM_TIMEOFDAY_INFORMATION. Time is local time here: no bias. */
export function encodeTimeOfDay({ boot, now }: TimeOfDay): Uint8Array {
  const { bytes, view } = make(48);
  putLarge(view, 0, boot);
  putLarge(view, 8, now);
  return bytes;
}

export function decodeTimeOfDay(bytes: Uint8Array): TimeOfDay {
  const view = viewOf(bytes, 48);
  return { boot: getLarge(view, 0), now: getLarge(view, 8) };
}

export interface SystemThread {
  readonly id: number;
  readonly created: number;
  readonly priority: number;
  /** KTHREAD_STATE: 2 running or ready, 5 waiting. */
  readonly state: number;
}

export interface SystemProcess {
  readonly id: number;
  readonly parent: number;
  readonly image: string;
  readonly created: number;
  readonly priority: number;
  readonly handles: number;
  /** Bytes that it has committed, and the most it ever had. */
  readonly pagefile: number;
  readonly peakPagefile: number;
  readonly pagedPool: number;
  readonly nonPagedPool: number;
  readonly threads: readonly SystemThread[];
}

const PROCESS_HEADER = 0xb8;
const THREAD_SIZE = 64;

/** SYSTEM_PROCESS_INFORMATION, linked; each with its SYSTEM_THREAD_INFORMATIONs, then its name. */
export function encodeProcesses(processes: readonly SystemProcess[]): Uint8Array {
  const sizes = processes.map(
    ({ image, threads }) =>
      (PROCESS_HEADER + THREAD_SIZE * threads.length + 2 * image.length + 9) & ~7,
  );
  const { bytes, view } = make(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  processes.forEach((process, index) => {
    const size = sizes[index]!;
    encodeProcess(view, at, process);
    if (index < processes.length - 1) view.setUint32(at, size, true);
    at += size;
  });
  return bytes;
}

function encodeProcess(view: DataView, at: number, info: SystemProcess): void {
  const put = (offset: number, value: number): void => view.setUint32(at + offset, value, true);
  const { threads, image } = info;
  const name = PROCESS_HEADER + THREAD_SIZE * threads.length;
  put(4, threads.length);
  putLarge(view, at + 0x20, info.created);
  view.setUint16(at + 0x38, 2 * image.length, true);
  view.setUint16(at + 0x3a, 2 * image.length + 2, true);
  put(0x3c, at + name);
  put(0x40, info.priority);
  put(0x44, info.id);
  put(0x48, info.parent);
  put(0x4c, info.handles);
  for (const offset of [0x58, 0x64, 0x80]) put(offset, info.peakPagefile);
  for (const offset of [0x5c, 0x68, 0x7c, 0x84]) put(offset, info.pagefile);
  put(0x70, info.pagedPool);
  put(0x78, info.nonPagedPool);
  threads.forEach(({ id, created, priority, state }, index) => {
    const to = PROCESS_HEADER + THREAD_SIZE * index;
    putLarge(view, at + to + 16, created);
    put(to + 32, info.id);
    put(to + 36, id);
    put(to + 40, priority);
    put(to + 44, priority);
    put(to + 52, state);
  });
  putName(view, at + name, image);
}

export function decodeProcesses(bytes: Uint8Array): SystemProcess[] {
  const processes: SystemProcess[] = [];
  if (bytes.length === 0) return processes;
  const view = viewOf(bytes, PROCESS_HEADER);
  for (let at = 0; ;) {
    if (at + PROCESS_HEADER > bytes.length)
      throw new NtException(Status.STATUS_INFO_LENGTH_MISMATCH);
    processes.push(decodeProcess(view, at));
    const next = view.getUint32(at, true);
    if (next === 0) return processes;
    at += next;
  }
}

function decodeProcess(view: DataView, at: number): SystemProcess {
  const word = (offset: number): number => view.getUint32(at + offset, true);
  const count = word(4);
  if (at + PROCESS_HEADER + THREAD_SIZE * count > view.byteLength)
    throw new NtException(Status.STATUS_INFO_LENGTH_MISMATCH);
  const threads = Array.from({ length: count }, (_, index) => {
    const from = PROCESS_HEADER + THREAD_SIZE * index;
    const created = getLarge(view, at + from + 16);
    return { id: word(from + 36), created, priority: word(from + 40), state: word(from + 52) };
  });
  return {
    id: word(0x44),
    parent: word(0x48),
    image: getName(view, word(0x3c), view.getUint16(at + 0x38, true)),
    created: getLarge(view, at + 0x20),
    priority: word(0x40),
    handles: word(0x4c),
    pagefile: word(0x7c),
    peakPagefile: word(0x80),
    pagedPool: word(0x70),
    nonPagedPool: word(0x78),
    threads,
  };
}

const MODULE_SIZE = 284;
const MODULE_NAME = 256;

/** RTL_PROCESS_MODULES: a count, then full paths in RTL_PROCESS_MODULE_INFORMATION. */
export function encodeModules(paths: readonly string[]): Uint8Array {
  const { bytes, view } = make(4 + MODULE_SIZE * paths.length);
  view.setUint32(0, paths.length, true);
  paths.forEach((path, index) => {
    const at = 4 + MODULE_SIZE * index;
    view.setUint16(at + 20, index, true);
    view.setUint16(at + 24, 1, true);
    view.setUint16(at + 26, path.lastIndexOf('\\') + 1, true);
    for (let unit = 0; unit < Math.min(path.length, MODULE_NAME - 1); unit++)
      view.setUint8(at + 28 + unit, path.charCodeAt(unit));
  });
  return bytes;
}

export function decodeModules(bytes: Uint8Array): string[] {
  const view = viewOf(bytes, 4);
  const count = view.getUint32(0, true);
  viewOf(bytes, 4 + MODULE_SIZE * count);
  return Array.from({ length: count }, (_, index) => {
    const at = 4 + MODULE_SIZE * index + 28;
    const name = bytes.subarray(at, at + MODULE_NAME);
    const end = name.indexOf(0);
    return String.fromCharCode(...name.subarray(0, end < 0 ? MODULE_NAME : end));
  });
}

export interface SystemHandle {
  readonly process: number;
  readonly handle: number;
  /** A number for each type, in no particular order. */
  readonly type: number;
  /** OBJ_INHERIT 2, protected from close 1. */
  readonly attributes: number;
  /** A number for each object: handles to one have the same. */
  readonly object: number;
  readonly access: number;
}

/** SYSTEM_HANDLE_INFORMATION: a count, then 16 bytes each. */
export function encodeHandles(handles: readonly SystemHandle[]): Uint8Array {
  const { bytes, view } = make(4 + 16 * handles.length);
  view.setUint32(0, handles.length, true);
  handles.forEach((handle, index) => {
    const at = 4 + 16 * index;
    view.setUint16(at, handle.process, true);
    view.setUint8(at + 4, handle.type);
    view.setUint8(at + 5, handle.attributes);
    view.setUint16(at + 6, handle.handle, true);
    view.setUint32(at + 8, handle.object, true);
    view.setUint32(at + 12, handle.access, true);
  });
  return bytes;
}

export function decodeHandles(bytes: Uint8Array): SystemHandle[] {
  const view = viewOf(bytes, 4);
  const count = view.getUint32(0, true);
  viewOf(bytes, 4 + 16 * count);
  return Array.from({ length: count }, (_, index) => {
    const at = 4 + 16 * index;
    return {
      process: view.getUint16(at, true),
      handle: view.getUint16(at + 6, true),
      type: view.getUint8(at + 4),
      attributes: view.getUint8(at + 5),
      object: view.getUint32(at + 8, true),
      access: view.getUint32(at + 12, true),
    };
  });
}
