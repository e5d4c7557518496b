/**
 * What was deleted on a disk, and what of it is still there: as the system's undelete finds it.
 *
 *   deletedFiles(ask, path, options)
 *   readDeleted(ask, drive, id)        rejects where its place was used again
 */
import type { DeletedFile } from '../../../personality/fstools/answers.ts';
import type { Ask, DeletedFileInfo, DeletedFilesOptions } from './types.ts';

/** What is said of a status that means something else elsewhere: the same error, in other words. */
const WORDS: Readonly<Record<number, (drive: string) => string>> = {
  0xc000_0123: () => 'Nothing of this file is left (STATUS_FILE_DELETED).',
  0xc000_0034: (drive) =>
    `There is no such deleted file on ${drive} any more (STATUS_OBJECT_NAME_NOT_FOUND).`,
};

export async function deletedFiles(
  ask: Ask,
  path: string,
  { below = false }: DeletedFilesOptions,
): Promise<DeletedFileInfo[]> {
  const bytes = await ask({ op: 'deleted', path, below });
  const found = JSON.parse(new TextDecoder().decode(bytes)) as DeletedFile[];
  return found.map(({ written, ...facts }) => ({ ...facts, modified: localDate(written) }));
}

export async function readDeleted(ask: Ask, drive: string, id: string): Promise<Uint8Array> {
  try {
    return await ask({ op: 'readDeleted', drive, id });
  } catch (error) {
    const { status = 0 } = error as { status?: number };
    const words = WORDS[status];
    throw words ? Object.assign(error as Error, { message: words(drive) }) : error;
  }
}

/** Of a date and a time as FAT has them: this browser's local time. */
function localDate(written: number): Date {
  const [date, time] = [Math.floor(written / 0x1_0000), written & 0xffff];
  const [year, month, day] = [1980 + (date >> 9), (date >> 5) & 15, date & 31];
  return new Date(year, month - 1, day, time >> 11, (time >> 5) & 63, (time & 31) * 2);
}
