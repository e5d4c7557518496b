/**
 * Constants and structures of virtual memory and sections, as the published Windows headers have
 * them (winnt.h, ntifs.h).
 */

// Protection
export const PAGE_NOACCESS = 0x01;
export const PAGE_READONLY = 0x02;
export const PAGE_READWRITE = 0x04;
export const PAGE_WRITECOPY = 0x08;
export const PAGE_EXECUTE = 0x10;
export const PAGE_EXECUTE_READ = 0x20;
export const PAGE_EXECUTE_READWRITE = 0x40;

// Allocation and freeing
export const MEM_COMMIT = 0x1000;
export const MEM_RESERVE = 0x2000;
export const MEM_DECOMMIT = 0x4000;
export const MEM_RELEASE = 0x8000;
export const MEM_FREE = 0x1_0000;
export const MEM_PRIVATE = 0x2_0000;
export const MEM_MAPPED = 0x4_0000;
export const MEM_RESET = 0x8_0000;
export const MEM_TOP_DOWN = 0x10_0000;

// Rights to a process
export const PROCESS_VM_OPERATION = 0x0008;
export const PROCESS_VM_READ = 0x0010;
export const PROCESS_VM_WRITE = 0x0020;

// Sections
export const SECTION_QUERY = 1;
export const SECTION_MAP_WRITE = 2;
export const SECTION_MAP_READ = 4;
export const SECTION_MAP_EXECUTE = 8;
export const SECTION_EXTEND_SIZE = 0x10;
export const SECTION_ALL_ACCESS = 0x000f_001f;
export const SEC_FILE = 0x0080_0000;
export const SEC_IMAGE = 0x0100_0000;
export const SEC_RESERVE = 0x0400_0000;
export const SEC_COMMIT = 0x0800_0000;
export const ViewShare = 1;
export const ViewUnmap = 2;

// NtQueryVirtualMemory, NtQuerySection
export const MemoryBasicInformation = 0;
export const SectionBasicInformation = 0;

/** MEMORY_BASIC_INFORMATION, 32 bit. */
export interface MemoryBasic {
  readonly baseAddress: number;
  readonly allocationBase: number;
  readonly allocationProtect: number;
  readonly regionSize: number;
  readonly state: number;
  readonly protect: number;
  readonly type: number;
}

const MEMORY_BASIC = [
  'baseAddress',
  'allocationBase',
  'allocationProtect',
  'regionSize',
  'state',
  'protect',
  'type',
] as const;

export const MEMORY_BASIC_BYTES = MEMORY_BASIC.length * 4;

export function encodeMemoryBasic(basic: MemoryBasic): Uint8Array {
  return new Uint8Array(Uint32Array.from(MEMORY_BASIC, (name) => basic[name]).buffer);
}

export function decodeMemoryBasic(bytes: Uint8Array): MemoryBasic {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = MEMORY_BASIC.map((name, index) => [name, view.getUint32(index * 4, true)]);
  return Object.fromEntries(entries) as unknown as MemoryBasic;
}

/** What may be done with a page: nothing, reading, writing too; undefined: no such protection. */
export function rightsOf(protect: number): 'none' | 'read' | 'write' | undefined {
  switch (protect) {
    case PAGE_NOACCESS:
      return 'none';
    case PAGE_READONLY:
    case PAGE_EXECUTE:
    case PAGE_EXECUTE_READ:
      return 'read';
    case PAGE_READWRITE:
    case PAGE_EXECUTE_READWRITE:
      return 'write';
    default:
      return undefined;
  }
}
