/**
 * What the boot sector, the first two entries of the FAT and FSInfo hold besides places: marks of
 * an unclean end, counts, the copy of the boot sector.
 *
 *   checkMarks(check)            says what is wrong
 *   checkLabel(check)            that of the boot sector, after the directories
 *   markDirty(check, table, dirty)     entry 1 of the table, for who writes it
 *   writeMarks(check)            all of them as they should be: the last step of a repair
 *
 * Source: fatgen103, "FAT Data Structure", "FSInfo Sector Structure and Backup Boot Sector".
 */
import { readBytes, writeBytes } from '../fat/disk.ts';
import { type FatTable, FREE } from '../fat/table.ts';
import { readOr } from '../fat/volume.ts';
import type { Check } from './state.ts';

const DIRTY_FLAGS = 3;
/** Of entry 1: set where all is well; the first says that it was let go properly. */
const CLEAN = { 12: 0, 16: 0x8000, 32: 0x0800_0000 } as const;
const NO_ERROR = { 12: 0, 16: 0x4000, 32: 0x0400_0000 } as const;
const ONES = { 12: 0xfff, 16: 0xffff, 32: 0x0fff_ffff } as const;
const SIGNATURES = [
  [0, 0x4161_5252],
  [484, 0x6141_7272],
  [508, 0xaa55_0000],
] as const;
const FREE_COUNT = 488;
const NEXT_FREE = 492;
const UNKNOWN = 0xffff_ffff;
const SECTOR = 512;

export async function checkMarks(check: Check): Promise<void> {
  const { table, volume } = check;
  const { type, media, flagsAt } = volume.geometry;
  const good = CLEAN[type] | NO_ERROR[type];
  const second = table.raw(1);
  const inBoot = flagsAt > 0 ? volume.head[flagsAt]! & DIRTY_FLAGS : 0;
  if (inBoot !== 0 || (second & good) !== good)
    check.problem('The volume was not let go properly: it is marked as dirty.');
  const first = table.raw(0);
  const filler = ONES[type] & ~0xff;
  if ((first & 0xff) < 0xf0 || (first & filler) !== filler || (second | good) !== ONES[type])
    check.problem('The first entries of the FAT are not what they should be.');
  table.raw(0, filler | (media >= 0xf0 ? media : 0xf8));
  table.raw(1, ONES[type]);
  if (type !== 32) return;
  await checkBackup(check);
  await checkInfo(check);
}

const NO_NAME = 'NO NAME    ';

/** As the boot sector should have it. */
function bootLabel({ label }: Check): Uint8Array {
  return label ?? Uint8Array.from(NO_NAME, (character) => character.charCodeAt(0));
}

/** Once the root directory is known. */
export function checkLabel(check: Check): void {
  const { geometry, head } = check.volume;
  const { labelAt } = geometry;
  if (labelAt === 0) return;
  if (bootLabel(check).some((byte, at) => byte !== head[labelAt + at]))
    check.problem('The label in the boot sector is not that of the root directory.');
}

export function markDirty({ volume }: Check, table: FatTable, dirty: boolean): void {
  const { type } = volume.geometry;
  table.raw(1, dirty ? ONES[type] & ~CLEAN[type] : ONES[type]);
}

async function checkBackup(check: Check): Promise<void> {
  const { disk, geometry, head } = check.volume;
  if (geometry.backupAt === 0) return;
  const backup = await readOr(disk, geometry.backupAt, SECTOR);
  const same = backup?.every((byte, at) => at === geometry.flagsAt || byte === head[at]);
  if (!same) check.problem('The copy of the boot sector differs from it.');
}

async function checkInfo(check: Check): Promise<void> {
  const { disk, geometry } = check.volume;
  if (geometry.infoAt === 0) return;
  const info = await readOr(disk, geometry.infoAt, SECTOR);
  if (!info) return check.hopeless('FSInfo cannot be read.');
  const view = new DataView(info.buffer, info.byteOffset, info.byteLength);
  const free = view.getUint32(FREE_COUNT, true);
  if (SIGNATURES.some(([at, mark]) => view.getUint32(at, true) !== mark))
    check.problem('FSInfo is damaged.');
  else if (free !== UNKNOWN && free !== check.freeBefore)
    check.problem(`FSInfo counts ${free} free clusters; there are ${check.freeBefore}.`);
}

export async function writeMarks(check: Check): Promise<void> {
  const { disk, geometry, head, headAt } = check.volume;
  const boot = headAt > 0 ? head.slice(0, SECTOR) : await readBytes(disk, 0, SECTOR);
  if (geometry.flagsAt > 0) boot[geometry.flagsAt]! &= ~DIRTY_FLAGS;
  if (geometry.labelAt > 0) boot.set(bootLabel(check), geometry.labelAt);
  await writeIfOther(check, 0, boot);
  if (geometry.backupAt > 0) await writeIfOther(check, geometry.backupAt, boot);
  if (geometry.infoAt > 0) await writeInfo(check);
}

async function writeInfo(check: Check): Promise<void> {
  const { disk, geometry } = check.volume;
  const { table } = check;
  const info = await readBytes(disk, geometry.infoAt, SECTOR);
  const view = new DataView(info.buffer);
  for (const [at, mark] of SIGNATURES) view.setUint32(at, mark, true);
  let next = 2;
  while (next < table.last && table.get(next) !== FREE) next++;
  view.setUint32(FREE_COUNT, table.free(), true);
  view.setUint32(NEXT_FREE, next, true);
  await writeIfOther(check, geometry.infoAt, info);
}

async function writeIfOther(check: Check, offset: number, bytes: Uint8Array): Promise<void> {
  const { disk } = check.volume;
  const before = await readOr(disk, offset, bytes.length);
  if (!before?.every((byte, at) => byte === bytes[at])) await writeBytes(disk, offset, bytes);
}
