/**
 * Whole operations on files, as clients want them: sequences of Nt* calls and nothing else.
 *
 * Every function raises NtException with the status of the call that failed, and closes what it
 * opened. Names may be as long as paths may (longname.ts).
 *
 *   openFile, withFile                  handles
 *   attributesOf, deleteFile, renameFile
 *   readAll, writeAll, readAt, writeAt  bytes, through a buffer of the process's heap
 *   listDirectory, queryVolume          structures, decoded
 *   systemInformation, querySystem      all of NtQuerySystemInformation's answer; its JSON
 */
import { decodeDirectory, type DirectoryEntry } from '../rtl/directoryinformation.ts';
import { decodeBasic, encodeRename } from '../rtl/information.ts';
import { dosExpression } from '../rtl/names.ts';
import {
  DELETE,
  FILE_DIRECTORY_FILE,
  FILE_LIST_DIRECTORY,
  FILE_NON_DIRECTORY_FILE,
  FILE_OPEN,
  FILE_OVERWRITE_IF,
  FILE_READ_ATTRIBUTES,
  FILE_READ_DATA,
  FILE_SHARE_ALL,
  FILE_SHARE_READ,
  FILE_SYNCHRONOUS_IO_NONALERT,
  FILE_WRITE_DATA,
  FileBothDirectoryInformation,
  FileRenameInformation,
  SYNCHRONIZE,
} from '../rtl/nt.ts';
import { isUnreadable } from '../rtl/media.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NT_SUCCESS, NtException } from '../rtl/status.ts';
import {
  NtClose,
  NtCreateFile,
  NtDeleteFile,
  NtQueryAttributesFile,
  NtQueryDirectoryFile,
  NtQuerySystemInformation,
  NtReadFile,
  NtSetInformationFile,
  NtWriteFile,
} from './native.ts';
import { withName } from './longname.ts';
import type { HeapBuffer } from './heap.ts';
import type { NtProcess } from './types.ts';

/** Bytes that one NtReadFile or NtWriteFile moves at most. */
export const TRANSFER_SIZE = 0x1_0000;
/** Directory entries are taken in answers of this size. */
const DIRECTORY_LENGTH = 0x4000;

export interface OpenOptions {
  access?: number;
  share?: number;
  disposition?: number;
  options?: number;
  attributes?: number;
  root?: number;
  allocation?: number;
}

/** Raises the status unless it is a success. */
export function check<T extends { status: number }>(answer: T): T {
  if (!NT_SUCCESS(answer.status)) throw new NtException(answer.status);
  return answer;
}

/**
 * Opens an NT path for synchronous I/O; by default an existing file or directory, for reading,
 * shared with everybody.
 */
export async function openFile(
  process: NtProcess,
  name: string,
  options: OpenOptions = {},
): Promise<number> {
  const open = (root: number, rest: string) =>
    NtCreateFile(process, {
      name: rest,
      root,
      access: (options.access ?? FILE_READ_DATA | FILE_READ_ATTRIBUTES) | SYNCHRONIZE,
      attributes: options.attributes ?? 0,
      share: options.share ?? FILE_SHARE_ALL,
      disposition: options.disposition ?? FILE_OPEN,
      options: (options.options ?? 0) | FILE_SYNCHRONOUS_IO_NONALERT,
      allocation: options.allocation ?? 0,
    });
  return check(await withName(process, name, open, options.root)).handle;
}

/** FILE_ATTRIBUTE_* of what the name leads to. */
export async function attributesOf(process: NtProcess, name: string): Promise<number> {
  const answer = await withName(process, name, (root, rest) =>
    NtQueryAttributesFile(process, { name: rest, root }),
  );
  return decodeBasic(check(answer).data).attributes;
}

export async function deleteFile(process: NtProcess, name: string): Promise<void> {
  const remove = (root: number, rest: string) => NtDeleteFile(process, { name: rest, root });
  check(await withName(process, name, remove));
}

/** To a name on the same disk; `replace` an existing file or not. */
export async function renameFile(
  process: NtProcess,
  from: string,
  to: string,
  replace: boolean,
): Promise<void> {
  const options = { access: DELETE | SYNCHRONIZE, share: FILE_SHARE_ALL };
  const answer = await withFile(process, from, options, (handle) =>
    withName(process, to, (root, name) => {
      const data = encodeRename({ replace, root, name });
      return NtSetInformationFile(process, { handle, class: FileRenameInformation, data });
    }),
  );
  check(answer);
}

export async function withFile<T>(
  process: NtProcess,
  name: string,
  options: OpenOptions,
  body: (handle: number) => Promise<T>,
): Promise<T> {
  const handle = await openFile(process, name, options);
  try {
    return await body(handle);
  } finally {
    await NtClose(process, { handle });
  }
}

/**
 * One read; fewer bytes than asked at the end of the file, none at or past it. `offset` -1: the
 * file's position.
 */
export async function readAt(
  process: NtProcess,
  handle: number,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const buffer = process.heap.allocate(Math.min(length, TRANSFER_SIZE));
  try {
    const answer = await NtReadFile(process, {
      handle,
      address: buffer.address,
      length: Math.min(length, TRANSFER_SIZE),
      offset,
    });
    if (answer.status === Status.STATUS_END_OF_FILE) return new Uint8Array();
    return buffer.memory.read(0, check(answer).information);
  } finally {
    process.heap.free(buffer);
  }
}

