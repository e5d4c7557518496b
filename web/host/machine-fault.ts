/**
 * Faults of the machine, as a page may ask for them: the methods of FaultInjection by name.
 *
 *   ['badSector', 0, 5, 1]     drive, sector, how often
 *   isFault(call)              whether it is one, with arguments of the right kinds
 *   faultsInWords()            which there are
 */
import type { FaultInjection, FaultKind } from '../machine/types.ts';

type FaultName = Exclude<keyof FaultInjection, 'struck'>;
export type FaultCall = {
  [K in FaultName]: [name: K, ...args: Parameters<FaultInjection[K]>];
}[FaultName];

type Check = (value: unknown) => boolean;

const LINES = 16;

const within =
  (below: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < below;
const oneOf =
  (...list: readonly string[]): Check =>
  (value) =>
    list.includes(value as string);
const drive = within(2);
const line = within(LINES);
const number = within(Number.MAX_SAFE_INTEGER);
const truth: Check = (value) => typeof value === 'boolean';
/** Infinity: until it is cleared. */
const count: Check = (value) => value === undefined || value === Infinity || number(value);

const SECTOR = ['crc', 'weak', 'noData', 'deleted', 'badId', 'noId', 'wrongCylinder'];
const DRIVE = ['trackZero', 'misstep', 'index'];
const DMA = ['starve', 'earlyTc', 'lateTc'];
const KINDS: readonly string[] = [...SECTOR, ...DRIVE, ...DMA, 'door', 'hang', 'loseIrq', 'keep'];

const plan: Check = (value) => {
  const { kinds, every } = (value ?? {}) as { kinds?: unknown; every?: unknown };
  const known = Array.isArray(kinds) && kinds.every((kind: FaultKind) => KINDS.includes(kind));
  return known && number(every) && (every as number) > 0;
};

const FAULTS: Readonly<Record<FaultName, readonly Check[]>> = {
  badSector: [drive, number, count],
  sector: [drive, number, oneOf(...SECTOR), count],
  drive: [drive, oneOf(...DRIVE), count],
  protect: [drive, truth],
  dma: [oneOf(...DMA), count],
  stickRqm: [count],
  keep: [oneOf('kept', 'failed', 'full', 'silent'), count],
  spuriousIrq: [line],
  chance: [number, plan],
  loseIrq: [line, count],
  stickIrq: [line, truth],
  pullDisk: [drive, number],
  tearSector: [
    drive,
    number,
    (value) => value === undefined || value === 'door' || value === 'hang',
  ],
  muteKeyboard: [truth],
  clear: [],
};

export function isFault(call: unknown): call is FaultCall {
  if (!Array.isArray(call)) return false;
  const [name, ...args] = call as unknown[];
  if (typeof name !== 'string' || !Object.hasOwn(FAULTS, name)) return false;
  const checks = FAULTS[name as FaultName];
  return args.length <= checks.length && checks.every((check, i) => check(args[i]));
}

export const faultsInWords = (): string => Object.keys(FAULTS).join(', ');
