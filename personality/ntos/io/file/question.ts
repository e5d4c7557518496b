/**
 * Questions about a file to its file system, which may have to open it first.
 *
 *   answerTo(question)   when both are answered: that of the open, where it failed
 *   openById(id)         CREATE of the file whose entry has that number
 */
import type { IrpParameters, IrpResult, MajorName } from '../../../rtl/irp.ts';
import { FILE_OPEN, FILE_OPEN_BY_FILE_ID, FILE_SHARE_ALL } from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import type { Irp } from '../request/irp.ts';

/** What the file system answered. */
export interface Answer<M extends MajorName> {
  readonly status: number;
  readonly result: Partial<IrpResult<M>>;
}

/** A request that was sent, and the open that it needs, if there was none. */
export interface Question<M extends MajorName> {
  readonly irp: Irp<M>;
  readonly opening: Irp<'create'> | undefined;
}

export async function answerTo<M extends MajorName>({
  irp,
  opening,
}: Question<M>): Promise<Answer<M>> {
  await irp.done.wait();
  const status = opening ? await opening.wait() : Status.STATUS_SUCCESS;
  return NT_SUCCESS(status) ? irp : { status, result: {} };
}

export function openById(id: number): IrpParameters<'create'> {
  return {
    path: id.toString(16),
    related: 0,
    access: 0,
    attributes: 0,
    share: FILE_SHARE_ALL,
    disposition: FILE_OPEN,
    options: FILE_OPEN_BY_FILE_ID,
    allocation: 0,
  };
}
