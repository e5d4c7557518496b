/**
 * The classes of NtQuerySystemInformation: the one table, but for processes (processlist.ts). NT's
 * answer with NT's structures (rtl/systeminformation.ts), those from 200 on are this system's own
 * and answer in JSON.
 */
import { packKernelAnswer } from '../../rtl/kernelanswer.ts';
import { PAGE_SIZE, USER_LIMIT } from '../../rtl/layout.ts';
import * as nt from '../../rtl/nt.ts';
import { SeDebugPrivilege } from '../../rtl/security/constants.ts';
import * as encode from '../../rtl/systeminformation.ts';
import type { ObType } from '../ob/types.ts';
import type { Process } from '../ps/types.ts';
import type { ExNeeds } from './needs.ts';
import { Numbers } from './numbers.ts';
import type { SystemClass } from './processlist.ts';
import { snapshotOf } from './snapshot.ts';
import type { Watch } from './watch.ts';

/** Records of the kernel's trace in one answer. */
const TRACE_RECORDS = 256;
/** The clock's: 100 ns. */
const TIMER_UNITS = 10;
/** Nothing is mapped below. */
const LOWEST_ADDRESS = 0x10_0000;
/** PROCESSOR_ARCHITECTURE_INTEL: 32 bits, little endian. */
const ARCHITECTURE = 0;

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function drivers({ ps }: ExNeeds): Process[] {
  return ps.processes().filter((process) => process.driver && process.state === 'running');
}

/** Those that processes run on: in *isolated* each has its own. */
function processorsOf(processes: readonly Process[]): number {
  return new Set(processes.map(({ processor }) => processor)).size;
}

/** What NT's structure has no place for. */
function chargesOf(process: Process): object {
  const { id, image, processor } = process;
  return {
    name: process.driver?.name ?? image.replace(/\.[^.]*$/, ''),
    id,
    image,
    threads: process.threads.length,
    driver: process.driver !== undefined,
    processor,
    handles: process.handles.size,
    /** What it is charged, by resource (ps/quotatable.ts). */
    charged: process.quota.usage,
  };
}

export function systemClasses(): Readonly<Record<number, SystemClass>> {
  const types = new Numbers<ObType>();

  function handlesOf({ id, handles }: Process, watch: Watch): encode.SystemHandle[] {
    return [...handles.entries()].map(([handle, { object, access, inherit, protect }]) => ({
      process: id,
      handle,
      type: types.of(object.header.type),
      attributes: (inherit ? 2 : 0) | (protect ? 1 : 0),
      object: watch.objects.of(object),
      access,
    }));
  }

  return {
    [nt.SystemBasicInformation]: {
      describe: ({ mm, ps }) =>
        encode.encodeSystemBasic(
          {
            pageSize: PAGE_SIZE,
            physicalPages: mm.ramBytes / PAGE_SIZE,
            granularity: PAGE_SIZE,
            lowestAddress: LOWEST_ADDRESS,
            highestAddress: USER_LIMIT - 1,
            processors: processorsOf(ps.processes()),
          },
          TIMER_UNITS,
        ),
    },
    [nt.SystemProcessorInformation]: {
      describe: ({ ps }) => encode.encodeProcessor(ARCHITECTURE, processorsOf(ps.processes())),
    },
    [nt.SystemPerformanceInformation]: {
      describe({ mm, quotas }) {
        const { clients, systems } = quotas;
        return encode.encodePerformance({
          availablePages: mm.freePageCount,
          committedPages: clients.usage.pagefile + systems.usage.pagefile,
          commitLimit: clients.limits.pagefile + systems.limits.pagefile,
          peakCommitment: clients.peak.pagefile + systems.peak.pagefile,
        });
      },
    },
    [nt.SystemTimeOfDayInformation]: {
      describe: ({ ke }, boot) => encode.encodeTimeOfDay({ boot, now: ke.systemTime() }),
    },
    [nt.SystemModuleInformation]: {
      describe: (executive) =>
        encode.encodeModules(drivers(executive).map(({ image }) => `\\??\\BootModules\\${image}`)),
    },
    [nt.SystemHandleInformation]: {
      describe: ({ ps, watch }) =>
        encode.encodeHandles(ps.processes().flatMap((process) => handlesOf(process, watch))),
    },
    [nt.SystemCounterInformation]: {
      describe: ({ counters }) => json(counters.snapshot()),
    },
    [nt.SystemVolumeInformation]: { describe: ({ io }) => json(io.volumes()) },
    [nt.SystemIrpInformation]: { describe: ({ io }) => json(io.irps()) },
    [nt.SystemCapabilityInformation]: {
      clientsOnly: true,
      describe: ({ ps }) =>
        json(ps.processes().map(({ id, capabilities }) => ({ process: id, capabilities }))),
    },
    [nt.SystemTraceInformation]: {
      clientsOnly: true,
      describe: ({ watch }) => json(watch.read(TRACE_RECORDS)),
    },
    [nt.SystemSnapshotInformation]: {
      clientsOnly: true,
      describe: (executive) => json(snapshotOf(executive, executive.watch.objects)),
    },
    [nt.SystemKernelInformation]: {
      privilege: SeDebugPrivilege,
      describe: (executive) =>
        packKernelAnswer(
          executive.platform.objects(),
          json(snapshotOf(executive, executive.watch.objects, true)),
        ),
    },
    [nt.SystemProcessChargeInformation]: {
      describe: ({ ps }) => json(ps.processes().map(chargesOf)),
    },
    [nt.SystemDriverInformation]: {
      describe: (executive) =>
        json(
          drivers(executive).map((process) => ({
            name: process.driver?.name,
            image: process.image,
            ...executive.io.driverInformation(process),
          })),
        ),
    },
  };
}