/** All of `data`, in as many writes as it takes. `offset` -1: the file's position. */
export async function writeAt(
  process: NtProcess,
  handle: number,
  offset: number,
  data: Uint8Array,
): Promise<void> {
  const buffer = process.heap.allocate(Math.min(data.length, TRANSFER_SIZE));
  try {
    for (let done = 0; done < data.length;) {
      const length = Math.min(data.length - done, TRANSFER_SIZE);
      buffer.memory.write(0, data.subarray(done, done + length));
      const answer = await NtWriteFile(process, {
        handle,
        address: buffer.address,
        length,
        offset: offset < 0 ? offset : offset + done,
      });
      const written = check(answer).information;
      if (written === 0) throw new NtException(Status.STATUS_UNSUCCESSFUL);
      done += written;
    }
  } finally {
    process.heap.free(buffer);
  }
}

/** A file's pieces in order, each at most TRANSFER_SIZE. */
export async function* pieces(process: NtProcess, handle: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; ;) {
    const piece = await readAt(process, handle, offset, TRANSFER_SIZE);
    if (piece.length === 0) return;
    yield piece;
    offset += piece.length;
  }
}

export async function readAll(process: NtProcess, name: string): Promise<Uint8Array> {
  const options = { options: FILE_NON_DIRECTORY_FILE, share: FILE_SHARE_READ };
  return withFile(process, name, options, async (handle) => {
    const parts: Uint8Array[] = [];
    for await (const piece of pieces(process, handle)) parts.push(piece);
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  });
}

/** Creates or replaces a file. */
export async function writeAll(process: NtProcess, name: string, data: Uint8Array): Promise<void> {
  const options = {
    access: FILE_WRITE_DATA | SYNCHRONIZE,
    share: 0,
    disposition: FILE_OVERWRITE_IF,
    options: FILE_NON_DIRECTORY_FILE,
    allocation: data.length,
  };
  await withFile(process, name, options, (handle) => writeAt(process, handle, 0, data));
}

export interface Listing {
  readonly entries: DirectoryEntry[];
  /** Why there may be more: parts of the directory are unreadable. STATUS_SUCCESS: that is all. */
  readonly status: number;
}

/** The entries that match. Raises what `readDirectory` says, where that leaves nothing. */
export async function listDirectory(
  process: NtProcess,
  name: string,
  pattern = '*',
): Promise<DirectoryEntry[]> {
  const { entries, status } = await readDirectory(process, name, pattern);
  if (entries.length === 0) check({ status });
  return entries;
}

/**
 * The entries that match, as DOS understands patterns; `.` and `..` are among them below the root.
 * Nothing matched: an empty
 * list. A sector of the directory that cannot be read does not hide the others.
 */
export async function readDirectory(
  process: NtProcess,
  name: string,
  pattern = '*',
): Promise<Listing> {
  const options = { access: FILE_LIST_DIRECTORY | SYNCHRONIZE, options: FILE_DIRECTORY_FILE };
  return withFile(process, name, options, async (handle) => {
    const buffer = process.heap.allocate(DIRECTORY_LENGTH);
    try {
      return await listInto(process, buffer, handle, dosExpression(pattern));
    } finally {
      process.heap.free(buffer);
    }
  });
}

/** Answers, while they are decoded. */
const answered = new Uint8Array(DIRECTORY_LENGTH);

/** Through memory of the process's own: no message has to carry the names. */
async function listInto(
  process: NtProcess,
  { address, memory }: HeapBuffer,
  handle: number,
  pattern: string,
): Promise<Listing> {
  const entries: DirectoryEntry[] = [];
  for (let restart = true; ; restart = false) {
    const answer = await NtQueryDirectoryFile(process, {
      handle,
      class: FileBothDirectoryInformation,
      length: DIRECTORY_LENGTH,
      pattern,
      restart,
      single: false,
      address,
    });
    const { status } = answer;
    if (status === Status.STATUS_NO_MORE_FILES || status === Status.STATUS_NO_SUCH_FILE)
      return { entries, status: Status.STATUS_SUCCESS };
    if (isUnreadable(status)) return { entries, status };
    const bytes = answered.subarray(0, check(answer).information);
    memory.readInto(0, bytes);
    entries.push(...decodeDirectory(bytes));
  }
}

/** What NtQuerySystemInformation says of a class of this system's own, parsed. */
export async function querySystem(process: NtProcess, systemClass: number): Promise<unknown> {
  const bytes = await systemInformation(process, systemClass);
  return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
}

/** What it says of any class, whole. */
export async function systemInformation(
  process: NtProcess,
  systemClass: number,
): Promise<Uint8Array> {
  const parts: number[] = [];
  for (let total = 1; parts.length < total;) {
    const answer = check(
      await NtQuerySystemInformation(process, { class: systemClass, offset: parts.length }),
    );
    total = answer.total;
    if (answer.data.length === 0) break;
    parts.push(...answer.data);
  }
  return Uint8Array.from(parts);
}
