/**
 * How long mechanics take, in microseconds: a real drive's times, those scaled, or none.
 *
 * All models are asked the same questions, so that the order of events is one and the same. A disk
 * turns truly: where it is is the time, modulo a revolution.
 *
 *   fastTiming             no time at all
 *   mechanicalTiming(by)   a real drive's times, multiplied; 1 is real
 *   timingFor(option)      what MachineOptions.timing names
 *
 * Source: 82077AA datasheet, SPECIFY table (SRT, HUT, HLT by data rate); 3.5 and 5.25 inch drive
 * specifications (settle 15 ms, spin-up 400 ms, revolution 200 or 166.7 ms).
 */
import type { MachineOptions } from '../types.ts';

export interface Timing {
  /** `steps` step pulses at SRT. */
  stepping(steps: number, srt: number, rate: number): number;
  headLoad(hlt: number, rate: number): number;
  headUnload(hut: number, rate: number): number;
  settle(): number;
  spinUp(): number;
  /** From now until what begins at `start`, a part of a turn, comes under the head. */
  untilAngle(now: number, rpm: number, start: number): number;
  /** The time that a part of a turn takes to pass. */
  passing(rpm: number, span: number): number;
  /** From now until the index hole has passed twice. */
  twoIndexPulses(now: number, rpm: number): number;
  /** The part of a turn since the index hole; the same in every model. */
  angle(now: number, rpm: number): number;
  /** From the end of a reset to the polling interrupt. */
  resetPoll(): number;
  /** How long a non-DMA host may take over `bytes` of FIFO: Infinity where time stands still. */
  serviceTime(bytes: number, rate: number): number;
  /** The same for a DMA request that is not granted at once. */
  requestTime(bytes: number, rate: number): number;
}

/** Milliseconds a unit at rates 500K, 300K, 250K, 1M. */
const srtUnit = [1, 1.67, 2, 0.5] as const;
const hltUnit = [2, 3.33, 4, 1] as const;
const hutUnit = [16, 26.7, 32, 8] as const;
const byteTime = [16, 26.67, 32, 8] as const;

const millisecond = 1000;
/** A start missed by less (in microseconds) is an error of arithmetic, not a missed turn. */
const rounding = 1;

const angleAt = (now: number, turn: number): number => (now % turn) / turn;

export const fastTiming: Timing = {
  stepping: () => 0,
  headLoad: () => 0,
  headUnload: () => 0,
  settle: () => 0,
  spinUp: () => 0,
  untilAngle: () => 0,
  passing: () => 0,
  twoIndexPulses: () => 0,
  angle: (now, rpm) => angleAt(now, revolution(rpm)),
  resetPoll: () => 0,
  serviceTime: () => Infinity,
  requestTime: () => 0,
};

function revolution(rpm: number): number {
  return (60_000 / rpm) * millisecond;
}

export function mechanicalTiming(by: number): Timing {
  const turn = (rpm: number): number => revolution(rpm) * by;
  const unit = millisecond * by;
  const serviceTime = (bytes: number, rate: number): number =>
    Math.max(1, bytes * byteTime[rate & 3]! - 1.5) * by;
  return {
    stepping: (steps, srt, rate) => steps * (16 - srt) * srtUnit[rate & 3]! * unit,
    headLoad: (hlt, rate) => (hlt || 128) * hltUnit[rate & 3]! * unit,
    headUnload: (hut, rate) => (hut || 16) * hutUnit[rate & 3]! * unit,
    settle: () => 15 * unit,
    spinUp: () => 400 * unit,
    untilAngle(now, rpm, start) {
      const whole = turn(rpm);
      const wait = (((start * whole - now) % whole) + whole) % whole;
      return whole - wait < rounding * by ? 0 : wait;
    },
    passing: (rpm, span) => turn(rpm) * span,
    twoIndexPulses: (now, rpm) => 2 * turn(rpm) - (now % turn(rpm)),
    angle: (now, rpm) => angleAt(now, turn(rpm)),
    resetPoll: () => 200 * by,
    serviceTime,
    requestTime: serviceTime,
  };
}

export function timingFor(option: MachineOptions['timing'] = 'fast'): Timing {
  if (option === 'fast') return fastTiming;
  if (option === 'real') return mechanicalTiming(1);
  if (!Number.isFinite(option) || option <= 0) {
    throw new RangeError("timing is 'fast', 'real' or a positive number to multiply real times by");
  }
  return mechanicalTiming(option);
}
