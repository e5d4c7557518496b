/**
 * Files for the reader's computer: one as it is, several and folders as a zip.
 *
 *   save(room, rows)
 *   saveAs(name, blob)
 *
 * Of a damaged file what can be read is saved, and what is missing is said; in a zip it is written
 * down in a file beside it, and so are files and folders of which nothing can be read.
 */
import { download } from '../page/download.ts';
import { missingWords } from './viewer/viewing.ts';
import { bytesIn, type Found, walk } from './tree.ts';
import { nameOf } from './paths.ts';
import { wordsOf } from './machine.ts';
import { readPath, readRow } from './read.ts';
import type { Room } from './room.ts';
import type { Row } from './rows.ts';
import { count, shown } from './words.ts';

const REPORT = 'MISSING BYTES.TXT';

/** Under a name that any system takes. */
export const saveAs = (name: string, blob: Blob): void => download(safeName(name), blob);

/** A name of a disk for another system: no path, and no control characters. */
export const safeName = (name: string): string =>
  shown(name)
    .replace(/[\\/:*?"<>|\ufffd]/g, '_')
    .replace(/^\.+/, '_') || 'file';

/** Bytes that nobody interprets: the type is always this. */
export const plainBlob = (parts: readonly Uint8Array[]): Blob =>
  new Blob(parts as Uint8Array<ArrayBuffer>[], { type: 'application/octet-stream' });

export async function save(room: Room, rows: readonly Row[]): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const whole = rows.length === 1 && !first.directory;
  if (whole) return saveOne(room, first);
  const base = rows.length === 1 ? first.name : nameOf(room.folder.path) || room.folder.drive[0]!;
  const blob = await room.run('Packing', async (job) => zipOf(room, rows, job));
  if (!blob) return room.announce('The packing was given up.');
  saveAs(`${base}.zip`, blob);
  room.announce(`${base}.zip is saved.`);
}

async function saveOne(room: Room, row: Row): Promise<void> {
  const { data, missing } = await readRow(room.machine, room.folder, row);
  saveAs(row.name, plainBlob([data]));
  if (missing.length > 0) room.say(`${shown(row.name)}: ${missingWords(missing)}`);
  room.announce(`${shown(row.name)} is saved.`);
}

async function zipOf(
  room: Room,
  rows: readonly Row[],
  job: { signal: AbortSignal; tell(done: number, total: number, about: string): void },
): Promise<Blob> {
  const { machine, folder } = room;
  const { ZipMaker } = await import('./zip.ts');
  const zip = new ZipMaker();
  const damaged: string[] = [];
  const lost = (path: string, error: unknown): void => {
    damaged.push(`${path}: ${wordsOf(error)}`);
  };
  const tree = await walk(machine, folder.path, rows, job.signal, lost);
  for (const one of tree.folders) zip.folder(one.relative, one.modified);
  let done = 0;
  const put = async (
    file: Pick<Found, 'relative' | 'modified'>,
    read: Promise<{ data: Uint8Array; missing: readonly { offset: number; length: number }[] }>,
  ) => {
    const found = await read.catch((error: unknown) => lost(file.relative, error));
    if (!found) return;
    const { data, missing } = found;
    if (missing.length > 0) damaged.push(`${file.relative}: ${missingWords(missing)}`);
    zip.file(file.relative, data, file.modified);
    done += data.length;
  };
  for (const file of tree.files) {
    job.signal.throwIfAborted();
    job.tell(done, bytesIn(tree), shown(nameOf(file.path)));
    await put(file, readPath(machine, folder, file.path));
  }
  for (const row of rows.filter(({ deleted }) => deleted))
    await put(
      { relative: safeName(row.name), modified: row.modified },
      readRow(machine, folder, row),
    );
  if (damaged.length > 0) {
    zip.file(REPORT, new TextEncoder().encode(`${damaged.join('\r\n')}\r\n`), new Date());
    room.say(
      `${count(damaged.length, 'file')} could not be read whole: ${REPORT} in the zip says what is missing.`,
    );
  }
  return zip.end();
}
