/**
 * QUERY_INFORMATION and SET_INFORMATION of a file.
 */
import { encodeFileName } from '../../../personality/rtl/fileinformation.ts';
import type { IrpParameters, IrpResult } from '../../../personality/rtl/irp.ts';
import {
  decodeBasic,
  decodeDisposition,
  decodeLarge,
  encodeBasic,
  encodeLarge,
  encodeNetworkOpen,
  encodeStandard,
} from '../../../personality/rtl/information.ts';
import {
  FILE_ATTRIBUTE_ARCHIVE,
  FILE_ATTRIBUTE_DIRECTORY,
  FILE_ATTRIBUTE_HIDDEN,
  FILE_ATTRIBUTE_NORMAL,
  FILE_ATTRIBUTE_READONLY,
  FILE_ATTRIBUTE_SYSTEM,
  FileAllocationInformation,
  FileAlternateNameInformation,
  FileBasicInformation,
  FileDispositionInformation,
  FileEndOfFileInformation,
  FileInternalInformation,
  FileNetworkOpenInformation,
  FileRenameInformation,
  FileStandardInformation,
} from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import { checkDeletable } from './create.ts';
import { isEmpty } from './directory.ts';
import { canKeep } from './dirent.ts';
import { saveEntry, touch } from './entry.ts';
import { type Fcb, fileId, needFile } from './fcb.ts';
import { entryOf } from './names.ts';
import { renameFile } from './rename.ts';

const MAXIMUM_SIZE = 0xffff_ffff;
const ALL_ATTRIBUTES =
  FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM | FILE_ATTRIBUTE_ARCHIVE;

export function queryFile(file: Fcb, infoClass: number): Uint8Array {
  const { attributes, endOfFile, allocation, created, accessed, written } = file.facts();
  const times = { created, accessed, written, changed: written };
  switch (infoClass) {
    case FileBasicInformation:
      return encodeBasic({ ...times, attributes });
    case FileStandardInformation:
      return encodeStandard({
        allocation,
        endOfFile,
        links: 1,
        deletePending: file.deletePending,
        directory: file.isDirectory,
      });
    case FileInternalInformation:
      return encodeLarge(fileId(file.parent, file.slot));
    case FileAlternateNameInformation:
      if (file.isRoot) throw new NtException(Status.STATUS_OBJECT_NAME_NOT_FOUND);
      return encodeFileName(file.entry.shortName);
    case FileNetworkOpenInformation:
      return encodeNetworkOpen({ ...times, allocation, endOfFile, attributes });
    default:
      throw new NtException(Status.STATUS_INVALID_INFO_CLASS);
  }
}

export async function setFile(
  file: Fcb,
  request: IrpParameters<'set_information'>,
): Promise<Partial<IrpResult<'set_information'>>> {
  switch (request.class) {
    case FileBasicInformation:
      await setBasic(file, request.data);
      break;
    case FileDispositionInformation:
      await setDisposition(file, decodeDisposition(request.data));
      break;
    case FileRenameInformation:
      await renameFile(file, request);
      return { ...file.facts(), entry: await entryOf(file) };
    case FileEndOfFileInformation:
      await setEndOfFile(file, decodeLarge(request.data));
      break;
    case FileAllocationInformation:
      await setAllocation(file, decodeLarge(request.data));
      break;
    default:
      throw new NtException(Status.STATUS_INVALID_INFO_CLASS);
  }
  return file.facts();
}

/**
 * A time of 0 or -1, and attributes 0, mean: leave it. STATUS_INVALID_PARAMETER for one that FAT
 * has no date for; then nothing changes.
 */
async function setBasic(file: Fcb, data: Uint8Array): Promise<void> {
  const { created, accessed, written, attributes } = decodeBasic(data);
  if (file.isRoot) throw new NtException(Status.STATUS_INVALID_PARAMETER);
  const wantsDirectory = (attributes & FILE_ATTRIBUTE_DIRECTORY) !== 0;
  if (wantsDirectory && !file.isDirectory) throw new NtException(Status.STATUS_INVALID_PARAMETER);
  for (const time of [created, accessed, written])
    if (time > 0 && !canKeep(time)) throw new NtException(Status.STATUS_INVALID_PARAMETER);
  const { entry } = file;
  if (created > 0) entry.created = created;
  if (accessed > 0) entry.accessed = accessed;
  if (written > 0) entry.written = written;
  if (attributes !== 0) {
    const plain = attributes & FILE_ATTRIBUTE_NORMAL ? 0 : attributes & ALL_ATTRIBUTES;
    entry.attributes = plain | (entry.attributes & FILE_ATTRIBUTE_DIRECTORY);
  }
  await saveEntry(file);
}

/** The file goes when its last open is cleaned up. */
async function setDisposition(file: Fcb, remove: boolean): Promise<void> {
  if (remove) {
    checkDeletable(file);
    if (file.isDirectory && !(await isEmpty(file.volume, file.entry.firstCluster)))
      throw new NtException(Status.STATUS_DIRECTORY_NOT_EMPTY);
  }
  file.deletePending = remove;
}

async function setEndOfFile(file: Fcb, size: number): Promise<void> {
  needFile(file);
  checkSize(size);
  if (size > file.entry.size) await file.grow(size);
  else await file.shrink(size);
  file.entry.size = size;
  await touch(file);
  await saveEntry(file);
}

/** Room for that many bytes, and no more: the size shrinks with it but never grows. */
async function setAllocation(file: Fcb, bytes: number): Promise<void> {
  needFile(file);
  checkSize(bytes);
  if (bytes < file.entry.size) return setEndOfFile(file, bytes);
  await file.shrink(bytes);
  await file.grow(bytes);
  await saveEntry(file);
}

function checkSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0)
    throw new NtException(Status.STATUS_INVALID_PARAMETER);
  if (size > MAXIMUM_SIZE) throw new NtException(Status.STATUS_DISK_FULL);
}
