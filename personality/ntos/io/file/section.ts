/**
 * Sections over files: their pages are those of the file's cache.
 *
 *   sectionOver(io, type, process, handle, writable)   what mm makes a section of, or why not
 *
 * The handle must allow what views will do. The section keeps the file known (`cache.sections`): it
 * is neither retired, nor shortened below what is mapped of it (STATUS_USER_MAPPED_FILE), nor
 * deleted (STATUS_CANNOT_DELETE), though all its handles be closed. Where its size is being
 * changed, the section waits for that, and has the new one.
 */
import * as nt from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import { holdForView, letGo } from '../../cc/mapping.ts';
import type { HeldPages, SectionBacking } from '../../mm/sectiontypes.ts';
import type { ObType } from '../../ob/types.ts';
import type { Process } from '../../ps/types.ts';
import type { IoContext } from '../context.ts';
import type { Fcb } from './fcb.ts';
import { type FileObject, fileState } from './fileobject.ts';
import { flushFcb } from './flush.ts';
import { keepFcb } from './retire.ts';

class FileBacking implements SectionBacking {
  readonly isFile = true;
  size: number;
  readonly #io: IoContext;
  readonly #fcb: Fcb;

  constructor(io: IoContext, fcb: Fcb) {
    this.#io = io;
    this.#fcb = fcb;
    this.size = fcb.cache.endOfFile;
    fcb.cache.sections++;
  }

  async hold(first: number, count: number, writable: boolean): Promise<HeldPages> {
    const fcb = this.#fcb;
    const { cache } = fcb;
    if (fcb.gone) return { status: Status.STATUS_FILE_FORCED_CLOSED, pages: [], letGo() {} };
    const { status, pages } = await holdForView(cache, first, count, writable);
    return {
      status,
      pages: pages.map(({ address }) => address),
      letGo() {
        letGo(cache, pages, writable);
        if (writable) fcb.touch();
      },
    };
  }

  flush(first: number, count: number): Promise<number> {
    this.#fcb.touch();
    return flushFcb(this.#io, this.#fcb, { first, end: first + count });
  }

  async extend(size: number): Promise<number> {
    const status = await this.#fcb.growTo(size);
    // Somebody may have extended it further meanwhile.
    if (NT_SUCCESS(status)) this.size = Math.max(this.size, size);
    return status;
  }

  close(): void {
    const fcb = this.#fcb;
    fcb.cache.sections--;
    // It was passed over when it was to be retired.
    if (fcb.cache.sections === 0 && fcb.opens.size === 0 && !fcb.gone) keepFcb(this.#io, fcb);
  }
}

export async function sectionOver(
  io: IoContext,
  type: ObType,
  process: Process,
  handle: number,
  writable: boolean,
): Promise<{ status: number; backing?: SectionBacking }> {
  const access = nt.FILE_READ_DATA | (writable ? nt.FILE_WRITE_DATA : 0);
  const found = io.executive.ob.referenceByHandle(process, handle, type, access);
  if (!found.object) return { status: found.status };
  const file = found.object as FileObject;
  const state = fileState(file);
  if (state !== Status.STATUS_SUCCESS) return { status: state };
  const { fcb } = file;
  if (!fcb || fcb.directory) return { status: Status.STATUS_INVALID_FILE_FOR_SECTION };
  const { ob } = io.executive;
  // The handle may be closed meanwhile.
  ob.reference(file);
  try {
    return await fcb.cache.resource.run(() => Promise.resolve(backingOf(io, file, fcb)));
  } finally {
    ob.dereference(file);
  }
}

function backingOf(
  io: IoContext,
  file: FileObject,
  fcb: Fcb,
): { status: number; backing?: SectionBacking } {
  const status = fileState(file);
  return status === Status.STATUS_SUCCESS
    ? { status, backing: new FileBacking(io, fcb) }
    : { status };
}
