/**
 * What `machine.kept` does with many disks: archives, backups, and what comes back from them.
 *
 * One disk after the other is in memory, however many there are. What a signal ends is rejected
 * with the signal's reason; what was restored until then stays.
 */
import { type BackedUp, BackupWriter, fileNameOf, openBackup } from '../store/box/backup.ts';
import type { GetFile } from '../store/box/backup.ts';
import type { DiskContents } from '../store/box/contents.ts';
import { writeOriginal } from '../store/box/original.ts';
import { openZip } from '../store/box/unzip.ts';
import { freePath, ZipWriter } from '../store/box/zip.ts';
import type { KeptFile, KeptProgress, Restored, ZipOptions } from './kept.ts';

/** What it needs of the box. */
export interface Box {
  /** Names of all disks. */
  names(): Promise<string[]>;
  read(name: string): Promise<DiskContents>;
  /** Under a fresh name where none is given. */
  keep(disk: DiskContents, name?: string): Promise<string>;
}

const DAY = (): string => new Date().toISOString().slice(0, 10);

async function each<T>(
  items: readonly T[],
  { signal, onProgress }: KeptProgress,
  work: (item: T) => Promise<void>,
): Promise<void> {
  for (const [i, item] of items.entries()) {
    signal?.throwIfAborted();
    onProgress?.(i, items.length);
    await work(item);
  }
  onProgress?.(items.length, items.length);
}

export async function zipOf(box: Box, options: ZipOptions): Promise<KeptFile> {
  const zip = new ZipWriter();
  const notes: string[] = [];
  await each(options.names ?? (await box.names()), options, async (name) => {
    const disk = await box.read(name);
    if (options.as !== 'original')
      return void (await zip.add(`${fileNameOf(disk.label)}.img`, disk.image, disk.modified));
    const { name: file, bytes, why } = await writeOriginal(disk);
    const path = await zip.add(file, bytes, disk.modified);
    if (why) notes.push(`${path}: ${why}`);
  });
  const name = `disks ${DAY()}.zip`;
  return {
    file: new File([zip.finish()], name, { type: 'application/zip' }),
    why: notes.join('\n'),
  };
}

export async function backupOf(box: Box, options: KeptProgress): Promise<File> {
  const zip = new ZipWriter();
  const writer = new BackupWriter((path, bytes, modified) => zip.add(path, bytes, modified));
  await each(await box.names(), options, async (name) => writer.add(name, await box.read(name)));
  await writer.finish();
  return new File([zip.finish()], `box of disks ${DAY()}.zip`, { type: 'application/zip' });
}

/** The same into a folder of somebody's: none of its files has a path. */
export async function backupInto(
  box: Box,
  put: (file: File) => Promise<unknown>,
  options: KeptProgress,
): Promise<number> {
  const taken = new Set<string>();
  const writer = new BackupWriter(async (path, bytes, lastModified) => {
    const name = freePath(path.split('/').at(-1)!, taken);
    await put(new File([bytes as Uint8Array<ArrayBuffer>], name, { lastModified }));
    return name;
  });
  const names = await box.names();
  await each(names, options, async (name) => writer.add(name, await box.read(name)));
  await writer.finish();
  return names.length;
}

export async function restoreFrom(
  box: Box,
  source: Blob | readonly File[],
  options: KeptProgress,
): Promise<Restored> {
  const disks = await openBackup(await filesOf(source));
  const here = new Set(await box.names());
  const result = {
    restored: [] as string[],
    same: 0,
    failed: [] as { label: string; why: string }[],
  };
  await each(disks, options, async (disk) => {
    try {
      const name = await restoreOne(box, disk, here);
      if (name === undefined) result.same++;
      else result.restored.push(name);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      result.failed.push({ label: disk.label, why });
    }
  });
  return result;
}

/** Undefined: it is here. */
async function restoreOne(
  box: Box,
  { name, read }: BackedUp,
  here: Set<string>,
): Promise<string | undefined> {
  const disk = await read();
  if (here.has(name) && isSame(await box.read(name), disk)) return undefined;
  const kept = await box.keep(disk, here.has(name) ? undefined : name);
  here.add(kept);
  return kept;
}

function isSame(one: DiskContents, other: DiskContents): boolean {
  return one.label === other.label && areEqual(one.image, other.image);
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

const isFiles = (source: Blob | readonly File[]): source is readonly File[] =>
  Array.isArray(source);

/** An archive, or the files of a folder: known by the ends of their paths. */
async function filesOf(source: Blob | readonly File[]): Promise<GetFile> {
  if (!isFiles(source)) {
    const files = await openZip(source);
    return async (path, most) => files.get(path)?.(most);
  }
  const find = (path: string): File | undefined => {
    const last = path.split('/').at(-1);
    return source.find(({ name }) => name === last);
  };
  return async (path, most) => {
    const file = find(path);
    if (!file || file.size > most) return undefined;
    return new Uint8Array(await file.arrayBuffer());
  };
}
