/**
 * Names for the I/O manager, which remembers them (rtl/namerecords.ts): what stands in a directory,
 * one record, and a file by its number.
 *
 * A directory's node is its first cluster. Where that is 0 and it is not the root, or has another
 * name already (homes.ts), the disk is damaged: then it has none, and who looks into it is refused.
 */
import type { IrpParameters } from '../../../personality/rtl/irp.ts';
import {
  decodeNamesRequest,
  encodeName,
  encodeNames,
  FSCTL_QUERY_NAMES,
  type NameRecord,
  type NamesRequest,
} from '../../../personality/rtl/namerecords.ts';
import { FILE_ATTRIBUTE_DIRECTORY, FILE_ATTRIBUTE_NORMAL } from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import { decodeDirent, type Dirent } from './dirent.ts';
import { indexOf } from './dirindex.ts';
import { type Fcb, fileId, placeOf } from './fcb.ts';
import { isHome } from './homes.ts';
import { namesFrom } from './querydir.ts';
import { readSlot } from './slots.ts';
import { shortNameKey } from './shortname.ts';
import { ROOT, type Volume } from './volume.ts';

/** A record is longer than this: so many fill an answer. */
const SHORTEST = 64;

export async function kernelCall(
  volume: Volume,
  { code, input, outputLength }: IrpParameters<'fs_control'>,
): Promise<Uint8Array> {
  if (code !== FSCTL_QUERY_NAMES) throw new NtException(Status.STATUS_INVALID_DEVICE_REQUEST);
  return queryNames(volume, decodeNamesRequest(input), outputLength);
}

async function queryNames(
  volume: Volume,
  { node, after }: NamesRequest,
  limit: number,
): Promise<Uint8Array> {
  const records: NameRecord[] = [];
  let more = false;
  const from = after === 0 ? 0 : placeOf(after).slot + 1;
  for await (const { slot, name, shortName, raw } of namesFrom(volume, node, from)) {
    more = records.length * SHORTEST > limit;
    if (more) break;
    // A file that is open may know better than its entry.
    const entry = volume.knownFile(node, slot)?.entry ?? decodeDirent(raw, volume.wide);
    records.push(await record(volume, node, slot, name, shortName, entry));
  }
  const { failure } = await indexOf(volume, node);
  return encodeNames({ records, more, failure }, limit);
}

async function record(
  volume: Volume,
  parent: number,
  slot: number,
  name: string,
  shortName: string,
  entry: Dirent,
): Promise<NameRecord> {
  const { bytesPerCluster } = volume.geometry;
  const { attributes, size, created, accessed, written } = entry;
  return {
    name,
    shortName: shortName === name ? '' : shortName,
    id: fileId(parent, slot),
    node: await nodeOf(volume, parent, slot, name, entry),
    attributes: attributes || FILE_ATTRIBUTE_NORMAL,
    created,
    accessed,
    written,
    endOfFile: size,
    allocation: Math.ceil(size / bytesPerCluster) * bytesPerCluster,
  };
}

async function nodeOf(
  volume: Volume,
  parent: number,
  slot: number,
  name: string,
  { attributes, firstCluster }: Dirent,
): Promise<number> {
  if ((attributes & FILE_ATTRIBUTE_DIRECTORY) === 0) return ROOT;
  // They are the second names that every directory has; no path goes through them.
  if (name === '.' || name === '..') return firstCluster;
  return (await isHome(volume, firstCluster, parent, slot)) ? firstCluster : ROOT;
}

/** The record of a file, for the answer to what made or renamed it. */
export async function entryOf(file: Fcb): Promise<Uint8Array> {
  const { volume, parent, slot, name, entry, isRoot } = file;
  if (isRoot) return new Uint8Array();
  return encodeName(await record(volume, parent, slot, name, entry.shortName, entry));
}

/** `text`: its number, in hexadecimal digits. */
export async function fileById(volume: Volume, text: string): Promise<Fcb> {
  const { parent, slot } = placeOf(parseInt(text, 16));
  const { entries, pieces } = await indexOf(volume, parent);
  const known = entries.get(slot);
  if (!known) throw new NtException(Status.STATUS_OBJECT_NAME_NOT_FOUND);
  const raw = await readSlot(volume, pieces, slot);
  if (shortNameKey(raw.subarray(0, 11)) !== known.key)
    throw new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
  const entry = decodeDirent(raw, volume.wide);
  const isDirectory = (entry.attributes & FILE_ATTRIBUTE_DIRECTORY) !== 0;
  if (isDirectory && !(await isHome(volume, entry.firstCluster, parent, slot)))
    throw new NtException(Status.STATUS_FILE_CORRUPT_ERROR);
  return volume.fileAt(parent, slot, entry, known.name);
}
