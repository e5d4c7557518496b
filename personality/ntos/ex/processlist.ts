/**
 * SystemProcessInformation: the class of NtQuerySystemInformation that a boot asks for. All others
 * are in systemclasses.ts.
 */
import { PAGE_SIZE } from '../../rtl/layout.ts';
import { encodeProcesses, type SystemProcess } from '../../rtl/systeminformation.ts';
import type { Process } from '../ps/types.ts';
import type { ExNeeds } from './needs.ts';

const WAITING = 5;
const RUNNING = 2;

export interface SystemClass {
  /** Drivers are not told. */
  readonly clientsOnly?: boolean;
  /** Without it, nobody is. */
  readonly privilege?: number;
  describe(executive: ExNeeds, boot: number): Uint8Array;
}

function processOf(process: Process): SystemProcess {
  const { id, image, quota, parent, created, priority } = process;
  return {
    id,
    parent,
    image,
    created,
    priority,
    handles: process.handles.size,
    pagefile: quota.usage.pagefile * PAGE_SIZE,
    peakPagefile: quota.peak.pagefile * PAGE_SIZE,
    pagedPool: quota.usage.pagedPool,
    nonPagedPool: quota.usage.nonPagedPool,
    threads: process.threads.map((thread) => ({
      id: thread.id,
      created: thread.created,
      priority,
      state: thread.calling ? WAITING : RUNNING,
    })),
  };
}

export const processes: SystemClass = {
  describe: ({ ps }) => encodeProcesses(ps.processes().map(processOf)),
};
