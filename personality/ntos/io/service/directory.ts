/**
 * NtQueryDirectoryFile.
 *
 * The file system keeps the place of a listing in its own open of the directory. A known
 * directory's FCB is one open for all handles, so each handle that lists gets an open of its own,
 * at its first request, until it is closed.
 */
import { IRP_MN_QUERY_DIRECTORY } from '../../../rtl/irp.ts';
import * as nt from '../../../rtl/nt.ts';
import { NT_SUCCESS, Status } from '../../../rtl/status.ts';
import { isMeeting } from '../device/device.ts';
import type { Fcb } from '../file/fcb.ts';
import { type FileObject, fileState } from '../file/fileobject.ts';
import { callDriver } from '../request/send.ts';
import { ANSWER_LIMIT, type DataResult } from './query.ts';
import type { IoContext } from '../context.ts';

export interface DirectoryQuery {
  readonly class: number;
  readonly length: number;
  readonly pattern: string;
  readonly restart: boolean;
  readonly single: boolean;
}

export async function queryDirectory(
  io: IoContext,
  file: FileObject,
  query: DirectoryQuery,
): Promise<DataResult> {
  const state = fileState(file);
  if (state !== Status.STATUS_SUCCESS) return { status: state };
  const { fcb } = file;
  if (isMeeting(file.device)) return file.listingLock.run(() => listMeeting(io, file, query));
  if (!fcb?.directory) return { status: Status.STATUS_INVALID_PARAMETER };
  return file.listingLock.run(() => list(io, file, fcb, query));
}

async function list(
  io: IoContext,
  file: FileObject,
  fcb: Fcb,
  query: DirectoryQuery,
): Promise<DataResult> {
  const opened = file.listing ? Status.STATUS_SUCCESS : await openListing(io, file, fcb);
  if (!NT_SUCCESS(opened)) return { status: opened };
  const length = Math.min(query.length, ANSWER_LIMIT);
  let data = new Uint8Array();
  const status = await fcb.volume.verified(async () => {
    if (fcb.gone) return Status.STATUS_FILE_FORCED_CLOSED;
    const irp = await callDriver(io, fcb.volume.fileSystem, {
      major: 'directory',
      minor: IRP_MN_QUERY_DIRECTORY,
      file: file.listing,
      parameters: { ...query, length },
    });
    data = new Uint8Array(irp.result.data ?? []);
    return irp.status;
  });
  if (data.length > length) return { status: Status.STATUS_FILE_CORRUPT_ERROR };
  return { status, data };
}

/** The driver of pipes, or mailslots, keeps the place with the file itself. */
async function listMeeting(
  io: IoContext,
  { device, id }: FileObject,
  query: DirectoryQuery,
): Promise<DataResult> {
  const parameters = { ...query, length: Math.min(query.length, ANSWER_LIMIT) };
  const request = { major: 'directory', minor: IRP_MN_QUERY_DIRECTORY, file: id } as const;
  const irp = await callDriver(io, device, { ...request, parameters });
  const data = irp.result.data ?? new Uint8Array();
  if (data.length > parameters.length) return { status: Status.STATUS_UNSUCCESSFUL };
  return { status: irp.status, data };
}

function openListing(io: IoContext, file: FileObject, fcb: Fcb): Promise<number> {
  return fcb.volume.verified(async () => {
    if (fcb.gone) return Status.STATUS_FILE_FORCED_CLOSED;
    const listing = io.nextFile++;
    const irp = await callDriver(io, fcb.volume.fileSystem, {
      major: 'create',
      file: listing,
      parameters: {
        path: '',
        related: fcb.number,
        access: nt.FILE_LIST_DIRECTORY,
        attributes: 0,
        share: nt.FILE_SHARE_ALL,
        disposition: nt.FILE_OPEN,
        options: nt.FILE_DIRECTORY_FILE,
        allocation: 0,
      },
    });
    if (NT_SUCCESS(irp.status)) file.listing = listing;
    return irp.status;
  });
}
