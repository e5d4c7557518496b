/**
 * Structures of NtQueryInformationProcess and NtQueryInformationThread, in NT's 32-bit layouts.
 * Names of images travel as UNICODE_STRINGs (encodeObjectName in objectinformation.ts).
 */
import { getLarge, make, putLarge, viewOf } from './information.ts';

export interface ProcessBasic {
  readonly exitStatus: number;
  /** A bit for each processor that it may run on. */
  readonly affinity: number;
  readonly priority: number;
  readonly id: number;
  /** Who made it; 0: the system. */
  readonly parent: number;
}

/** PROCESS_BASIC_INFORMATION; there is no PEB, and its address is 0. */
export function encodeProcessBasic(info: ProcessBasic): Uint8Array {
  return words([info.exitStatus, 0, info.affinity, info.priority, info.id, info.parent]);
}

export function decodeProcessBasic(bytes: Uint8Array): ProcessBasic {
  const view = viewOf(bytes, 24);
  const word = (index: number): number => view.getUint32(index * 4, true);
  return {
    exitStatus: word(0),
    affinity: word(2),
    priority: word(3),
    id: word(4),
    parent: word(5),
  };
}

export interface QuotaLimits {
  readonly pagedPool: number;
  readonly nonPagedPool: number;
  /** Bytes. */
  readonly pagefile: number;
}

/** QUOTA_LIMITS; working sets and time have no limits. */
export function encodeQuotaLimits(info: QuotaLimits): Uint8Array {
  const { bytes, view } = make(32);
  view.setUint32(0, info.pagedPool, true);
  view.setUint32(4, info.nonPagedPool, true);
  view.setUint32(16, info.pagefile, true);
  return bytes;
}

export function decodeQuotaLimits(bytes: Uint8Array): QuotaLimits {
  const view = viewOf(bytes, 32);
  const [pagedPool, nonPagedPool, pagefile] = [0, 4, 16].map((at) => view.getUint32(at, true));
  return { pagedPool: pagedPool!, nonPagedPool: nonPagedPool!, pagefile: pagefile! };
}

export interface VmCounters extends QuotaLimits {
  readonly peak: QuotaLimits;
}

/** VM_COUNTERS: nothing is paged, so what is committed is the working set. */
export function encodeVmCounters({ peak, ...now }: VmCounters): Uint8Array {
  return words([
    peak.pagefile,
    now.pagefile,
    0,
    peak.pagefile,
    now.pagefile,
    peak.pagedPool,
    now.pagedPool,
    peak.nonPagedPool,
    now.nonPagedPool,
    now.pagefile,
    peak.pagefile,
  ]);
}

export interface Times {
  readonly created: number;
  /** 0: it has not ended. */
  readonly exited: number;
}

/** KERNEL_USER_TIMES. How long something ran is not measured: 0. */
export function encodeTimes({ created, exited }: Times): Uint8Array {
  const { bytes, view } = make(32);
  putLarge(view, 0, created);
  putLarge(view, 8, exited);
  return bytes;
}

export function decodeTimes(bytes: Uint8Array): Times {
  const view = viewOf(bytes, 32);
  return { created: getLarge(view, 0), exited: getLarge(view, 8) };
}

export interface ThreadBasic {
  readonly exitStatus: number;
  readonly process: number;
  readonly thread: number;
  readonly affinity: number;
  readonly priority: number;
}

/** THREAD_BASIC_INFORMATION; there is no TEB, and its address is 0. */
export function encodeThreadBasic(info: ThreadBasic): Uint8Array {
  const { exitStatus, process, thread, affinity, priority } = info;
  return words([exitStatus, 0, process, thread, affinity, priority, priority]);
}

export function decodeThreadBasic(bytes: Uint8Array): ThreadBasic {
  const view = viewOf(bytes, 28);
  const word = (index: number): number => view.getUint32(index * 4, true);
  return {
    exitStatus: word(0),
    process: word(2),
    thread: word(3),
    affinity: word(4),
    priority: word(5),
  };
}

export function words(values: readonly number[]): Uint8Array {
  const { bytes, view } = make(4 * values.length);
  values.forEach((value, index) => view.setUint32(4 * index, value, true));
  return bytes;
}
