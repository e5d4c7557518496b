/**
 * Private memory: NtAllocateVirtualMemory, NtFreeVirtualMemory, NtProtectVirtualMemory,
 * NtQueryVirtualMemory.
 *
 * Reserving takes addresses, committing takes pages: zeroed, charged to the process, and there at
 * once, because a fault cannot resume a JavaScript function in its middle. What a page may be used
 * for is what its frame's capability says. STATUS_QUOTA_EXCEEDED: the process or its family has its
 * share; STATUS_COMMITMENT_LIMIT: all clients together have theirs.
 *
 * What cannot be done whole is not done at all; a change of protection may be cut short for want of
 * slots.
 */
import { PAGE_SIZE, USER_LIMIT } from '../../rtl/layout.ts';
import * as memory from '../../rtl/memory.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { Process } from '../ps/types.ts';
import type { Space } from './space.ts';
import type { Mm } from './types.ts';
import { GRANULARITY, type Vad } from './vad.ts';
import { VAD_BYTES } from './virtual.ts';

const SUCCESS: number = Status.STATUS_SUCCESS;
const { MEM_COMMIT, MEM_DECOMMIT, MEM_RELEASE, MEM_RESERVE, MEM_RESET, MEM_TOP_DOWN } = memory;
const MAX_ZERO_BITS = 21;

export interface Region {
  readonly status: number;
  readonly address?: number;
  readonly length?: number;
}

export interface AllocateInput {
  readonly address?: number;
  readonly zeroBits?: number;
  readonly length: number;
  readonly type?: number;
  readonly protect?: number;
}

const pageDown = (address: number): number => address - (address % PAGE_SIZE);
const pageUp = (address: number): number => Math.ceil(address / PAGE_SIZE) * PAGE_SIZE;

function badAllocation({ address, zeroBits, length, type, protect }: Required<AllocateInput>) {
  if (zeroBits > MAX_ZERO_BITS) return Status.STATUS_INVALID_PARAMETER_3;
  if (length === 0 || length > USER_LIMIT) return Status.STATUS_INVALID_PARAMETER_4;
  if (address + length > USER_LIMIT) return Status.STATUS_INVALID_PARAMETER_2;
  const known = MEM_COMMIT | MEM_RESERVE | MEM_RESET | MEM_TOP_DOWN;
  const action = type & ~MEM_TOP_DOWN;
  if ((type & ~known) !== 0 || action === 0) return Status.STATUS_INVALID_PARAMETER_5;
  if ((type & MEM_RESET) !== 0 && type !== MEM_RESET) return Status.STATUS_INVALID_PARAMETER_5;
  if (memory.rightsOf(protect) === undefined) return Status.STATUS_INVALID_PAGE_PROTECTION;
  return SUCCESS;
}

export function allocate(mm: Mm, process: Process, given: AllocateInput): Region {
  const input = {
    address: given.address ?? 0,
    zeroBits: given.zeroBits ?? 0,
    length: given.length,
    type: given.type ?? MEM_RESERVE | MEM_COMMIT,
    protect: given.protect ?? memory.PAGE_READWRITE,
  };
  const bad = badAllocation(input);
  if (bad !== SUCCESS) return { status: bad };
  if (process.state === 'ended') return { status: Status.STATUS_PROCESS_IS_TERMINATING };
  const { address, type } = input;
  const reserves = address === 0 || (type & MEM_RESERVE) !== 0;
  return reserves ? reserve(mm, process, input) : commitInside(mm, process, input);
}

function reserve(mm: Mm, process: Process, input: Required<AllocateInput>): Region {
  const space = process.space as Space;
  const { address, zeroBits, length, type, protect } = input;
  if ((type & MEM_RESET) !== 0) return { status: Status.STATUS_CONFLICTING_ADDRESSES };
  const start = address - (address % GRANULARITY);
  if (address !== 0 && !space.vads.isInside(start, pageUp(address + length)))
    return { status: Status.STATUS_INVALID_PARAMETER_2 };
  const charged = process.quota.charge('pagedPool', VAD_BYTES);
  if (!NT_SUCCESS(charged)) return { status: charged };
  const top = (type & MEM_TOP_DOWN) !== 0;
  const vad = space.vads.reserve(address, length, { protect, view: undefined }, top);
  const beyond = vad && zeroBits > 0 && vad.end > 2 ** (32 - zeroBits);
  let status = vad && !beyond ? SUCCESS : noRoom(address);
  if (vad && status === SUCCESS && (type & MEM_COMMIT) !== 0)
    status = commit(mm, space, vad, vad.start, vad.end, protect);
  if (vad && status === SUCCESS) return { status, address: vad.start, length: vad.end - vad.start };
  if (vad) space.vads.release(vad);
  process.quota.giveBack('pagedPool', VAD_BYTES);
  return { status };
}

