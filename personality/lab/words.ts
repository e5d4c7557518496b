/** What the programs are given. */
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';

/** Raises where the word is no number of at most a million. */
export function numberIn(word: string | undefined, radix = 10): number {
  const value = Number.parseInt(word ?? '', radix);
  if (Number.isInteger(value) && value >= 0 && value <= 1_000_000) return value;
  throw new NtException(Status.STATUS_INVALID_PARAMETER);
}
