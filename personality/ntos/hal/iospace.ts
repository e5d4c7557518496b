/**
 * Memory of devices for drivers: WdmMapIoSpace, WdmUnmapIoSpace.
 *
 * A driver is mapped the frames of a memory range that it was given, and no others: copies of the
 * frames' capabilities, as every mapping is. What is not device memory (rtl/resources.ts) is given
 * to nobody, whoever claims it. Ranges are whole pages, since a page cannot be divided.
 *
 *   registerIoSpace(executive)   { revoke(process, hardware), processEnded(process) }
 */
import { PAGE_SIZE } from '../../rtl/layout.ts';
import { type Hardware, isDeviceMemory, type MemoryRange } from '../../rtl/resources.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { Process } from '../ps/types.ts';
import { assignedTo } from './grants.ts';
import type { HalNeeds } from './needs.ts';

interface View {
  readonly range: MemoryRange;
  readonly count: number;
}

function isWithin([first, length]: MemoryRange, [start, size]: MemoryRange): boolean {
  return first >= start && first + length <= start + size;
}

export function registerIoSpace({ ke, mm }: HalNeeds) {
  /** By process, and by the address of the first page. */
  const views = new Map<Process, Map<number, View>>();

  function mapRange(process: Process, range: MemoryRange): { status: number; address?: number } {
    const [start, length] = range;
    const given = assignedTo(process).memory.some((each) => isWithin(range, each));
    if (length === 0 || !given || !isDeviceMemory(range))
      return { status: Status.STATUS_ACCESS_DENIED };
    const first = Math.floor(start / PAGE_SIZE);
    const count = Math.ceil((start + length) / PAGE_SIZE) - first;
    const charged = process.quota.charge('views', count);
    if (!NT_SUCCESS(charged)) return { status: charged };
    const pages = Array.from({ length: count }, (_, index) => (first + index) * PAGE_SIZE);
    const base = mm.reserveView(process, count);
    const status = base
      ? mm.mapPages(process, base, pages, true)
      : Status.STATUS_INSUFFICIENT_RESOURCES;
    if (!base || !NT_SUCCESS(status)) {
      if (base) mm.releaseView(process, base, count);
      process.quota.giveBack('views', count);
      return { status };
    }
    const own = views.get(process) ?? new Map<number, View>();
    views.set(process, own.set(base, { range, count }));
    return { status, address: base + (start % PAGE_SIZE) };
  }

  function unmap(process: Process, base: number): number {
    const own = views.get(process);
    const view = own?.get(base);
    if (!own || !view) return Status.STATUS_INVALID_PARAMETER;
    own.delete(base);
    if (own.size === 0) views.delete(process);
    mm.unmapPages(process, base, view.count);
    mm.releaseView(process, base, view.count);
    process.quota.giveBack('views', view.count);
    return Status.STATUS_SUCCESS;
  }

  function unmapAll(process: Process, wanted: (view: View) => boolean): void {
    for (const [base, view] of [...(views.get(process) ?? [])])
      if (wanted(view)) unmap(process, base);
  }

  ke.register('WdmMapIoSpace', ({ process }, { address, length }) =>
    mapRange(process, [address, length]),
  );
  ke.register('WdmUnmapIoSpace', ({ process }, { address }) => ({
    status: unmap(process, address - (address % PAGE_SIZE)),
  }));
  return {
    revoke: (process: Process, { memory = [] }: Hardware) =>
      unmapAll(process, ({ range }) => memory.some((each) => isWithin(range, each))),
    processEnded: (process: Process) => unmapAll(process, () => true),
  };
}
