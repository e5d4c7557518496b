/**
 * The rows of the benchmark: what is done, how often at a time, and what is prepared and cleared
 * away around it, unmeasured.
 */
import type { Awaitable } from '../../../personality/sel4/types.ts';
import type { Files } from './contestant.ts';
import * as trace from './trace.ts';

const TRACE_LENGTH = 1024;
const KIB_4 = 4096;
const KIB_64 = 0x1_0000;

export interface Row {
  readonly name: string;
  /** Repetition `index` of a round. */
  run(files: Files, index: number): Awaitable<unknown>;
  /** Before and after a round of so many. */
  before?(files: Files, count: number): Promise<void>;
  after?(files: Files, count: number): Promise<void>;
  /** Most repetitions in a round: what uses something up. Default: as many as take its time. */
  readonly most?: number;
  /** Repetitions whose time one figure is: the figure is for each of so many. */
  readonly each?: number;
  /** Who cannot do it is left out. */
  can?(files: Files): boolean;
}

const pages = trace.randomOffsets(trace.SEED, TRACE_LENGTH, KIB_4, trace.BIG_BYTES);
const sectors = trace.randomOffsets(trace.SEED + 1, TRACE_LENGTH, 512, trace.BIG_BYTES);
const stretches = trace.sequence(TRACE_LENGTH, KIB_64, trace.BIG_BYTES);
const at = (offsets: readonly number[], index: number): number =>
  offsets[index % TRACE_LENGTH] ?? 0;

const flushed = async (files: Files): Promise<void> => void (await files.flush());

async function makeAll(files: Files, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await files.create(trace.workName(i), trace.SMALL_BYTES, false);
  await files.flush();
}

/** Whatever they are called by now. */
const removing = (name: (index: number) => string) => async (files: Files, count: number) => {
  for (let i = 0; i < count; i++) await files.remove(name(i));
  await files.flush();
};

const removeNew = removing(trace.workName);
const COPY = 'COPY';

async function copyTree(files: Files): Promise<void> {
  const { directories, files: all } = trace.tree();
  for (const path of directories) await files.makeDirectory(COPY + path);
  for (const { path } of all) await files.copyFile(trace.TREE + path, COPY + path);
}

async function removeTree(files: Files): Promise<void> {
  const { directories, files: all } = trace.tree();
  for (const { path } of all) await files.remove(COPY + path);
  for (const path of [...directories].reverse()) await files.remove(COPY + path);
  await files.flush();
}

async function createForty(files: Files): Promise<void> {
  for (let i = 0; i < trace.FILES_AT_A_TIME; i++)
    await files.create(trace.workName(i), trace.SMALL_BYTES, false);
  await files.flush();
}

async function readWhole(files: Files): Promise<void> {
  for (let offset = 0; offset < trace.BIG_BYTES; offset += KIB_64) await files.read(offset, KIB_64);
}

export const rows: readonly Row[] = [
  { name: 'warm random read of 4 KiB', run: (files, i) => files.read(at(pages, i), KIB_4) },
  { name: 'warm random read of 512 bytes', run: (files, i) => files.read(at(sectors, i), 512) },
  {
    name: 'warm sequential read of 64 KiB',
    run: (files, i) => files.read(at(stretches, i), KIB_64),
  },
  {
    name: 'cached write of 4 KiB',
    run: (files, i) => files.write(at(pages, i), KIB_4),
    after: flushed,
  },
  {
    name: 'random read of 4 KiB, cache off',
    can: (files) => files.readUncached !== undefined,
    run: (files, i) => files.readUncached?.(at(pages, i), KIB_4),
  },
  {
    name: 'open, read 8 KB, close (warm)',
    run: (files) => files.openReadClose(trace.SMALL, trace.SMALL_BYTES),
  },
  { name: 'open and close', run: (files) => files.openClose(trace.SMALL) },
  { name: 'query attributes by path', run: (files) => files.attributes(trace.SMALL) },
  { name: 'open a name that is not there', run: (files) => files.openMissing(trace.MISSING) },
  { name: 'list 100 names', run: (files) => files.list(trace.HUNDRED) },
  { name: 'list 1,000 names', run: (files) => files.list(trace.THOUSAND) },
  {
    name: 'create, write 8 KB, close',
    most: trace.FILES_AT_A_TIME,
    run: (files, i) => files.create(trace.workName(i), trace.SMALL_BYTES, false),
    after: removeNew,
  },
  {
    name: 'create, write 8 KB, flush, close',
    most: trace.FILES_AT_A_TIME,
    run: (files, i) => files.create(trace.workName(i), trace.SMALL_BYTES, true),
    after: removeNew,
  },
  {
    name: 'create forty, then one flush (each)',
    most: 1,
    each: trace.FILES_AT_A_TIME,
    run: createForty,
    after: (files) => removeNew(files, trace.FILES_AT_A_TIME),
  },
  {
    name: 'rename',
    most: trace.FILES_AT_A_TIME,
    before: makeAll,
    run: (files, i) => files.rename(trace.workName(i), trace.otherName(i)),
    after: removing(trace.otherName),
  },
  {
    name: 'delete',
    most: trace.FILES_AT_A_TIME,
    before: makeAll,
    run: (files, i) => files.remove(trace.workName(i)),
    after: flushed,
  },
  { name: 'copy of a tree (12 files)', most: 1, run: copyTree, after: removeTree },
  {
    name: 'cold sequential read of 512 KiB',
    most: 1,
    before: async (files) => void (await files.forget()),
    run: readWhole,
  },
];

export function rowNamed(name: string): Row {
  const found = rows.find((row) => row.name === name);
  if (!found) throw new Error(`no row "${name}"`);
  return found;
}
