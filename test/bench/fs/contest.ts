/**
 * All contestants on the same disk, one row after the other.
 *
 *   time(options), count(options)   boots them, sees that all read the same, and measures
 */
import type { Contestant } from './contestant.ts';
import { copiedBytes } from './copies.ts';
import { makeDisk } from './disk.ts';
import { libraries, single } from './in-page.ts';
import { isolated } from './isolated.ts';
import type { Counts, Pace } from './measure.ts';
import { rows } from './rows.ts';

export interface Options extends Pace {
  /** Only rows whose name has this in it. */
  readonly only?: string;
  /** Only these contestants. */
  readonly who?: readonly string[];
  onProgress?(done: number, total: number, what: string): void;
}

export interface Result {
  /** Row, contestant, microseconds of each round. */
  readonly samples: Record<string, Record<string, number[]>>;
  readonly counts: Record<string, Record<string, Counts>>;
}

interface LinkedModule {
  linked(image: Uint8Array, copied: () => number): Promise<Contestant>;
}

/** Beside the page, where the build puts them. */
const beside = (name: string): URL => new URL(`./bench/${name}`, document.baseURI);

const makers: Record<string, (disk: Uint8Array) => Promise<Contestant[]>> = {
  async linked(disk) {
    const module = (await import(/* @vite-ignore */ beside('linked.js').href)) as LinkedModule;
    return [await module.linked(disk, copiedBytes)];
  },
  single: async (disk) => [await single(disk)],
  isolated: async (disk) =>
    globalThis.crossOriginIsolated ? [await isolated(disk, beside('bench.exe.js'))] : [],
  libraries,
};

export const contestantNames = Object.keys(makers);

async function makeAll(disk: Uint8Array, who: readonly string[]): Promise<Contestant[]> {
  const all: Contestant[] = [];
  for (const name of who) all.push(...((await makers[name]?.(disk)) ?? []));
  return all;
}

/** Who reads something else is in no contest. */
async function compare(all: readonly Contestant[]): Promise<void> {
  const wanted = String(await all[0]?.bigFile());
  for (const contestant of all)
    if (String(await contestant.bigFile()) !== wanted)
      throw new Error(`${contestant.name} reads other bytes than ${all[0]?.name}`);
}

async function each(
  options: Options,
  body: (contestant: Contestant, row: string) => Promise<void>,
): Promise<void> {
  const all = await makeAll(await makeDisk(), options.who ?? contestantNames);
  try {
    await compare(all);
    const chosen = rows.filter(({ name }) => name.includes(options.only ?? ''));
    let done = 0;
    for (const { name } of chosen)
      for (const contestant of all) {
        options.onProgress?.(done++, chosen.length * all.length, `${contestant.name}: ${name}`);
        await body(contestant, name);
      }
  } finally {
    for (const contestant of all) contestant.end();
  }
}

export async function time(options: Options): Promise<Result['samples']> {
  const samples: Result['samples'] = {};
  await each(options, async (contestant, row) => {
    const measured = await contestant.measure(row, options);
    if (measured.length > 0) (samples[row] ??= {})[contestant.name] = measured;
  });
  return samples;
}

/** Once on a page of its own: copies are counted there from its beginning (copies.ts). */
export async function count(options: Options): Promise<Result['counts']> {
  const counts: Result['counts'] = {};
  await each(options, async (contestant, row) => {
    if (contestant.count) (counts[row] ??= {})[contestant.name] = await contestant.count(row);
  });
  return counts;
}
