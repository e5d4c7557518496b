/**
 * Learning the names of directories from their file system (FSCTL_QUERY_NAMES), and what its
 * answers say of names that came, changed or went.
 *
 *   learnPath(io, volume, path, request?)
 *                                  the directories of a path become known, as far as they can be;
 *                                  caller holds the namespace
 *   learnDirectory(io, ...)        one of them; the same
 *   namesBehind(io, ...)           an answer's worth of a directory that cannot be kept
 *   made, renamed, deleted         the answer to a request; caller holds the namespace
 */
import { IRP_MN_KERNEL_CALL } from '../../../rtl/irp.ts';
import {
  decodeName,
  decodeNames,
  encodeNamesRequest,
  FSCTL_QUERY_NAMES,
  NAMES_ANSWER,
  type NameRecord,
  type NamesAnswer,
  ROOT_NODE,
} from '../../../rtl/namerecords.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { isNotSupported, NT_SUCCESS, NtException } from '../../../rtl/status.ts';
import { asksForVerification } from '../medium/storage.ts';
import type { DirectoryNames } from '../names/directory.ts';
import { callDriver } from '../request/send.ts';
import type { IoContext } from '../context.ts';
import type { Fcb } from './fcb.ts';
import type { Volume } from './volume.ts';

/** What there was to learn is learnt, or cannot be: only a changed medium is no success. */
export async function learnPath(
  io: IoContext,
  volume: Volume,
  path: string,
  request?: number,
): Promise<number> {
  for (;;) {
    const found = volume.directories.find(path);
    if (found.is !== 'unknown' || found.directory.state === 'opaque') return Status.STATUS_SUCCESS;
    const status = await learnDirectory(io, volume, found.directory, request);
    if (asksForVerification(status)) return status;
    if (found.directory.state !== 'complete') return Status.STATUS_SUCCESS;
  }
}

export async function learnDirectory(
  io: IoContext,
  volume: Volume,
  directory: DirectoryNames,
  request?: number,
): Promise<number> {
  const { directories } = volume;
  const records: NameRecord[] = [];
  const most = io.nameBudget?.most ?? 0;
  let bytes = 0;
  for (let after = 0; ;) {
    const answer = await namesBehind(io, volume, directory.node, after, request);
    if (!NT_SUCCESS(answer.status)) return answer.status;
    const { more, failure } = answer;
    for (const record of answer.records) {
      records.push(record);
      bytes += directory.costOf(record);
    }
    const whole = failure === 0 && bytes <= most;
    if (!more || !whole) {
      const known = directories.learned(directory, records, whole);
      if (known) attachFiles(volume, directory);
      return Status.STATUS_SUCCESS;
    }
    after = records.at(-1)?.id ?? 0;
  }
}

/** Files that are or were open have names there. */
function attachFiles({ names }: Volume, directory: DirectoryNames): void {
  for (const name of directory.names) {
    const fcb = names.byId(name.id);
    if (fcb) name.attach(fcb);
  }
}

export async function namesBehind(
  io: IoContext,
  volume: Volume,
  node: number,
  after: number,
  request = 0,
): Promise<NamesAnswer & { status: number }> {
  const nothing = { records: [], more: false, failure: 0 };
  if (!volume.directories.supported) return { status: Status.STATUS_NOT_SUPPORTED, ...nothing };
  const irp = await callDriver(io, volume.fileSystem, {
    major: 'fs_control',
    minor: IRP_MN_KERNEL_CALL,
    request,
    parameters: {
      device: volume.storage.id,
      code: FSCTL_QUERY_NAMES,
      input: encodeNamesRequest({ node, after }),
      outputLength: NAMES_ANSWER,
    },
  });
  if (isNotSupported(irp.status)) volume.directories.supported = false;
  if (!NT_SUCCESS(irp.status)) return { status: irp.status, ...nothing };
  const answer = decoded(irp.result.output);
  if (!answer || !ascends(answer.records, after) || (answer.more && answer.records.length === 0))
    return { status: Status.STATUS_FILE_CORRUPT_ERROR, ...nothing };
  return { status: irp.status, ...answer };
}

/** A file system that talks nonsense is damage, not a fault of ours. */
function decoded(output: Uint8Array | undefined): NamesAnswer | undefined {
  try {
    return decodeNames(output ?? new Uint8Array());
  } catch (error) {
    if (error instanceof NtException) return undefined;
    throw error;
  }
}

/** Else a listing would have no end. */
function ascends(records: readonly NameRecord[], after: number): boolean {
  let last = after;
  for (const { id } of records) {
    if (!Number.isSafeInteger(id) || id <= last) return false;
    last = id;
  }
  return true;
}

function recordOf(entry: Uint8Array | undefined): NameRecord | undefined {
  try {
    return decodeName(entry);
  } catch (error) {
    if (error instanceof NtException) return undefined;
    throw error;
  }
}

/** A file that CREATE opened, or made (`created`), is in that directory. */
export function made(
  fcb: Fcb,
  entry: Uint8Array | undefined,
  directory: DirectoryNames | undefined,
  created: boolean,
): void {
  const record = recordOf(entry);
  const { names, directories } = fcb.volume;
  if (!record) {
    if (created && directory) directories.forget(directory);
    return;
  }
  fcb.node = record.node;
  names.identify(fcb, record.id);
  if (created && directory) directories.added(directory, record)?.attach(fcb);
}

/** Its name is in `directory` now; `replaced`: the one that was called so is gone. */
export function renamed(fcb: Fcb, entry: Uint8Array | undefined, path: string): void {
  const { names, directories } = fcb.volume;
  const { known } = fcb;
  const target = directories.find(path);
  const record = recordOf(entry);
  if (!record) return directories.clear();
  if (known) directories.moved(known);
  if (target.is === 'name' && target.name !== known) directories.removed(target.name);
  names.identify(fcb, record.id);
  fcb.node = record.node;
  const directory = target.is === 'name' ? target.name.directory : placeOf(target);
  if (directory) directories.added(directory, record, true)?.attach(fcb);
}

function placeOf(target: ReturnType<Volume['directories']['find']>): DirectoryNames | undefined {
  return target.is === 'missing' && target.last ? target.directory : undefined;
}

/** It is gone; a directory into which something was put meanwhile has stayed. */
export function deleted({ known, node, directory, volume: { directories } }: Fcb): void {
  if (known && directory) directories.forget(known.directory);
  else if (known) directories.removed(known);
  if (node !== ROOT_NODE) directories.drop(directories.directory(node));
}
