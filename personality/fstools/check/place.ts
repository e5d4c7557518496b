/**
 * Whether the boot sector's numbers can be right: a repair by wrong ones takes every file apart.
 *
 *   checkPlaces(check)        after the directories: what speaks against them is hopeless
 *
 * One damage speaks against nothing; that all marks are missing, or all directories, does.
 */
import { BAD, FatTable, FREE } from '../fat/table.ts';
import type { Check } from './state.ts';

const FILLER = { 12: 0xf00, 16: 0xff00, 32: 0x0fff_ff00 } as const;
/** Of entry 1, without the marks of an unclean end. */
const SECOND = { 12: 0xfff, 16: 0x3fff, 32: 0x03ff_ffff } as const;
const LEAST_DIRECTORIES = 2;

export function checkPlaces(check: Check): void {
  const { copies, geometry } = check.volume;
  const tables = copies.flatMap((copy) => (copy ? [FatTable.parse(copy, geometry)] : []));
  const doubt = (what: string) =>
    check.hopeless(`${what}: the numbers in the boot sector may be wrong.`);
  if (tables.length > 0 && !tables.some((table) => isMarked(check, table)))
    doubt('No FAT is where it should be');
  if (tables.length > 0 && tables.every((table) => goesOn(check, table)))
    doubt('The FATs go on behind the last cluster');
  const { claimed, proven } = check.named;
  if (claimed >= LEAST_DIRECTORIES && proven === 0) doubt('No directory is where its name leads');
}

/** By one of its first two entries. */
function isMarked({ volume }: Check, table: FatTable): boolean {
  const { type } = volume.geometry;
  const [filler, second] = [FILLER[type], SECOND[type]];
  return (table.raw(0) & filler) === filler || (table.raw(1) & second) === second;
}

/** Two clusters behind the last are in use. */
function goesOn({ volume }: Check, table: FatTable): boolean {
  const { fatSize, type } = volume.geometry;
  const room = Math.floor((fatSize * 8) / type);
  const whole = new FatTable(table.bytes, type, room - 2);
  let count = 0;
  for (let at = table.last + 1; at <= whole.last; at++) {
    const next = whole.get(at);
    if (next !== FREE && next !== BAD && (whole.isCluster(next) || whole.isEnd(next))) count++;
  }
  return count >= 2;
}
