/**
 * How long mechanics take, in microseconds: a real drive's times, or none.
 *
 * Both models are asked the same questions, so that the order of events is one and the same.
 *
 * Source: 82077AA datasheet, SPECIFY table (SRT, HUT, HLT by data rate); 3.5 and 5.25 inch drive
 * specifications (settle 15 ms, spin-up 400 ms, revolution 200 or 166.7 ms).
 * Deviation: the sectors of a track are spaced evenly over the revolution.
 */

export interface Timing {
  /** `steps` step pulses at SRT. */
  stepping(steps: number, srt: number, rate: number): number;
  headLoad(hlt: number, rate: number): number;
  headUnload(hut: number, rate: number): number;
  settle(): number;
  spinUp(): number;
  /** From now until sector `index` of `count` begins to pass under the head. */
  untilSector(now: number, rpm: number, index: number, count: number): number;
  /** The time one of `count` sectors takes to pass. */
  sectorTime(rpm: number, count: number): number;
  /** From now until the index hole has passed twice. */
  twoIndexPulses(now: number, rpm: number): number;
  /** From the end of a reset to the polling interrupt. */
  resetPoll(): number;
  /** How long a non-DMA host may take over `bytes` of FIFO: Infinity where time stands still. */
  serviceTime(bytes: number, rate: number): number;
}

/** Milliseconds a unit at rates 500K, 300K, 250K, 1M. */
const srtUnit = [1, 1.67, 2, 0.5] as const;
const hltUnit = [2, 3.33, 4, 1] as const;
const hutUnit = [16, 26.7, 32, 8] as const;
const byteTime = [16, 26.67, 32, 8] as const;

const millisecond = 1000;
/** A start missed by less (in microseconds) is an error of arithmetic, not a missed turn. */
const rounding = 1;
/** How much of its place on the track a sector fills; the rest is the gap before the next. */
const sectorShare = 0.9;

export const fastTiming: Timing = {
  stepping: () => 0,
  headLoad: () => 0,
  headUnload: () => 0,
  settle: () => 0,
  spinUp: () => 0,
  untilSector: () => 0,
  sectorTime: () => 0,
  twoIndexPulses: () => 0,
  resetPoll: () => 0,
  serviceTime: () => Infinity,
};

function revolution(rpm: number): number {
  return (60_000 / rpm) * millisecond;
}

export const realTiming: Timing = {
  stepping: (steps, srt, rate) => steps * (16 - srt) * srtUnit[rate & 3]! * millisecond,
  headLoad: (hlt, rate) => (hlt || 128) * hltUnit[rate & 3]! * millisecond,
  headUnload: (hut, rate) => (hut || 16) * hutUnit[rate & 3]! * millisecond,
  settle: () => 15 * millisecond,
  spinUp: () => 400 * millisecond,
  untilSector(now, rpm, index, count) {
    const turn = revolution(rpm);
    const start = (turn * index) / Math.max(1, count);
    const wait = (((start - now) % turn) + turn) % turn;
    return turn - wait < rounding ? 0 : wait;
  },
  sectorTime: (rpm, count) => (revolution(rpm) * sectorShare) / Math.max(1, count),
  twoIndexPulses: (now, rpm) => 2 * revolution(rpm) - (now % revolution(rpm)),
  resetPoll: () => 200,
  serviceTime: (bytes, rate) => Math.max(1, bytes * byteTime[rate & 3]! - 1.5),
};
