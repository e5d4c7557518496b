/**
 * NtQueryDirectoryFile.
 *
 * A directory whose names are known is listed from them, at once. One that is not is learnt first;
 * one that cannot be kept (too large, damaged) is told again by its file system, an answer's worth
 * at a time. A listing's place is the number of the entry that came last, so that it goes on
 * whatever comes or goes meanwhile. All names of a directory are encoded once (names/directory.ts),
 * and each answer that takes them in their order is a copy of a stretch.
 *
 * A file system that tells no names keeps the place in an open of its own: each handle that lists
 * gets one at its first request, until it is closed.
 */
import {
  type DirectoryEntry,
  encodeDirectory,
  entrySize,
} from '../../../rtl/directoryinformation.ts';
import { IRP_MN_QUERY_DIRECTORY } from '../../../rtl/irp.ts';
import { FsRtlIsNameInExpression, isValidExpression } from '../../../rtl/names.ts';
import { ROOT_NODE } from '../../../rtl/namerecords.ts';
import * as nt from '../../../rtl/nt.ts';
import * as Status from '../../../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../../../rtl/status.ts';
import type { Awaitable } from '../../../sel4/types.ts';
import { isMeeting } from '../device/device.ts';
import type { Fcb } from '../file/fcb.ts';
import { type FileObject, fileState, type ListingPlace } from '../file/fileobject.ts';
import { learnDirectory, namesBehind } from '../file/learn.ts';
import { asksForVerification } from '../medium/storage.ts';
import type { DirectoryNames } from '../names/directory.ts';
import { callDriver } from '../request/send.ts';
import { ANSWER_LIMIT } from './control.ts';
import type { DataResult } from './query.ts';
import type { IoContext } from '../context.ts';
import type { Volume } from '../file/volume.ts';

export interface DirectoryQuery {
  readonly class: number;
  readonly length: number;
  readonly pattern: string;
  readonly restart: boolean;
  readonly single: boolean;
  /** Where the answer goes; absent or 0: into the reply. */
  readonly address?: number | undefined;
}

/** Longest answer to a caller's own memory. */
const OWN_MEMORY_LIMIT = 0x1_0000;

/** Of what is known here. What a driver answers fits into a packet. */
function limitOf({ length, address = 0 }: DirectoryQuery): number {
  return Math.min(length, address === 0 ? ANSWER_LIMIT : OWN_MEMORY_LIMIT);
}

export function queryDirectory(
  io: IoContext,
  file: FileObject,
  query: DirectoryQuery,
  request: number,
): Awaitable<DataResult> {
  const state = fileState(file);
  if (state !== Status.STATUS_SUCCESS) return { status: state };
  const { fcb } = file;
  if (isMeeting(file.device))
    return file.listingLock.run(() => listMeeting(io, file, query, request));
  if (!fcb?.directory) return { status: Status.STATUS_INVALID_PARAMETER };
  const directory = namesOf(fcb);
  if (directory?.state === 'complete' && !file.listingLock.held) {
    io.directoryHits.value++;
    return listKnown(file, fcb, directory, query);
  }
  io.directoryMisses.value++;
  return file.listingLock.run(() => listSlowly(io, file, fcb, query, request));
}

/** Undefined: its file system tells none. */
function namesOf({ volume: { directories }, path, node }: Fcb): DirectoryNames | undefined {
  if (!directories.supported || (path !== '' && node === ROOT_NODE)) return undefined;
  return directories.directory(path === '' ? ROOT_NODE : node);
}

async function listSlowly(
  io: IoContext,
  file: FileObject,
  fcb: Fcb,
  query: DirectoryQuery,
  request: number,
): Promise<DataResult> {
  let result: DataResult = { status: Status.STATUS_UNSUCCESSFUL };
  const status = await fcb.volume.verified(async () => {
    if (fcb.gone) return Status.STATUS_FILE_FORCED_CLOSED;
    const directory = namesOf(fcb);
    if (directory?.state === 'unknown') {
      const learn = () => learnDirectory(io, fcb.volume, directory, request);
      const learnt = await fcb.volume.namespace.run(learn);
      if (asksForVerification(learnt)) return learnt;
    }
    if (fcb.gone) return Status.STATUS_FILE_FORCED_CLOSED;
    if (!directory || !fcb.volume.directories.supported)
      result = await list(io, file, fcb, query, request);
    else if (directory.state === 'complete') result = listKnown(file, fcb, directory, query);
    else result = await listTold(io, file, fcb, directory.node, query, request);
    return result.status;
  });
  return asksForVerification(result.status) || !result.data ? { status } : result;
}

function placeOf({ place }: FileObject, { restart, pattern }: DirectoryQuery): ListingPlace {
  return place && !restart ? place : { pattern: pattern || '*', after: 0, matched: false };
}

function matches(pattern: string, { name, shortName }: { name: string; shortName: string }) {
  if (pattern === '*' || FsRtlIsNameInExpression(pattern, name)) return true;
  return shortName !== '' && FsRtlIsNameInExpression(pattern, shortName);
}

type Listed = DirectoryEntry & { id: number };

/** Of an answer: entries that matched, until there are more than fit. */
class Collector {
  readonly found: Listed[] = [];
  readonly #pattern: string;
  readonly #limit: number;
  readonly #query: DirectoryQuery;
  #bytes = 0;

  constructor(pattern: string, query: DirectoryQuery) {
    this.#pattern = pattern;
    this.#query = query;
    this.#limit = limitOf(query);
  }

  get full(): boolean {
    return this.#bytes > this.#limit || (this.#query.single && this.found.length > 0);
  }

