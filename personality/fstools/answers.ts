/**
 * Programs that answer another program, with data and not with lines: for who shows a disk.
 *
 *   areas drive:              JSON (DiskAreas): the disk's shape, and what lies where on it
 *   deleted path [/below]     JSON (DeletedFile[]): what was deleted in this directory; `/below`:
 *                             in those below it, too
 *   read-deleted drive: id    the bytes of one, as they are now
 *
 * What deletion left is found by the same code as undelete's, what lies where by defrag's. The
 * disk is only read.
 */
import { RtlUpcase } from '../rtl/names.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';
import type { DiskGeometry } from '../rtl/information.ts';
import { isUnreadable } from '../rtl/media.ts';
import { type Disk, hasStatus, withDisk } from './device.ts';
import { type Area, areasOf } from './map/areas.ts';
import { type Call, volumeOn } from './program.ts';
import { type Deleted, findDeleted, readDeleted } from './undelete/undelete.ts';

export interface DiskAreas {
  /** Absent: the drive finds nothing on it that it could read. */
  readonly shape?: DiskGeometry;
  /** Of the whole disk, in its own sectors. */
  readonly sectors: number;
  /** Empty: there is no file system on it that is known here. */
  readonly areas: readonly Area[];
}

/** `directory`: with its drive, and no `\` at its end but the root's. */
export type DeletedFile = Omit<Deleted, 'clusters'>;

/** A disk is there, and this is all that can be said of what is on it. */
function isNothingKnown(error: unknown): boolean {
  const { status = 0 } = error as { status?: number };
  const unknown = [Status.STATUS_UNRECOGNIZED_VOLUME, Status.STATUS_UNRECOGNIZED_MEDIA];
  const broken = [Status.STATUS_DISK_CORRUPT_ERROR, Status.STATUS_IO_DEVICE_ERROR];
  return hasStatus(error, ...unknown, ...broken) || isUnreadable(status);
}

export async function areas(call: Call): Promise<number> {
  let answer: DiskAreas = { sectors: 0, areas: [] };
  try {
    await onDisk(call, async (disk) => {
      const { shape, sectors } = disk;
      answer = { shape, sectors, areas: [] };
      answer = { ...answer, areas: await areasOf(await volumeOn(disk)) };
    });
  } catch (error) {
    if (!isNothingKnown(error)) throw error;
  }
  await giveJson(call, answer);
  return Status.STATUS_SUCCESS;
}

export function deleted(call: Call): Promise<number> {
  const [path = ''] = call.words.names;
  const drive = path.slice(0, 2);
  const within = RtlUpcase(path.slice(2).replace(/\\?$/, '\\'));
  const below = call.words.switches.has('below');
  return onDisk(call, async (disk) => {
    const found = await findDeleted(await volumeOn(disk));
    const meant = found.filter(({ directory }) => {
      const upper = RtlUpcase(directory);
      return below ? upper.startsWith(within) : upper === within;
    });
    const answer = meant.map(({ clusters: _, ...facts }): DeletedFile => {
      return { ...facts, directory: drive + facts.directory.replace(/(?<=.)\\$/, '') };
    });
    await giveJson(call, answer);
  });
}

export function readDeletedFile(call: Call): Promise<number> {
  const [, id] = call.words.names;
  return onDisk(call, async (disk) => {
    const volume = await volumeOn(disk);
    const file = (await findDeleted(volume)).find((one) => one.id === id);
    if (!file) throw new NtException(Status.STATUS_OBJECT_NAME_NOT_FOUND);
    // Its first cluster is in use: whatever is there is not its own.
    if (file.chance === 'none') throw new NtException(Status.STATUS_FILE_DELETED);
    await call.console.give(await readDeleted(volume, file));
  });
}

/** What is still in the cache is on the disk first, where it can be written. */
async function onDisk(
  { process, words }: Call,
  body: (disk: Disk) => Promise<void>,
): Promise<number> {
  const drive = (words.names[0] ?? '').slice(0, 2);
  await withDisk(process, drive, false, async (disk) => {
    await disk.flush().catch(() => undefined);
    await body(disk);
  });
  return Status.STATUS_SUCCESS;
}

async function giveJson({ console }: Call, value: unknown): Promise<void> {
  await console.give(new TextEncoder().encode(JSON.stringify(value)));
}