function noRoom(address: number): number {
  return address === 0 ? Status.STATUS_NO_MEMORY : Status.STATUS_CONFLICTING_ADDRESSES;
}

function commitInside(mm: Mm, process: Process, input: Required<AllocateInput>): Region {
  const space = process.space as Space;
  const start = pageDown(input.address);
  const end = pageUp(input.address + input.length);
  const vad = space.vads.find(start);
  if (!vad || end > vad.end) return { status: Status.STATUS_CONFLICTING_ADDRESSES };
  if (vad.view) return { status: Status.STATUS_ALREADY_COMMITTED };
  // MEM_RESET: the contents are of no more interest, and may stay.
  const reset = (input.type & MEM_RESET) !== 0;
  const status = reset ? SUCCESS : commit(mm, space, vad, start, end, input.protect);
  return status === SUCCESS ? { status, address: start, length: end - start } : { status };
}

/** All that is not there yet; what is gets the new protection. */
function commit(
  mm: Mm,
  space: Space,
  vad: Vad,
  start: number,
  end: number,
  protect: number,
): number {
  const missing: number[] = [];
  for (let at = start; at < end; at += PAGE_SIZE)
    if (!vad.pages.has(at / PAGE_SIZE)) missing.push(at);
  if (missing.length > 0) {
    const { status, pages } = mm.commitPages(space.quota, missing.length);
    if (!NT_SUCCESS(status)) return status;
    const mapped = mapAll(space, missing, pages, protect);
    if (!NT_SUCCESS(mapped)) {
      mm.freePages(pages);
      return mapped;
    }
    missing.forEach((at, index) =>
      vad.pages.set(at / PAGE_SIZE, { page: pages[index] ?? 0, protect }),
    );
  }
  return setProtection(space, vad, start, end, protect);
}

function mapAll(
  space: Space,
  addresses: readonly number[],
  pages: readonly number[],
  protect: number,
): number {
  for (const [index, at] of addresses.entries()) {
    const status = mapOne(space, at, pages[index] ?? 0, protect);
    if (NT_SUCCESS(status)) continue;
    for (const before of addresses.slice(0, index)) space.unmap(before, 1);
    return status;
  }
  return SUCCESS;
}

function mapOne(space: Space, address: number, page: number, protect: number): number {
  const rights = memory.rightsOf(protect);
  return rights === 'none' ? SUCCESS : space.map(address, [page], rights === 'write');
}

function setProtection(
  space: Space,
  vad: Vad,
  start: number,
  end: number,
  protect: number,
): number {
  for (let at = start; at < end; at += PAGE_SIZE) {
    const committed = vad.pages.get(at / PAGE_SIZE)!;
    if (committed.protect === protect) continue;
    space.unmap(at, 1);
    const status = mapOne(space, at, committed.page, protect);
    committed.protect = NT_SUCCESS(status) ? protect : memory.PAGE_NOACCESS;
    if (!NT_SUCCESS(status)) return status;
  }
  return SUCCESS;
}

export interface FreeInput {
  readonly address: number;
  readonly length?: number;
  readonly type?: number;
}

export function free(mm: Mm, process: Process, input: FreeInput): Region {
  const { address, length = 0, type = MEM_RELEASE } = input;
  if (type !== MEM_RELEASE && type !== MEM_DECOMMIT)
    return { status: Status.STATUS_INVALID_PARAMETER_4 };
  if (address >= USER_LIMIT) return { status: Status.STATUS_INVALID_PARAMETER_2 };
  if (address + length > USER_LIMIT) return { status: Status.STATUS_INVALID_PARAMETER_3 };
  const space = process.space as Space;
  const vad = space.vads.find(address);
  if (!vad) return { status: Status.STATUS_MEMORY_NOT_ALLOCATED };
  if (vad.view) return { status: Status.STATUS_UNABLE_TO_DELETE_SECTION };
  const start = pageDown(address);
  if (length === 0 && start !== vad.start) return { status: Status.STATUS_FREE_VM_NOT_AT_BASE };
  const end = length === 0 ? vad.end : pageUp(address + length);
  if (end > vad.end) return { status: Status.STATUS_UNABLE_TO_FREE_VM };
  const status =
    type === MEM_RELEASE
      ? release(mm, space, vad, start, end)
      : decommit(mm, space, vad, start, end);
  return status === SUCCESS ? { status, address: start, length: end - start } : { status };
}

