/**
 * FILE_OVERWRITE, FILE_OVERWRITE_IF and FILE_SUPERSEDE of a file that exists: it becomes empty and
 * takes new attributes.
 */
import { encodeBasic } from '../../../rtl/information.ts';
import {
  FILE_ATTRIBUTE_ARCHIVE,
  FILE_ATTRIBUTE_NORMAL,
  FILE_NOTIFY_CHANGE_ATTRIBUTES,
  FILE_NOTIFY_CHANGE_LAST_WRITE,
  FILE_NOTIFY_CHANGE_SIZE,
  FILE_SUPERSEDE,
  FileBasicInformation,
  FileEndOfFileInformation,
} from '../../../rtl/nt.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import type { Fcb } from './fcb.ts';
import { resize, setOnDisk } from './setfacts.ts';
import type { IoContext } from '../context.ts';

const CHANGES =
  FILE_NOTIFY_CHANGE_ATTRIBUTES | FILE_NOTIFY_CHANGE_SIZE | FILE_NOTIFY_CHANGE_LAST_WRITE;

export async function overwrite(
  io: IoContext,
  fcb: Fcb,
  { disposition, attributes }: { disposition: number; attributes: number },
): Promise<number> {
  const status = await resize(io, fcb, FileEndOfFileInformation, 0);
  if (!NT_SUCCESS(status)) return status;
  const before = disposition === FILE_SUPERSEDE ? 0 : fcb.attributes & ~FILE_ATTRIBUTE_NORMAL;
  const now = io.executive.ke.systemTime();
  const data = encodeBasic({
    created: 0,
    accessed: 0,
    written: now,
    changed: 0,
    attributes: (before | attributes | FILE_ATTRIBUTE_ARCHIVE) & ~FILE_ATTRIBUTE_NORMAL,
  });
  const outcome = await setOnDisk(io, fcb, FileBasicInformation, data);
  if (NT_SUCCESS(outcome)) fcb.changed(CHANGES);
  return outcome;
}
