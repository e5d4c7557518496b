/** Which inputs a log may have (inputs.ts), and of what kind their arguments are. */
import { cleanRequest } from '../agent-protocol.ts';
import { isFault } from '../machine-fault.ts';
import type { Input, INPUTS } from './inputs.ts';

type Check = (value: unknown) => boolean;

/** As code.ts takes them. */
const OWN_IMAGE = /^[a-z][a-z0-9]{0,7}\.sys$/;
const LONGEST_CODE = 64;

const isDrive: Check = (value) => value === 0 || value === 1;
const isTruth: Check = (value) => typeof value === 'boolean';
const isBytes: Check = (value) => value instanceof Uint8Array;
const isCode: Check = (value) => typeof value === 'string' && value.length <= LONGEST_CODE;
const isOwnName: Check = (value) => typeof value === 'string' && OWN_IMAGE.test(value);
const isPlace: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isRange: Check = (value) => {
  const { offset, length } = (value ?? {}) as Record<string, unknown>;
  return isPlace(offset) && isPlace(length);
};
const isRanges: Check = (value) => Array.isArray(value) && value.every(isRange);
const isRequest: Check = (value) => {
  try {
    return !!cleanRequest(value);
  } catch {
    return false;
  }
};
const orNone =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

const CHECKS: { readonly [K in keyof typeof INPUTS]: readonly Check[] } = {
  start: [],
  insert: [isDrive, isBytes, isTruth, orNone(isRanges), orNone(isBytes)],
  eject: [isDrive],
  keep: [isDrive],
  type: [isBytes],
  key: [isCode, isTruth],
  fault: [],
  image: [isOwnName, isBytes],
  ask: [isRequest],
};

export function isInput(value: unknown): value is Input {
  if (!Array.isArray(value)) return false;
  const [name, ...args] = value as unknown[];
  if (typeof name !== 'string' || !Object.hasOwn(CHECKS, name)) return false;
  if (name === 'fault') return isFault(args);
  const checks = CHECKS[name as keyof typeof CHECKS];
  return args.length <= checks.length && checks.every((check, i) => check(args[i]));
}
