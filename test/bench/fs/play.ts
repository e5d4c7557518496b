/** A contestant's row, played: what all have in common. */
import type { Files } from './contestant.ts';
import { type Clock, measureRow, type Pace } from './measure.ts';
import { rowNamed } from './rows.ts';
import { BIG_BYTES } from './trace.ts';

const STEP = 0x1_0000;

export const pageClock: Clock = {
  now: () => performance.now(),
  rest: () => new Promise((resolve) => setTimeout(resolve, 0)),
};

export async function wholeBig(files: Files): Promise<Uint8Array> {
  const whole = new Uint8Array(BIG_BYTES);
  for (let at = 0; at < BIG_BYTES; at += STEP) whole.set(await files.bytes(at, STEP), at);
  return whole;
}

export async function measureNamed(
  files: Files,
  name: string,
  pace: Pace,
  clock: Clock,
): Promise<number[]> {
  const row = rowNamed(name);
  return row.can?.(files) === false ? [] : measureRow(files, row, pace, clock);
}
