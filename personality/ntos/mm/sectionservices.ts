/**
 * NtCreateSection, NtOpenSection, NtMapViewOfSection, NtUnmapViewOfSection, NtExtendSection,
 * NtQuerySection, NtFlushVirtualMemory.
 *
 * SEC_IMAGE and SEC_RESERVE are not supported: programs are no PE files, and what is reserved only
 * would need faults that can be resumed.
 */
import { PAGE_SIZE, USER_LIMIT } from '../../rtl/layout.ts';
import * as memory from '../../rtl/memory.ts';
import { PROCESS_QUERY_INFORMATION } from '../../rtl/objects.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import { createNamed, openNamed } from '../ob/named.ts';
import type { NtThread } from '../ps/types.ts';
import type { MmNeeds } from './needs.ts';
import {
  badView,
  mapView,
  MemoryBacking,
  Section,
  sectionType,
  unmapView,
  viewAt,
  type ViewInput,
} from './section.ts';
import type { SectionBacking } from './sectiontypes.ts';
import { findProcess } from './services.ts';

const SUCCESS: number = Status.STATUS_SUCCESS;
const { SEC_COMMIT, SEC_IMAGE, SEC_RESERVE } = memory;
const SIZE_LIMIT = USER_LIMIT / 2;
const BASIC_BYTES = 16;

interface CreateInput {
  readonly size: number;
  readonly protect: number;
  readonly allocation: number;
  readonly file: number;
}

function badSection({ size, protect, allocation, file }: CreateInput): number {
  if ((allocation & ~(SEC_COMMIT | SEC_IMAGE | SEC_RESERVE)) !== 0 || allocation === 0)
    return Status.STATUS_INVALID_PARAMETER_6;
  const rights = memory.rightsOf(protect);
  if (rights === undefined || rights === 'none') return Status.STATUS_INVALID_PAGE_PROTECTION;
  if (allocation !== SEC_COMMIT) return Status.STATUS_NOT_SUPPORTED;
  if (!Number.isSafeInteger(size) || size < 0 || (size === 0 && file === 0))
    return Status.STATUS_INVALID_PARAMETER_4;
  return size > SIZE_LIMIT ? Status.STATUS_SECTION_TOO_BIG : SUCCESS;
}

async function backingFor(
  { mm, io }: MmNeeds,
  caller: NtThread,
  { size, protect, file }: CreateInput,
): Promise<{ status: number; backing?: SectionBacking }> {
  if (file === 0) return MemoryBacking.make(mm, caller.process.quota, size);
  const writable = memory.rightsOf(protect) === 'write';
  const found = await io.sectionOver(caller.process, file, writable);
  if (!found.backing || size <= found.backing.size) return found;
  // A section that is longer than its file makes that longer.
  const status = writable ? await found.backing.extend(size) : Status.STATUS_SECTION_TOO_BIG;
  if (NT_SUCCESS(status)) return found;
  found.backing.close();
  return { status };
}

export function registerSectionServices(executive: MmNeeds): void {
  const { ke, mm, ob } = executive;

  function find(caller: NtThread, handle: number, access: number) {
    const { status, object } = ob.referenceByHandle(caller.process, handle, sectionType, access);
    return { status, section: object as Section | undefined };
  }

  ke.register('NtCreateSection', async (caller, input) => {
    const bad = badSection(input);
    if (bad !== SUCCESS) return { status: bad };
    const { status, backing } = await backingFor(executive, caller, input);
    if (!backing) return { status };
    const section = new Section(backing, input.protect);
    // Held, so that it goes by its count, whatever comes of the handle.
    ob.reference(section);
    try {
      return createNamed(executive, caller, sectionType, input, () => section);
    } finally {
      ob.dereference(section);
    }
  });

  ke.register('NtOpenSection', (caller, given) => openNamed(executive, caller, sectionType, given));

  ke.register('NtMapViewOfSection', async (caller, input) => {
    const view: ViewInput = input;
    const bad = badView(view);
    if (bad !== SUCCESS) return { status: bad };
    const writes = memory.rightsOf(input.protect) === 'write';
    const access = writes ? memory.SECTION_MAP_WRITE : memory.SECTION_MAP_READ;
    const { status, section } = find(caller, input.section, access);
    if (!section) return { status };
    const target = findProcess(executive, caller, input.process, memory.PROCESS_VM_OPERATION);
    if (!target.process) return { status: target.status };
    return mapView(executive, target.process, section, view);
  });

  ke.register('NtUnmapViewOfSection', (caller, input) => {
    const target = findProcess(executive, caller, input.process, memory.PROCESS_VM_OPERATION);
    if (!target.process) return { status: target.status };
    return { status: unmapView(mm, target.process, input.address) };
  });

  ke.register('NtExtendSection', async (caller, { section: handle, size }) => {
    if (!Number.isSafeInteger(size) || size < 0)
      return { status: Status.STATUS_INVALID_PARAMETER_2 };
    const { status, section } = find(caller, handle, memory.SECTION_EXTEND_SIZE);
    if (!section) return { status };
    const { backing } = section;
    if (!backing.isFile) return { status: Status.STATUS_SECTION_NOT_EXTENDED };
    // Its file may be open for reading alone.
    if (memory.rightsOf(section.protect) !== 'write')
      return { status: Status.STATUS_SECTION_PROTECTION };
    if (size <= backing.size) return { status: SUCCESS, size: backing.size };
    if (size > SIZE_LIMIT) return { status: Status.STATUS_SECTION_TOO_BIG };
    ob.reference(section);
    try {
      const extended = await backing.extend(size);
      return { status: extended, size: backing.size };
    } finally {
      ob.dereference(section);
    }
  });

  ke.register('NtQuerySection', (caller, { section: handle, class: infoClass, length }) => {
    if (infoClass !== memory.SectionBasicInformation)
      return { status: Status.STATUS_INVALID_INFO_CLASS };
    if (length < BASIC_BYTES) return { status: Status.STATUS_INFO_LENGTH_MISMATCH };
    const { status, section } = find(caller, handle, memory.SECTION_QUERY);
    return section ? { status, data: describe(section) } : { status };
  });

  ke.register('NtFlushVirtualMemory', async (caller, { process: handle, address, length }) => {
    const target = findProcess(executive, caller, handle, PROCESS_QUERY_INFORMATION);
    if (!target.process) return { status: target.status };
    const vad = viewAt(target.process, address);
    const start = Math.floor(address / PAGE_SIZE) * PAGE_SIZE;
    const end = length === 0 ? vad?.end : Math.ceil((address + length) / PAGE_SIZE) * PAGE_SIZE;
    if (!vad?.view || !end || end > vad.end) return { status: Status.STATUS_NOT_MAPPED_VIEW };
    if (!vad.view.isFile) return { status: Status.STATUS_NOT_MAPPED_DATA };
    const pages = (end - start) / PAGE_SIZE;
    const status = await vad.view.flush((start - vad.start) / PAGE_SIZE, pages);
    return { status, address: start, length: end - start };
  });
}

/** SECTION_BASIC_INFORMATION: base, attributes, size. */
function describe({ backing }: Section): Uint8Array {
  const bytes = new Uint8Array(BASIC_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, backing.isFile ? memory.SEC_FILE : SEC_COMMIT, true);
  const size = backing.isFile ? backing.size : Math.ceil(backing.size / PAGE_SIZE) * PAGE_SIZE;
  view.setBigUint64(8, BigInt(size), true);
  return bytes;
}
