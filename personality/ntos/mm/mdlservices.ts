/**
 * MDLs that drivers name: WdmMapMdl, WdmUnmapMdl, WdmCreateMdl, WdmDeleteMdl.
 *
 * Those of IRPs belong to the IRPs. Those that a driver makes itself are of its own memory, or of
 * pages that are made for the MDL: charged as `disk`, since who wants more than a heap is a disk in
 * memory. They go with the process, and what is under way with a part of them holds that part.
 *
 *   ownMdl(space, id)       the process's MDL of that name
 *   lendMdl(mm, space, pieces, write), dropMdl(mm, space, id)   one of somebody else's memory; 0:
 *                           it has too many
 *   releaseMdls(mm, space)  at its end
 */
import { CACHE_VIEW_BASE, CACHE_VIEW_LIMIT, PAGE_SIZE } from '../../rtl/layout.ts';
import { OWN_IRP } from '../../rtl/packets.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { Process } from '../ps/types.ts';
import { Mdl } from './mdl.ts';
import type { MmNeeds } from './needs.ts';
import type { Space } from './space.ts';
import type { Mm, Piece } from './types.ts';

/** MDLs of its own that a driver may have at a time. */
const MDL_LIMIT = 256;

/** An MDL of a driver's own, and the pages that were made for it. */
export interface OwnMdl {
  readonly mdl: Mdl;
  readonly pages: readonly number[];
}

export function ownMdl(space: Space, id: number): Mdl | undefined {
  return space.mdls.get(id)?.mdl;
}

function createMdl(
  mm: Mm,
  process: Process,
  { address, length, write }: { address: number; length: number; write: boolean },
): { status: number; mdl?: number } {
  const space = process.space as Space;
  if (length === 0) return { status: Status.STATUS_INVALID_PARAMETER };
  if (space.mdls.size >= MDL_LIMIT) return { status: Status.STATUS_INSUFFICIENT_RESOURCES };
  const made =
    address === 0 ? newPages(mm, space, length) : lockOwn(mm, process, address, length, write);
  if (!made.mdl) return { status: made.status };
  return { status: Status.STATUS_SUCCESS, mdl: nameMdl(space, made.mdl, made.pages) };
}

function nameMdl(space: Space, mdl: Mdl, pages: readonly number[]): number {
  do space.lastMdl = (space.lastMdl + 1) % OWN_IRP;
  while (space.mdls.has(OWN_IRP + space.lastMdl));
  const id = OWN_IRP + space.lastMdl;
  space.mdls.set(id, { mdl, pages });
  return id;
}

export function lendMdl(mm: Mm, space: Space, pieces: readonly Piece[], write: boolean): number {
  if (space.mdls.size >= MDL_LIMIT) return 0;
  return nameMdl(space, new Mdl(mm, pieces, write ? 'fromDevice' : 'toDevice'), []);
}

export function dropMdl(mm: Mm, space: Space, id: number): boolean {
  const own = space.mdls.get(id);
  if (!own) return false;
  space.mdls.delete(id);
  release(mm, own);
  return true;
}

type Made = { status: number; mdl?: Mdl; pages: readonly number[] };

function newPages(mm: Mm, space: Space, length: number): Made {
  const count = Math.ceil(length / PAGE_SIZE);
  const { status, pages } = mm.commitPages(space.quota, count, {}, 'disk');
  if (!NT_SUCCESS(status)) return { status, pages: [] };
  const pieces = pages.map((page, index) => ({
    address: page,
    length: Math.min(PAGE_SIZE, length - index * PAGE_SIZE),
  }));
  return { status, mdl: new Mdl(mm, pieces, 'both'), pages };
}

/** What is mapped into a driver for a while, such as a request's buffer, is not its to keep. */
function isView(address: number, length: number): boolean {
  return address < CACHE_VIEW_LIMIT && address + length > CACHE_VIEW_BASE;
}

function lockOwn(mm: Mm, process: Process, address: number, length: number, write: boolean): Made {
  const pieces = isView(address, length) ? undefined : mm.probe(process, address, length, write);
  if (!pieces) return { status: Status.STATUS_ACCESS_VIOLATION, pages: [] };
  const mdl = new Mdl(mm, pieces, write ? 'both' : 'toDevice');
  return { status: Status.STATUS_SUCCESS, mdl, pages: [] };
}

function release(mm: Mm, { mdl, pages }: OwnMdl): void {
  mdl.release();
  mm.freePages(pages);
}

export function releaseMdls(mm: Mm, space: Space): void {
  for (const own of space.mdls.values()) release(mm, own);
  space.mdls.clear();
}

export function registerMdlServices(executive: MmNeeds): void {
  const { ke, mm } = executive;
  const invalid = { status: Status.STATUS_INVALID_PARAMETER };
  ke.register('WdmMapMdl', ({ process }, { mdl }) => {
    const found = executive.io.findMdl(process, mdl);
    return found ? found.map(process) : invalid;
  });
  ke.register('WdmUnmapMdl', ({ process }, { mdl }) => {
    const unmapped = executive.io.findMdl(process, mdl)?.unmap(process);
    return unmapped ? { status: Status.STATUS_SUCCESS } : invalid;
  });
  ke.register('WdmCreateMdl', ({ process }, input) => createMdl(mm, process, input));
  ke.register('WdmDeleteMdl', ({ process }, { mdl }) =>
    mm.dropMdl(process, mdl) ? { status: Status.STATUS_SUCCESS } : invalid,
  );
}
