/**
 * chkdsk: is a FAT volume sound, and how it is made so.
 *
 *   checkVolume(volume, options)   what was found; nothing is changed
 *   repairVolume(result, flush) writes what the check has put right in memory
 *
 * The order of a check: the FATs against each other, marks, directories from the root on, files,
 * names behind ends of directories, clusters that files share, clusters that are nobody's.
 */
import { FatTable, BAD } from '../fat/table.ts';
import type { FatVolume } from '../fat/volume.ts';
import { commit } from './commit.ts';
import { addRoot, enter, walk, writeDots } from './directories.ts';
import { lookBehind } from './entries.ts';
import { Files } from './files.ts';
import { lostChains, saveDirectories, saveFiles } from './lost.ts';
import { checkLabel, checkMarks } from './marks.ts';
import { doubtNumbers } from './numbers.ts';
import { checkPlaces } from './place.ts';
import { Check, type Directory, type Say } from './state.ts';

export interface CheckOptions {
  /** Each problem, as a line of text. */
  readonly say: Say;
  /** Date and time of files that are made, as the disk has them. */
  readonly now: number;
  /** The boot sector's numbers are right, whatever speaks against them. */
  readonly trusts?: boolean;
}

export async function checkVolume(volume: FatVolume, options: CheckOptions): Promise<Check> {
  const check = await examine(volume, options);
  const { problems, unrepairable } = check;
  if (problems > 0 && unrepairable === 0 && !options.trusts)
    await doubtNumbers(check, (other, say) => trial(other, say, options.now));
  return check;
}

/** By the first FAT that can be read. */
async function trial(volume: FatVolume, say: Say, now: number): Promise<Check> {
  const check = new Check(volume, volume.table.copy(), say);
  const tables = volume.copies.flatMap((copy) =>
    copy ? [FatTable.parse(copy, volume.geometry)] : [],
  );
  if (tables.some((table) => !agree(table, volume.table))) check.problem('The FATs differ.');
  await run(check, now);
  return check;
}

async function examine(volume: FatVolume, { say, now, trusts }: CheckOptions): Promise<Check> {
  const { copies, geometry, unknown } = volume;
  const readable = copies.filter((copy) => copy !== undefined);
  const others = geometry.active === undefined ? differing(volume, readable) : [];
  const best = await choose(volume, others, now);
  const check = new Check(volume, best ?? volume.table.copy(), say);
  if (geometry.cut) check.hopeless('The volume is longer than its disk.');
  if (volume.headAt > 0) check.problem('The boot sector is gone. Its copy counts.');
  if (readable.length < copies.length)
    check.problem(`${copies.length - readable.length} of ${copies.length} FATs cannot be read.`);
  if (unknown > 0) check.hopeless(`${unknown} sectors of the FAT cannot be read in any of them.`);
  if (others.length > 1) check.problem('The FATs differ.');
  await run(check, now, trusts);
  return check;
}

/** `flush`: what was written is on the disk; a repair is made in steps. */
export function repairVolume(check: Check, flush: () => Promise<void>): Promise<void> {
  return commit(check, flush);
}

/** The FATs that say something different; none where all agree. */
function differing({ geometry }: FatVolume, copies: readonly Uint8Array[]): FatTable[] {
  const tables: FatTable[] = [];
  for (const copy of copies) {
    const table = FatTable.parse(copy, geometry);
    const same = tables.some((other) => agree(table, other));
    if (!same) tables.push(table);
  }
  return tables.length > 1 ? tables : [];
}

function agree(one: FatTable, other: FatTable): boolean {
  for (let at = 0; at <= one.last; at++) if (one.bits(at) !== other.bits(at)) return false;
  return true;
}

/** Stretches in which they differ that are tried one by one. */
const MOST_TRIALS = 32;

/**
 * The one with which most files are whole and then the least is wrong, the first of equals; and
 * then each stretch of it that another has differently, if the other's is better.
 */
async function choose(
  volume: FatVolume,
  tables: readonly FatTable[],
  now: number,
): Promise<FatTable | undefined> {
  let best: { table: FatTable; whole: number; problems: number } | undefined;
  const attempt = async (table: FatTable) => {
    const trial = new Check(volume, table.copy(), () => undefined);
    await run(trial, now);
    const { whole, problems } = trial;
    const better =
      !best || whole > best.whole || (whole === best.whole && problems < best.problems);
    if (better) best = { table, whole, problems };
  };
  for (const table of tables) await attempt(table);
  for (const other of tables) {
    const stretches = differences(best!.table, other);
    if (stretches.length > MOST_TRIALS) continue;
    for (const clusters of stretches) {
      const mixed = best!.table.copy();
      for (const cluster of clusters) mixed.raw(cluster, other.raw(cluster));
      await attempt(mixed.copy());
    }
  }
  return best?.table.copy();
}

function differences(one: FatTable, other: FatTable): number[][] {
  const stretches: number[][] = [];
  for (let at = 0; at <= one.last; at++) {
    if (one.raw(at) === other.raw(at)) continue;
    const last = stretches.at(-1);
    if (last?.at(-1) === at - 1) last.push(at);
    else stretches.push([at]);
  }
  return stretches;
}

async function run(check: Check, now: number, trusts = false): Promise<void> {
  await checkMarks(check);
  const files = new Files(check);
  const root = await addRoot(check);
  await settle(check, files, [root]);
  const { whole } = check;
  if (!trusts) checkPlaces(check);
  files.copyShared();
  const chains = lostChains(check);
  if (chains.length > 0) {
    const clusters = chains.reduce((sum, chain) => sum + chain.length, 0);
    check.problem(`${clusters} lost clusters in ${chains.length} chains.`);
    await saveDirectories(check, chains, now, (found) => settle(check, files, [found]));
    files.copyShared();
    saveFiles(check, lostChains(check), now);
  }
  check.whole = whole;
  checkLabel(check);
  writeDots(check);
  const { table, totals } = check;
  for (let at = 2; at <= table.last; at++) if (table.get(at) === BAD) totals.bad++;
  totals.free = table.free();
}

/** Directories, files, and what is behind ends, until nothing new turns up. */
async function settle(check: Check, files: Files, found: readonly Directory[]): Promise<void> {
  await walk(check, [...found]);
  files.checkFiles();
  for (let at = 0; at < check.directories.length; at++) {
    const directory = check.directories[at]!;
    if (!directory.behind) continue;
    for (const more of lookBehind(check, directory)) {
      const below = await enter(check, more);
      if (below) await walk(check, [below]);
      files.checkFiles();
    }
  }
}
