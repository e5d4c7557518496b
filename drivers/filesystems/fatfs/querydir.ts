/**
 * QUERY_DIRECTORY: entries of a directory, as many as fit, from where the last call of the same
 * open stopped.
 *
 * The pattern is that of the first call, or of the last with `restart`. Where some slots of the
 * directory cannot be read, the names in the others come all the same, and the device's error
 * instead of STATUS_NO_MORE_FILES.
 */
import type { IrpParameters } from '../../../personality/rtl/irp.ts';
import {
  type DirectoryEntry,
  encodeDirectory,
  entrySize,
} from '../../../personality/rtl/directoryinformation.ts';
import { FsRtlIsNameInExpression, isValidExpression } from '../../../personality/rtl/names.ts';
import { FILE_ATTRIBUTE_NORMAL } from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import { decodeDirent, DIRENT_SIZE, END_OF_DIRECTORY } from './dirent.ts';
import { indexOf } from './dirindex.ts';
import type { Fcb } from './fcb.ts';
import { fileId } from './fcb.ts';
import { type FoundName, Scanner } from './scan.ts';
import { stretches } from './slots.ts';
import type { Volume } from './volume.ts';

/** An answer has to fit into the packet pages, beside others. */
const LONGEST_ANSWER = 0x8000;

/** What an open of a directory remembers (NT: context control block). */
export interface Cursor {
  pattern: string;
  next: number;
  /** Something matched before. */
  matched: boolean;
}

export async function queryDirectory(
  directory: Fcb,
  cursor: Cursor | undefined,
  request: IrpParameters<'directory'>,
): Promise<{ status: number; data: Uint8Array; cursor: Cursor }> {
  if (!directory.isDirectory) throw new NtException(Status.STATUS_INVALID_PARAMETER);
  // Raises what says that there is no such class.
  entrySize(request.class, 0);
  const state =
    !cursor || request.restart
      ? { pattern: request.pattern || '*', next: 0, matched: false }
      : cursor;
  if (!isValidExpression(state.pattern)) throw new NtException(Status.STATUS_OBJECT_NAME_INVALID);
  const found = await collect(directory, state, request);
  if (found.length === 0) throw new NtException(await endOf(directory, state));
  const entries = found.map((each) => describe(directory, each));
  const limit = Math.min(request.length, LONGEST_ANSWER);
  const { bytes, count, cut } = encodeDirectory(entries, limit, request.class);
  if (count === 0) throw new NtException(Status.STATUS_BUFFER_OVERFLOW);
  const next = found[count - 1]!.slot + 1;
  const status = cut ? Status.STATUS_BUFFER_OVERFLOW : Status.STATUS_SUCCESS;
  return { status, data: bytes, cursor: { pattern: state.pattern, next, matched: true } };
}

async function endOf({ volume, entry }: Fcb, { matched }: Cursor): Promise<number> {
  const { failure } = await indexOf(volume, entry.firstCluster);
  if (failure !== 0) return failure;
  return matched ? Status.STATUS_NO_MORE_FILES : Status.STATUS_NO_SUCH_FILE;
}

async function collect(
  directory: Fcb,
  { pattern, next }: Cursor,
  { single, length, class: infoClass }: IrpParameters<'directory'>,
): Promise<FoundName[]> {
  const found: FoundName[] = [];
  let bytes = 0;
  for await (const each of namesFrom(directory.volume, directory.entry.firstCluster, next)) {
    const matches =
      FsRtlIsNameInExpression(pattern, each.name) ||
      FsRtlIsNameInExpression(pattern, each.shortName);
    if (!matches) continue;
    found.push(each);
    bytes += entrySize(infoClass, each.name.length);
    if (single || bytes > Math.min(length, LONGEST_ANSWER)) break;
  }
  return found;
}

/** Nothing before slot `from` is read again: it is where a name may begin. */
export async function* namesFrom(
  volume: Volume,
  directory: number,
  from: number,
): AsyncGenerator<FoundName> {
  const scanner = new Scanner();
  const { pieces } = await indexOf(volume, directory);
  for await (const { slot, bytes } of stretches(volume, pieces, from))
    for (let at = 0; at < bytes.length; at += DIRENT_SIZE) {
      const raw = bytes.subarray(at, at + DIRENT_SIZE);
      if (raw[0] === END_OF_DIRECTORY) return;
      const found = scanner.next(slot + at / DIRENT_SIZE, raw);
      if (found) yield found;
    }
}

/** A file that is open may know better than its entry. */
function describe(directory: Fcb, { slot, name, shortName, raw }: FoundName): DirectoryEntry {
  const { volume } = directory;
  const known = volume.knownFile(directory.entry.firstCluster, slot);
  const { attributes, size, created, accessed, written } =
    known?.entry ?? decodeDirent(raw, volume.wide);
  const { bytesPerCluster } = volume.geometry;
  return {
    index: 0,
    created,
    accessed,
    written,
    changed: written,
    endOfFile: size,
    allocation: Math.ceil(size / bytesPerCluster) * bytesPerCluster,
    attributes: attributes || FILE_ATTRIBUTE_NORMAL,
    shortName: shortName === name ? '' : shortName,
    name,
    id: fileId(directory.entry.firstCluster, slot),
  };
}