function release(mm: Mm, space: Space, vad: Vad, start: number, end: number): number {
  // Two are left of one that loses its middle.
  const splits = start > vad.start && end < vad.end;
  const charged = splits ? space.quota.charge('pagedPool', VAD_BYTES) : SUCCESS;
  if (!NT_SUCCESS(charged)) return charged;
  const whole = start === vad.start && end === vad.end;
  space.unmap(start, (end - start) / PAGE_SIZE);
  mm.freePages(space.vads.release(vad, start, end).map(({ page }) => page));
  if (whole) space.quota.giveBack('pagedPool', VAD_BYTES);
  return SUCCESS;
}

function decommit(mm: Mm, space: Space, vad: Vad, start: number, end: number): number {
  space.unmap(start, (end - start) / PAGE_SIZE);
  for (let at = start; at < end; at += PAGE_SIZE) {
    const committed = vad.pages.get(at / PAGE_SIZE);
    vad.pages.delete(at / PAGE_SIZE);
    if (committed) mm.freePages([committed.page]);
  }
  return SUCCESS;
}

export function protect(
  process: Process,
  input: { address: number; length: number; protect: number },
): Region & { old?: number } {
  const { address, length } = input;
  const rights = memory.rightsOf(input.protect);
  if (rights === undefined) return { status: Status.STATUS_INVALID_PAGE_PROTECTION };
  if (address >= USER_LIMIT) return { status: Status.STATUS_INVALID_PARAMETER_2 };
  if (length === 0 || address + length > USER_LIMIT)
    return { status: Status.STATUS_INVALID_PARAMETER_3 };
  const space = process.space as Space;
  const start = pageDown(address);
  const end = pageUp(address + length);
  const vad = space.vads.find(start);
  if (!vad || end > vad.end) return { status: Status.STATUS_CONFLICTING_ADDRESSES };
  for (let at = start; at < end; at += PAGE_SIZE)
    if (!vad.pages.has(at / PAGE_SIZE)) return { status: Status.STATUS_NOT_COMMITTED };
  if (vad.view && rights === 'write' && memory.rightsOf(vad.protect) !== 'write')
    return { status: Status.STATUS_SECTION_PROTECTION };
  const old = vad.pages.get(start / PAGE_SIZE)!.protect;
  const status = setProtection(space, vad, start, end, input.protect);
  return { status, address: start, length: end - start, old };
}

export function query(
  process: Process,
  input: { address: number; class: number; length: number },
): { status: number; data?: Uint8Array } {
  if (input.class !== memory.MemoryBasicInformation)
    return { status: Status.STATUS_INVALID_INFO_CLASS };
  if (input.length < memory.MEMORY_BASIC_BYTES)
    return { status: Status.STATUS_INFO_LENGTH_MISMATCH };
  if (input.address >= USER_LIMIT) return { status: Status.STATUS_INVALID_PARAMETER };
  const space = process.space as Space;
  const start = pageDown(input.address);
  const vad = space.vads.find(start);
  const basic = vad ? inVad(vad, start) : outside(space, start);
  return { status: SUCCESS, data: memory.encodeMemoryBasic(basic) };
}

/** Pages of the same kind, from there on. */
function inVad(vad: Vad, start: number): memory.MemoryBasic {
  const first = vad.pages.get(start / PAGE_SIZE)?.protect;
  let end = start + PAGE_SIZE;
  while (end < vad.end && vad.pages.get(end / PAGE_SIZE)?.protect === first) end += PAGE_SIZE;
  return {
    baseAddress: start,
    allocationBase: vad.base,
    allocationProtect: vad.protect,
    regionSize: end - start,
    state: first === undefined ? MEM_RESERVE : MEM_COMMIT,
    protect: first ?? 0,
    type: vad.view ? memory.MEM_MAPPED : memory.MEM_PRIVATE,
  };
}

/** What the process began with is committed memory too: heap, service buffers, packets. */
function outside(space: Space, start: number): memory.MemoryBasic {
  const first = space.at(start)?.writable;
  const limit = space.vads.freeUntil(start);
  let end = start + PAGE_SIZE;
  while (end < limit && space.at(end)?.writable === first) end += PAGE_SIZE;
  const there = first !== undefined;
  const protection = first ? memory.PAGE_READWRITE : memory.PAGE_READONLY;
  return {
    baseAddress: start,
    allocationBase: there ? start : 0,
    allocationProtect: there ? protection : 0,
    regionSize: end - start,
    state: there ? MEM_COMMIT : memory.MEM_FREE,
    protect: there ? protection : memory.PAGE_NOACCESS,
    type: there ? memory.MEM_PRIVATE : 0,
  };
}
