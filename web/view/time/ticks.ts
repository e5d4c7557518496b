/**
 * Marks on the time line of a held machine: what happened at which entry into the kernel.
 *
 *   LANES                       kinds of marks, a lane each, from above
 *   TICK_QUESTIONS              what a replay is asked to know them (record/types.ts)
 *   ticksOf(found, more)        in the order of entries; `more`: those that no replay has to tell
 *   columnsOf(ticks, lanes, end, width)
 *                               what is drawn: of each lane the columns that have a mark
 *   beside(ticks, entry, step)  the next mark after an entry, or the last before it
 *   nearest(ticks, entry, off)  the mark nearest to it, no more than `off` entries away
 *
 * There may be ten thousand: what is drawn is never more than the picture has columns, and a mark
 * is found by halves.
 */
import { watchKinds } from '../../../personality/rtl/watch.ts';
import type { Finding, Found, Question } from '../../host/record/types.ts';

export type Lane = keyof typeof LANES;

export interface Tick {
  readonly lane: Lane;
  readonly entry: number;
  readonly words: string;
}

const seconds = (time: number): string => `${(time / 1e6).toFixed(3)} s`;

const by = ({ process, time }: Finding): string => `${process || 'a device'}, ${seconds(time)}`;

interface LaneKind {
  readonly title: string;
  /** What a replay is asked; the others are known to the page. */
  readonly question?: Question;
  words?(finding: Finding): string;
}

export const LANES = {
  command: {
    title: 'Commands',
    question: { command: true },
    words: ({ time }) => `a command ended, ${seconds(time)}`,
  },
  request: {
    title: 'Requests',
    question: { kind: watchKinds['irp.made'].code },
    words: (finding) => `request ${finding.words[0]} was made by ${by(finding)}`,
  },
  fault: {
    title: 'Faults',
    question: { fault: true },
    words: (finding) => `a thread ended or faulted: ${by(finding)}`,
  },
  stop: { title: 'Breakpoints' },
  answer: { title: 'Answers' },
} as const satisfies Readonly<Record<string, LaneKind>>;

const kinds = Object.entries(LANES) as [Lane, LaneKind][];
const asked = kinds.flatMap(([lane, { question, words }]) =>
  question && words ? [{ lane, question, words }] : [],
);

export const TICK_QUESTIONS: readonly Question[] = asked.map(({ question }) => question);

export function ticksOf(found: readonly Found[], more: readonly Tick[] = []): Tick[] {
  const told = asked.flatMap(({ lane, words }, i) =>
    (found[i]?.last ?? []).map((one) => ({ lane, entry: one.entry, words: words(one) })),
  );
  return [...told, ...more].sort((a, b) => a.entry - b.entry);
}

/** By lane the columns from 0 to `width`, each once. */
export function columnsOf(
  ticks: readonly Tick[],
  lanes: readonly Lane[],
  end: number,
  width: number,
): ReadonlyMap<Lane, readonly number[]> {
  const columns = new Map(lanes.map((lane) => [lane, [] as number[]]));
  for (const { lane, entry } of ticks) {
    const own = columns.get(lane);
    const column = columnAt(entry, end, width);
    if (own && own.at(-1) !== column) own.push(column);
  }
  return columns;
}

export const columnAt = (entry: number, end: number, width: number): number =>
  Math.round((Math.min(entry, end) / Math.max(1, end)) * width);

/** How many marks are at or before it. */
function before(ticks: readonly Tick[], entry: number): number {
  let [low, high] = [0, ticks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ticks[middle]!.entry <= entry) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function beside(ticks: readonly Tick[], entry: number, step: 1 | -1): Tick | undefined {
  return step > 0 ? ticks[before(ticks, entry)] : ticks[before(ticks, entry - 1) - 1];
}

export function nearest(ticks: readonly Tick[], entry: number, off: number): Tick | undefined {
  const place = before(ticks, entry);
  const [left, right] = [ticks[place - 1], ticks[place]];
  const away = (tick: Tick | undefined): number => (tick ? Math.abs(tick.entry - entry) : Infinity);
  const found = away(left) <= away(right) ? left : right;
  return away(found) <= off ? found : undefined;
}
