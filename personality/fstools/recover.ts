/**
 * recover path [/to:directory]: what can be read of files on a disk that is damaged.
 *
 * Without /to it reads, and says what is missing where. With it each file is written there, under
 * its own name and with its date, with zeros in place of what could not be read; that must be on
 * another disk, for a disk that is failing is not written to, and nothing that is there is
 * replaced. `path` is a file, a name with wildcards, or a directory with all that is below it.
 *
 * The status is STATUS_PARTIAL_COPY where anything is missing. Unlike NT's, it leaves the file
 * itself as it is.
 */
import { check, openFile, readDirectory, writeAt } from '../ntdll/files.ts';
import { NtClose, NtSetInformationFile } from '../ntdll/native.ts';
import { type ByteRange, salvagePiece } from '../ntdll/salvage.ts';
import type { DirectoryEntry } from '../rtl/directoryinformation.ts';
import { encodeBasic, encodeDisposition } from '../rtl/information.ts';
import * as nt from '../rtl/nt.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../rtl/status.ts';
import { statusText } from '../rtl/statustext.ts';
import { freeName, within } from './freename.ts';
import { type Call, refuse } from './program.ts';

const PIECE = 0x8000;
const MOST_DEEP = 64;

interface Tally {
  files: number;
  damaged: number;
  missing: number;
  /** Something could not even be looked for. */
  incomplete: boolean;
}

interface Place {
  readonly directory: string;
  readonly pattern: string;
  /** Where copies go; undefined: nothing is copied. */
  readonly target: string | undefined;
  readonly depth: number;
}

export async function recover(call: Call): Promise<number> {
  const { process, console, words } = call;
  const [path = ''] = words.names;
  const target = words.switches.get('to');
  if (target?.startsWith(path.slice(0, 2)))
    return refuse(call, `${target} is on the same disk`, Status.STATUS_INVALID_PARAMETER);
  if (target !== undefined) await NtClose(process, { handle: await openDirectory(call, target) });
  const tally: Tally = { files: 0, damaged: 0, missing: 0, incomplete: false };
  const at = path.lastIndexOf('\\');
  const pattern = path.slice(at + 1) || '*';
  await all(call, { directory: path.slice(0, at + 1), pattern, target, depth: 0 }, tally);
  if (tally.files === 0 && !tally.incomplete)
    return refuse(call, path, Status.STATUS_OBJECT_NAME_NOT_FOUND);
  await console.say(summary(tally, target));
  const whole = tally.missing === 0 && !tally.incomplete;
  return whole ? Status.STATUS_SUCCESS : Status.STATUS_PARTIAL_COPY;
}

/** The files that match; of directories that do, all. */
async function all(call: Call, place: Place, tally: Tally): Promise<void> {
  const { directory, pattern, target, depth } = place;
  const { entries, status } = await readDirectory(call.process, `\\??\\${directory}`, pattern);
  for (const entry of entries) {
    if (entry.name === '.' || entry.name === '..') continue;
    const isDirectory = (entry.attributes & nt.FILE_ATTRIBUTE_DIRECTORY) !== 0;
    if (!isDirectory) await one(call, place, entry, tally);
    else if (depth < MOST_DEEP) {
      const below = `${directory}${entry.name}\\`;
      const to = target === undefined ? undefined : `${within(target)}${entry.name}`;
      await guarded(call, below, tally, async () => {
        if (to !== undefined)
          await NtClose(call.process, { handle: await makeDirectory(call, to) });
        await all(call, { directory: below, pattern: '*', target: to, depth: depth + 1 }, tally);
      });
    }
  }
  if (NT_SUCCESS(status)) return;
  tally.incomplete = true;
  await call.console.complain(`${directory}: not all names can be read. ${statusText(status)}`);
}

async function one(
  call: Call,
  { directory, target }: Place,
  entry: DirectoryEntry,
  tally: Tally,
): Promise<void> {
  const from = `${directory}${entry.name}`;
  await guarded(call, from, tally, async () => {
    const to = target === undefined ? undefined : await freeName(call, target, entry.name);
    const missing = to === undefined ? await read(call, from) : await copy(call, from, to, entry);
    const lost = missing.reduce((sum, { length }) => sum + length, 0);
    tally.files++;
    tally.missing += lost;
    if (lost > 0) tally.damaged++;
    const left = `${counted(entry.endOfFile - lost)} of ${counted(entry.endOfFile)} bytes`;
    await call.console.say(`${from}: ${left}${to === undefined ? '' : `, as ${to}`}`);
    for (const { offset, length } of missing)
      await call.console.say(`    ${counted(length)} bytes are missing at ${counted(offset)}`);
  });
}

