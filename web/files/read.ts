/**
 * A file's bytes, or what is left of them.
 *
 *   readRow(room, row)       one that cannot be read whole is read in parts, where the machine can
 *   readPath(...)            the same by its path
 */
import type { Folder } from './folder.ts';
import { isUnreadable, type Machine, rescueOf, type Salvaged } from './machine.ts';
import type { Row } from './rows.ts';

/** What is looked at in the page; more can be saved. */
export const MOST_BYTES = 64 << 20;

export async function readRow(machine: Machine, folder: Folder, row: Row): Promise<Salvaged> {
  if (!row.deleted) return readPath(machine, folder, folder.pathOf(row));
  const read = rescueOf(machine).readDeleted?.bind(machine);
  if (!read) throw new Error('This machine cannot read deleted files.');
  const data = await read(folder.drive, row.deleted.id);
  return data instanceof Uint8Array ? { data, missing: [] } : data;
}

export async function readPath(machine: Machine, folder: Folder, path: string): Promise<Salvaged> {
  try {
    return { data: await machine.readFile(path), missing: [] };
  } catch (error) {
    const salvage = rescueOf(machine).salvageFile?.bind(machine);
    if (!isUnreadable(error)) throw error;
    folder.foundDamaged(path);
    if (!salvage) throw error;
    return salvage(path);
  }
}
