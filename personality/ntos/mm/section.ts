/**
 * Section objects, and views of them.
 *
 *   MemoryBacking                  pages that are the section's own
 *   mapView, unmapView             a VAD whose pages are the section's
 *
 * All pages of a view are there from the start: a fault cannot resume a JavaScript function in its
 * middle, so nothing is mapped later. Each view references its section, and the section what it is
 * over; pages of memory go with the last of them. They are charged to who made the section.
 */
import { PAGE_SIZE, USER_LIMIT } from '../../rtl/layout.ts';
import * as memory from '../../rtl/memory.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import { makeHeader } from '../ob/header.ts';
import type { ObHeader, ObObject, ObType } from '../ob/types.ts';
import type { QuotaBlock } from '../ps/quota.ts';
import type { Process } from '../ps/types.ts';
import { genericMapping } from '../se/access.ts';
import type { MmNeeds } from './needs.ts';
import type { HeldPages, SectionBacking } from './sectiontypes.ts';
import type { Space } from './space.ts';
import type { Mm } from './types.ts';
import { GRANULARITY, type MappedView, type Vad } from './vad.ts';
import { VAD_BYTES } from './virtual.ts';

const SUCCESS: number = Status.STATUS_SUCCESS;

export const sectionType: ObType = {
  name: 'Section',
  access: genericMapping(
    memory.SECTION_QUERY | memory.SECTION_MAP_READ,
    memory.SECTION_MAP_WRITE,
    memory.SECTION_MAP_EXECUTE,
    memory.SECTION_ALL_ACCESS,
  ),
  delete: (object) => (object as Section).backing.close(),
};

export class Section implements ObObject {
  readonly header: ObHeader = makeHeader(sectionType);
  readonly backing: SectionBacking;
  /** PAGE_* that views may have at most. */
  readonly protect: number;

  constructor(backing: SectionBacking, protect: number) {
    this.backing = backing;
    this.protect = protect;
  }
}

export class MemoryBacking implements SectionBacking {
  readonly size: number;
  readonly isFile = false;
  readonly #mm: Mm;
  readonly #pages: readonly number[];

  private constructor(mm: Mm, size: number, pages: readonly number[]) {
    this.#mm = mm;
    this.size = size;
    this.#pages = pages;
  }

  static make(mm: Mm, quota: QuotaBlock, size: number) {
    const { status, pages } = mm.commitPages(quota, Math.ceil(size / PAGE_SIZE));
    return NT_SUCCESS(status)
      ? { status, backing: new MemoryBacking(mm, size, pages) }
      : { status };
  }

  hold(first: number, count: number): HeldPages {
    const pages = this.#pages.slice(first, first + count);
    return { status: SUCCESS, pages, letGo: () => undefined };
  }

  flush(): number {
    return SUCCESS;
  }

  extend(): number {
    return Status.STATUS_SECTION_NOT_EXTENDED;
  }

  close(): void {
    this.#mm.freePages(this.#pages);
  }
}

export interface ViewInput {
  readonly address: number;
  readonly zeroBits: number;
  readonly offset: number;
  readonly length: number;
  readonly inherit: number;
  readonly type: number;
  readonly protect: number;
}

export interface ViewAnswer {
  readonly status: number;
  readonly address?: number;
  readonly length?: number;
}

/** What is wrong with the request, whatever section it is for. */
export function badView({ address, zeroBits, offset, inherit, protect }: ViewInput): number {
  if (zeroBits > 21) return Status.STATUS_INVALID_PARAMETER_4;
  if (inherit !== memory.ViewShare && inherit !== memory.ViewUnmap)
    return Status.STATUS_INVALID_PARAMETER_8;
  if (memory.rightsOf(protect) === undefined) return Status.STATUS_INVALID_PAGE_PROTECTION;
  if (address >= USER_LIMIT) return Status.STATUS_INVALID_PARAMETER_3;
  if (address % GRANULARITY !== 0 || !Number.isSafeInteger(offset) || offset % GRANULARITY !== 0)
    return Status.STATUS_MAPPED_ALIGNMENT;
  return SUCCESS;
}