/** A file that cannot be opened costs itself alone; a disk that is out costs all. */
async function guarded(
  { console }: Call,
  name: string,
  tally: Tally,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { status } = error as { status?: number };
    if (status === undefined || !OF_ONE_FILE.has(status)) throw error;
    tally.incomplete = true;
    await console.complain(`${name}: ${statusText(status)}`);
  }
}

const OF_ONE_FILE: ReadonlySet<number> = new Set<number>([
  Status.STATUS_CRC_ERROR,
  Status.STATUS_DEVICE_DATA_ERROR,
  Status.STATUS_NONEXISTENT_SECTOR,
  Status.STATUS_FLOPPY_ID_MARK_NOT_FOUND,
  Status.STATUS_FLOPPY_WRONG_CYLINDER,
  Status.STATUS_FILE_CORRUPT_ERROR,
  Status.STATUS_SHARING_VIOLATION,
  Status.STATUS_OBJECT_NAME_COLLISION,
  Status.STATUS_OBJECT_NAME_INVALID,
]);

type Take = (at: number, data: Uint8Array) => Promise<void>;

/** What is missing; everything else goes to `take`. */
async function read({ process, console }: Call, from: string, take?: Take): Promise<ByteRange[]> {
  const missing: { offset: number; length: number }[] = [];
  for (let at = 0, size = 0, more = true; more; more = at < size) {
    const part = { offset: at, length: PIECE, known: size };
    const piece = await salvagePiece(process, `\\??\\${from}`, part);
    size = piece.size;
    if (piece.data.length === 0) break;
    await take?.(at, piece.data);
    for (const { offset, length } of piece.missing) {
      const last = missing.at(-1);
      if (last && last.offset + last.length === offset) last.length += length;
      else missing.push({ offset, length });
    }
    at += piece.data.length;
    // Raises where somebody has pressed Ctrl-C.
    if (at < size) await console.progress(at, size);
  }
  return missing;
}

/** Deleted again if it could not be finished. */
async function copy(
  call: Call,
  from: string,
  to: string,
  { written, endOfFile }: DirectoryEntry,
): Promise<ByteRange[]> {
  const { process } = call;
  const handle = await openFile(process, `\\??\\${to}`, {
    access: nt.FILE_WRITE_DATA | nt.FILE_WRITE_ATTRIBUTES | nt.DELETE,
    share: 0,
    disposition: nt.FILE_CREATE,
    options: nt.FILE_NON_DIRECTORY_FILE,
    attributes: nt.FILE_ATTRIBUTE_ARCHIVE,
    allocation: endOfFile,
  });
  try {
    const missing = await read(call, from, (at, data) => writeAt(process, handle, at, data));
    const times = { created: 0, accessed: 0, written, changed: 0, attributes: 0 };
    const data = encodeBasic(times);
    check(await NtSetInformationFile(process, { handle, class: nt.FileBasicInformation, data }));
    return missing;
  } catch (error) {
    const data = encodeDisposition(true);
    await NtSetInformationFile(process, { handle, class: nt.FileDispositionInformation, data });
    throw error;
  } finally {
    await NtClose(process, { handle });
  }
}

function openDirectory({ process }: Call, name: string, disposition = nt.FILE_OPEN) {
  const access = nt.FILE_LIST_DIRECTORY;
  const options = nt.FILE_DIRECTORY_FILE;
  return openFile(process, `\\??\\${name}`, { access, options, disposition });
}

const makeDirectory = (call: Call, name: string) => openDirectory(call, name, nt.FILE_OPEN_IF);

const counted = (value: number): string => value.toLocaleString('en-US');

function summary({ files, damaged, missing }: Tally, target: string | undefined): string {
  const many = files === 1 ? '1 file' : `${files} files`;
  const whole = missing === 0 ? ', whole.' : `; ${counted(missing)} bytes missing in ${damaged}.`;
  const done = target === undefined ? 'read' : 'copied';
  const advice = target === undefined ? ' /to:directory copies them to another disk.' : '';
  return `${many} ${done}${whole}${advice}`;
}