  offer(entry: Listed): void {
    if (!matches(this.#pattern, entry)) return;
    this.found.push(entry);
    this.#bytes += entrySize(this.#query.class, entry.name.length) + 7;
  }

  /** What the caller gets; the place moves on. */
  answer(file: FileObject, place: ListingPlace): DataResult {
    const { bytes, count, cut } = encodeDirectory(this.found, this.#limit, this.#query.class);
    if (count === 0) return { status: Status.STATUS_BUFFER_OVERFLOW };
    file.place = { pattern: place.pattern, after: this.found[count - 1]!.id, matched: true };
    return { status: cut ? Status.STATUS_BUFFER_OVERFLOW : Status.STATUS_SUCCESS, data: bytes };
  }
}

function atEnd({ matched }: ListingPlace): DataResult {
  return { status: matched ? Status.STATUS_NO_MORE_FILES : Status.STATUS_NO_SUCH_FILE };
}

function listKnown(
  file: FileObject,
  { volume }: Fcb,
  directory: DirectoryNames,
  query: DirectoryQuery,
): DataResult {
  const place = placeOf(file, query);
  if (!isValidExpression(place.pattern)) return { status: Status.STATUS_OBJECT_NAME_INVALID };
  const first = directory.indexAfter(place.after);
  if (place.pattern === '*' && !query.single) {
    const result = listAll(file, volume, directory, query, first);
    if (result) return result;
  }
  const collector = new Collector(place.pattern, query);
  const { names } = directory;
  for (let at = first; at < names.length && !collector.full; at++) collector.offer(names[at]!);
  return collector.found.length > 0 ? collector.answer(file, place) : atEnd(place);
}

/** Every name, from `first`. Undefined: there are no more, or one has to be cut. */
function listAll(
  file: FileObject,
  { directories }: Volume,
  directory: DirectoryNames,
  query: DirectoryQuery,
  first: number,
): DataResult | undefined {
  if (first === directory.names.length) return undefined;
  const { bytes, count } = directories
    .listing(directory, query.class)
    .answer(first, limitOf(query));
  if (count === 0) return undefined;
  const { id } = directory.names[first + count - 1]!;
  file.place = { pattern: '*', after: id, matched: true };
  return { status: Status.STATUS_SUCCESS, data: bytes };
}

/** The names come from the file system each time. Where some cannot be read, the others come. */
async function listTold(
  io: IoContext,
  file: FileObject,
  { volume }: Fcb,
  node: number,
  query: DirectoryQuery,
  request: number,
): Promise<DataResult> {
  const place = placeOf(file, query);
  if (!isValidExpression(place.pattern)) return { status: Status.STATUS_OBJECT_NAME_INVALID };
  const collector = new Collector(place.pattern, query);
  let { after } = place;
  for (let more = true; more && !collector.full;) {
    const answer = await namesBehind(io, volume, node, after, request);
    if (!NT_SUCCESS(answer.status)) return { status: answer.status };
    for (const record of answer.records) {
      if (collector.full) break;
      const live = volume.names.byId(record.id);
      const facts = live ? { ...record, ...factsOf(live) } : record;
      collector.offer({ ...facts, index: 0, changed: facts.written });
    }
    after = answer.records.at(-1)?.id ?? after;
    more = answer.more && answer.records.length > 0;
    if (!more && collector.found.length === 0 && answer.failure !== 0)
      return { status: answer.failure };
  }
  return collector.found.length > 0 ? collector.answer(file, place) : atEnd(place);
}

function factsOf({ attributes, created, accessed, written, endOfFile, allocation }: Fcb) {
  return { attributes, created, accessed, written, endOfFile, allocation };
}

async function list(
  io: IoContext,
  file: FileObject,
  fcb: Fcb,
  query: DirectoryQuery,
  request: number,
): Promise<DataResult> {
  const opened = file.listing ? Status.STATUS_SUCCESS : await openListing(io, file, fcb, request);
  if (!NT_SUCCESS(opened)) return { status: opened };
  const length = Math.min(query.length, ANSWER_LIMIT);
  if (fcb.gone) return { status: Status.STATUS_FILE_FORCED_CLOSED };
  const irp = await callDriver(io, fcb.volume.fileSystem, {
    major: 'directory',
    minor: IRP_MN_QUERY_DIRECTORY,
    file: file.listing,
    request,
    parameters: { ...query, length },
  });
  const data = new Uint8Array(irp.result.data ?? []);
  if (data.length > length) return { status: Status.STATUS_FILE_CORRUPT_ERROR };
  return { status: irp.status, data };
}

/** The driver of pipes, or mailslots, keeps the place with the file itself. */
async function listMeeting(
  io: IoContext,
  { device, id }: FileObject,
  query: DirectoryQuery,
  request: number,
): Promise<DataResult> {
  const parameters = { ...query, length: Math.min(query.length, ANSWER_LIMIT) };
  const asked = { major: 'directory', minor: IRP_MN_QUERY_DIRECTORY, file: id, request } as const;
  const irp = await callDriver(io, device, { ...asked, parameters });
  const data = irp.result.data ?? new Uint8Array();
  if (data.length > parameters.length) return { status: Status.STATUS_UNSUCCESSFUL };
  return { status: irp.status, data };
}

async function openListing(
  io: IoContext,
  file: FileObject,
  fcb: Fcb,
  request: number,
): Promise<number> {
  await fcb.openWithFileSystem();
  if (fcb.gone) return Status.STATUS_FILE_FORCED_CLOSED;
  const listing = io.nextFile++;
  const irp = await callDriver(io, fcb.volume.fileSystem, {
    major: 'create',
    file: listing,
    request,
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
}
