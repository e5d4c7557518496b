/** NT's time-outs. */
import { TIMEOUT_INFINITE } from '../../rtl/services.ts';

const UNITS_PER_MICROSECOND = 10;

/** A time-out (100 ns; negative: relative; TIMEOUT_INFINITE) in microseconds from now. */
export function timeoutMicros(timeout: number, systemTime: number): number {
  if (timeout <= TIMEOUT_INFINITE) return Infinity;
  return (timeout <= 0 ? -timeout : timeout - systemTime) / UNITS_PER_MICROSECOND;
}
