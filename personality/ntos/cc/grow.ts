/**
 * `reach(file, offset, end)`: a file is long enough for a write, and its file system has made room.
 * Caller holds the file's resource.
 */
import * as Status from '../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import type { FileCache } from './filecache.ts';

export async function reach(file: FileCache, offset: number, end: number): Promise<number> {
  if (file.closed) return Status.STATUS_FILE_FORCED_CLOSED;
  if (end <= file.endOfFile) return Status.STATUS_SUCCESS;
  const from = Math.min(offset, file.endOfFile);
  const status = await file.backing.extend(from, end - from);
  if (!NT_SUCCESS(status)) return status;
  return end > file.endOfFile ? Status.STATUS_FILE_CORRUPT_ERROR : Status.STATUS_SUCCESS;
}
