/**
 * The classes of NtQueryInformationProcess and NtQueryInformationThread: one table each.
 *
 * `length`: bytes of the structure, for which the caller must give room exactly. Without it the
 * length varies, and what is too short is told how long it must be.
 */
import { PAGE_SIZE } from '../../rtl/layout.ts';
import { encodeObjectName } from '../../rtl/objectinformation.ts';
import * as objects from '../../rtl/objects.ts';
import {
  encodeProcessBasic,
  encodeQuotaLimits,
  encodeThreadBasic,
  encodeTimes,
  encodeVmCounters,
  words,
} from '../../rtl/processinformation.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { ProcessBody } from './process.ts';
import type { Amounts } from './quotatable.ts';
import type { ThreadBody } from './threadbody.ts';

interface Row<T> {
  readonly length?: number;
  describe(of: T): Uint8Array;
}

type Table<T> = Readonly<Record<number, Row<T>>>;

function affinityOf({ processor }: ProcessBody): number {
  return processor >= 0 && processor < 32 ? (1 << processor) >>> 0 : 0;
}

function bytesOf({ pagedPool, nonPagedPool, pagefile }: Amounts) {
  return { pagedPool, nonPagedPool, pagefile: pagefile * PAGE_SIZE };
}

export const processClasses: Table<ProcessBody> = {
  [objects.ProcessBasicInformation]: {
    length: 24,
    describe: (process) =>
      encodeProcessBasic({
        exitStatus: process.exitStatus,
        affinity: affinityOf(process),
        priority: process.priority,
        id: process.id,
        parent: process.parent,
      }),
  },
  [objects.ProcessQuotaLimits]: {
    length: 32,
    describe: ({ quota }) => encodeQuotaLimits(bytesOf(quota.limits)),
  },
  [objects.ProcessVmCounters]: {
    length: 44,
    describe: ({ quota }) =>
      encodeVmCounters({ ...bytesOf(quota.usage), peak: bytesOf(quota.peak) }),
  },
  [objects.ProcessTimes]: { length: 32, describe: encodeTimes },
  [objects.ProcessHandleCount]: {
    length: 4,
    describe: ({ handles }) => words([handles.size]),
  },
  /** There is one session. */
  [objects.ProcessSessionInformation]: { length: 4, describe: () => words([0]) },
  [objects.ProcessImageFileName]: {
    describe: ({ image }) => encodeObjectName(`\\??\\BootModules\\${image}`),
  },
  [objects.ProcessCommandLineInformation]: {
    describe: ({ commandLine }) => encodeObjectName(commandLine),
  },
};

export const threadClasses: Table<ThreadBody> = {
  [objects.ThreadBasicInformation]: {
    length: 28,
    describe: ({ exitStatus, process, id, priority }) =>
      encodeThreadBasic({
        exitStatus,
        process: process.id,
        thread: id,
        affinity: affinityOf(process),
        priority,
      }),
  },
  [objects.ThreadTimes]: { length: 32, describe: encodeTimes },
  [objects.ThreadAmILastThread]: {
    length: 4,
    describe: ({ process }) => words([process.threads.length === 1 ? 1 : 0]),
  },
  [objects.ThreadIsTerminated]: {
    length: 4,
    describe: ({ state }) => words([state === 'ended' ? 1 : 0]),
  },
  [objects.ThreadSuspendCount]: {
    length: 4,
    describe: ({ suspendCount }) => words([suspendCount]),
  },
};

/**
 * In NT's order: class, and the length of what has a fixed one, before anybody looks at the handle.
 * How long the others are depends on what they describe.
 */
export function judgeClass<T>(table: Table<T>, which: number, length: number) {
  const row = table[which];
  if (!row) return { status: Status.STATUS_INVALID_INFO_CLASS };
  const fits = row.length === undefined || length === row.length;
  return fits
    ? { status: Status.STATUS_SUCCESS }
    : { status: Status.STATUS_INFO_LENGTH_MISMATCH, needed: row.length };
}

/** `needed`: what a longer answer takes. */
export function answer<T>(table: Table<T>, which: number, length: number, of: T) {
  const data = table[which]!.describe(of);
  const needed = data.length;
  return needed > length
    ? { status: Status.STATUS_INFO_LENGTH_MISMATCH, needed }
    : { status: Status.STATUS_SUCCESS, data, needed };
}