export async function mapView(
  { mm, ob }: Pick<MmNeeds, 'mm' | 'ob'>,
  process: Process,
  section: Section,
  input: ViewInput,
): Promise<ViewAnswer> {
  const { backing } = section;
  const rights = memory.rightsOf(input.protect);
  if (rights === 'write' && memory.rightsOf(section.protect) !== 'write')
    return { status: Status.STATUS_SECTION_PROTECTION };
  const { offset } = input;
  const length = input.length === 0 ? backing.size - offset : input.length;
  if (offset < 0 || length <= 0 || offset + length > backing.size)
    return { status: Status.STATUS_INVALID_VIEW_SIZE };
  const count = Math.ceil(length / PAGE_SIZE);
  ob.reference(section);
  const refused = process.quota.charge('pagedPool', VAD_BYTES);
  const views = backing.isFile ? count : 0;
  const charged = NT_SUCCESS(refused) ? process.quota.charge('views', views) : refused;
  const giveBack = (): void => {
    process.quota.giveBack('pagedPool', VAD_BYTES);
    process.quota.giveBack('views', views);
    ob.dereference(section);
  };
  if (!NT_SUCCESS(charged)) {
    if (NT_SUCCESS(refused)) process.quota.giveBack('pagedPool', VAD_BYTES);
    ob.dereference(section);
    return { status: charged };
  }
  const held = await backing.hold(offset / PAGE_SIZE, count, rights === 'write');
  const answer = NT_SUCCESS(held.status)
    ? place(mm, process, input, count, {
        held,
        giveBack,
        isFile: backing.isFile,
        flush: (first, pages) => backing.flush(offset / PAGE_SIZE + first, pages),
      })
    : { status: held.status };
  if (answer.status !== SUCCESS) {
    if (NT_SUCCESS(held.status)) held.letGo();
    giveBack();
  }
  return answer;
}

/** Maps what is held; nothing is waited for. */
function place(
  mm: Mm,
  process: Process,
  input: ViewInput,
  count: number,
  { held, giveBack, ...rest }: Omit<MappedView, 'unmapped'> & { held: HeldPages; giveBack(): void },
): ViewAnswer {
  if (process.state === 'ended') return { status: Status.STATUS_PROCESS_IS_TERMINATING };
  const { vads } = process.space as Space;
  const { address, protect, type } = input;
  const unmapped = (): void => {
    held.letGo();
    giveBack();
  };
  const parts = { protect, view: { unmapped, ...rest } };
  const top = (type & memory.MEM_TOP_DOWN) !== 0;
  const vad = vads.reserve(address, count * PAGE_SIZE, parts, top);
  if (!vad) {
    const full = address === 0 ? Status.STATUS_NO_MEMORY : Status.STATUS_CONFLICTING_ADDRESSES;
    return { status: full };
  }
  const rights = memory.rightsOf(protect);
  const status =
    rights === 'none' ? SUCCESS : mm.mapPages(process, vad.start, held.pages, rights === 'write');
  if (!NT_SUCCESS(status)) {
    vads.release(vad);
    return { status };
  }
  held.pages.forEach((page, index) =>
    vad.pages.set(vad.start / PAGE_SIZE + index, { page, protect }),
  );
  return { status: SUCCESS, address: vad.start, length: count * PAGE_SIZE };
}

export function unmapView(mm: Mm, process: Process, address: number): number {
  const { vads } = process.space as Space;
  const vad = vads.find(address);
  if (!vad?.view) return Status.STATUS_NOT_MAPPED_VIEW;
  mm.unmapPages(process, vad.start, (vad.end - vad.start) / PAGE_SIZE);
  vads.release(vad);
  vad.view.unmapped();
  return SUCCESS;
}

/** The view that holds the address, if one does. */
export function viewAt(process: Process, address: number): Vad | undefined {
  const vad = (process.space as Space).vads.find(address);
  return vad?.view && vad;
}
