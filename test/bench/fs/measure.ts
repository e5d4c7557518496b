/**
 * Rounds of a row: microseconds for one repetition, and what is counted meanwhile.
 *
 *   measureRow(files, row, how)   how long and how often, and by which clock
 *   countRow(files, row, counters)  exact counts of a repetition, when all is warm
 */
import type { Awaitable } from '../../../personality/sel4/types.ts';
import type { Files } from './contestant.ts';
import type { Row } from './rows.ts';

export interface Pace {
  readonly rounds: number;
  /** A round is to last so long. */
  readonly roundMs: number;
}

export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Lets everything else have its turn. */
  rest(): Promise<unknown>;
}

/** Repetitions at which counts are taken, so that what comes seldom is seen, too. */
const COUNTED = 40;

/** Of rounds: by so much of themselves they may differ. */
const ALIKE = 0.1;
/** Rounds that are not measured; of rows that use something up they are long. */
const WARMING = { least: 5, most: 20 };
const WARMING_SLOWLY = { least: 1, most: 6 };

/** Milliseconds of `count` repetitions. */
async function round(files: Files, row: Row, count: number, clock: Clock): Promise<number> {
  await row.before?.(files, count);
  await clock.rest();
  const start = clock.now();
  for (let index = 0; index < count; index++) {
    const pending = row.run(files, index);
    if (pending instanceof Promise) await pending;
  }
  const elapsed = clock.now() - start;
  await row.after?.(files, count);
  return elapsed;
}

/** From so many on, as many as a round takes. */
async function repetitions(
  files: Files,
  row: Row,
  roundMs: number,
  clock: Clock,
  from = 1,
): Promise<number> {
  const most = row.most ?? Infinity;
  let count = from;
  let elapsed = await round(files, row, count, clock);
  while (elapsed < roundMs && count < most) {
    const wanted = elapsed > roundMs / 8 ? Math.ceil((count * roundMs) / elapsed) : count * 4;
    count = Math.min(most, Math.max(count + 1, wanted));
    elapsed = await round(files, row, count, clock);
  }
  return count;
}

/**
 * Until two rounds in a row are alike: what the engine compiles, and what others do who have just
 * begun, is over then. Two that are alike may both be slow: so some come before.
 */
async function warm(files: Files, row: Row, count: number, clock: Clock): Promise<void> {
  const { least, most } = row.most === undefined ? WARMING : WARMING_SLOWLY;
  let before = 0;
  for (let rounds = 1; rounds <= most; rounds++) {
    const elapsed = await round(files, row, count, clock);
    const alike = Math.abs(elapsed - before) <= ALIKE * before;
    if (alike && rounds >= least) return;
    before = elapsed;
  }
}

export async function measureRow(
  files: Files,
  row: Row,
  { rounds, roundMs }: Pace,
  clock: Clock,
): Promise<number[]> {
  const cold = await repetitions(files, row, roundMs, clock);
  await warm(files, row, cold, clock);
  const count = await repetitions(files, row, roundMs, clock, cold);
  const samples: number[] = [];
  // What is short by its nature is measured more often.
  const times = row.most === undefined ? rounds : rounds * 2;
  for (let i = 0; i < times; i++)
    samples.push((1000 * (await round(files, row, count, clock))) / (count * (row.each ?? 1)));
  return samples;
}

export type Counts = Record<string, number>;

/** Of one repetition; `counters` takes them all. */
export async function countRow(
  files: Files,
  row: Row,
  counters: () => Awaitable<Counts>,
): Promise<Counts> {
  const count = Math.min(row.most ?? COUNTED, COUNTED);
  const once = async (): Promise<readonly Counts[]> => {
    await row.before?.(files, count);
    // Where looking costs something itself, it is left out.
    const looked = await counters();
    const first = await counters();
    for (let index = 0; index < count; index++) await row.run(files, index);
    const last = await counters();
    await row.after?.(files, count);
    return [looked, first, last];
  };
  await once();
  const [looked = {}, first = {}, last = {}] = await once();
  const per = count * (row.each ?? 1);
  const changed = Object.entries(last).map(([name, value]) => {
    const before = first[name] ?? 0;
    const looking = before - (looked[name] ?? 0);
    return [name, Math.max(0, value - before - looking) / per] as const;
  });
  return Object.fromEntries(changed.filter(([, value]) => value !== 0));
}
