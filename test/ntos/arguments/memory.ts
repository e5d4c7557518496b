/** Wrong arguments of services on virtual memory and sections. */
import { PAGE_SIZE } from '../../../personality/rtl/layout.ts';
import {
  MEM_COMMIT,
  MEM_RELEASE,
  PAGE_READWRITE,
  PAGE_WRITECOPY,
  SEC_COMMIT,
  SEC_IMAGE,
} from '../../../personality/rtl/memory.ts';
import { CURRENT_PROCESS } from '../../../personality/rtl/services.ts';
import {
  ALL,
  CLASS,
  type Fixture,
  INVALID,
  LENGTH,
  names,
  newNames,
  type Table,
  VIOLATION,
} from './fixture.ts';

const BEYOND = 0x4000_0000;

export function memory(f: Fixture): Table {
  const { address } = f;
  const process = CURRENT_PROCESS;
  const region = { process, address, length: PAGE_SIZE };
  const view = {
    section: f.section,
    process,
    address: 0,
    zeroBits: 0,
    offset: 0,
    length: 0,
    inherit: 2,
    type: 0,
    protect: PAGE_READWRITE,
  };
  const allocation = {
    process,
    address: 0,
    zeroBits: 0,
    type: MEM_COMMIT,
    protect: 4,
  };
  const section = {
    ...ALL,
    size: PAGE_SIZE,
    protect: PAGE_READWRITE,
    allocation: SEC_COMMIT,
  };
  return {
    NtAllocateVirtualMemory: {
      base: { length: PAGE_SIZE, ...allocation },
      typed: ['process'],
      wrong: [
        [{ length: 0 }, 'STATUS_INVALID_PARAMETER_4'],
        [{ zeroBits: 99 }, 'STATUS_INVALID_PARAMETER_3'],
        [{ type: 0 }, 'STATUS_INVALID_PARAMETER_5'],
        [{ type: 1 }, 'STATUS_INVALID_PARAMETER_5'],
        [{ protect: 0 }, 'STATUS_INVALID_PAGE_PROTECTION'],
        [{ protect: PAGE_WRITECOPY }, 'STATUS_INVALID_PAGE_PROTECTION'],
        [{ address: BEYOND }, 'STATUS_INVALID_PARAMETER_2'],
        [{ address }, 'STATUS_CONFLICTING_ADDRESSES'],
      ],
    },
    NtFreeVirtualMemory: {
      base: { address: BEYOND, process, length: 0, type: MEM_RELEASE },
      typed: ['process'],
      wrong: [
        [{}, 'STATUS_INVALID_PARAMETER_2'],
        [{ type: 0 }, 'STATUS_INVALID_PARAMETER_4'],
        [{ address: 0x2000_0000 }, 'STATUS_MEMORY_NOT_ALLOCATED'],
      ],
    },
    NtProtectVirtualMemory: {
      base: { ...region, protect: PAGE_READWRITE },
      typed: ['process'],
      wrong: [
        [{ protect: 0 }, 'STATUS_INVALID_PAGE_PROTECTION'],
        [{ address: BEYOND }, 'STATUS_INVALID_PARAMETER_2'],
        [{ length: 0 }, 'STATUS_INVALID_PARAMETER_3'],
        [{ address: 0x2000_0000 }, 'STATUS_CONFLICTING_ADDRESSES'],
      ],
    },
    NtQueryVirtualMemory: {
      base: { process, address, class: 0, length: 28 },
      typed: ['process'],
      wrong: [
        [{ class: 9 }, CLASS],
        [{ length: 0 }, LENGTH],
        [{ address: BEYOND }, INVALID],
      ],
    },
    NtReadVirtualMemory: {
      base: { ...region, buffer: address },
      typed: ['process'],
      wrong: [
        [{ buffer: BEYOND }, VIOLATION],
        [{ address: 0x2000_0000 }, 'STATUS_PARTIAL_COPY'],
      ],
    },
    NtWriteVirtualMemory: {
      base: { ...region, buffer: address },
      typed: ['process'],
      wrong: [
        [{ buffer: BEYOND }, VIOLATION],
        [{ address: 0x2000_0000 }, 'STATUS_PARTIAL_COPY'],
      ],
    },
    NtFlushVirtualMemory: {
      base: region,
      typed: ['process'],
      wrong: [[{}, 'STATUS_NOT_MAPPED_VIEW']],
    },
    NtCreateSection: {
      base: { ...section, file: 0 },
      typed: ['file'],
      wrong: [
        [{ allocation: 0 }, 'STATUS_INVALID_PARAMETER_6'],
        [{ allocation: SEC_IMAGE }, 'STATUS_NOT_SUPPORTED'],
        [{ protect: 0 }, 'STATUS_INVALID_PAGE_PROTECTION'],
        [{ size: 0 }, 'STATUS_INVALID_PARAMETER_4'],
        ...newNames('\\SessionReady'),
      ],
    },
    NtOpenSection: {
      base: { ...ALL, name: '\\??\\None' },
      wrong: names('\\SessionReady'),
    },
    NtMapViewOfSection: {
      base: view,
      typed: ['section', 'process'],
      wrong: [
        [{ zeroBits: 22 }, 'STATUS_INVALID_PARAMETER_4'],
        [{ inherit: 3 }, 'STATUS_INVALID_PARAMETER_8'],
        [{ protect: 0 }, 'STATUS_INVALID_PAGE_PROTECTION'],
        [{ address: BEYOND }, 'STATUS_INVALID_PARAMETER_3'],
        [{ address: 0x2000_0001 }, 'STATUS_MAPPED_ALIGNMENT'],
        [{ offset: 1 }, 'STATUS_MAPPED_ALIGNMENT'],
        [{ length: 2 * PAGE_SIZE }, 'STATUS_INVALID_VIEW_SIZE'],
      ],
    },
    NtUnmapViewOfSection: {
      base: { process, address: 0x2000_0000 },
      typed: ['process'],
      wrong: [[{}, 'STATUS_NOT_MAPPED_VIEW']],
    },
    NtExtendSection: {
      base: { section: f.section, size: PAGE_SIZE },
      typed: ['section'],
      wrong: [
        [{ size: -1 }, 'STATUS_INVALID_PARAMETER_2'],
        [{}, 'STATUS_SECTION_NOT_EXTENDED'],
      ],
    },
    NtQuerySection: {
      base: { section: f.section, class: 0, length: 16 },
      typed: ['section'],
      wrong: [
        [{ class: 9 }, CLASS],
        [{ length: 0 }, LENGTH],
      ],
    },
  };
}
