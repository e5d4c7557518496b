/**
 * Numbers of the kinds of marks (watch.ts): all that who makes marks needs of them.
 *
 *   watchCodes   the Executive's, by name
 *   MARK_*       of drivers and of the machine
 */
export const watchCodes = {
  'service.in': 32,
  'service.out': 33,
  'irp.made': 40,
  'irp.parent': 41,
  'irp.range': 42,
  'irp.passed': 43,
  'irp.taken': 44,
  'irp.back': 45,
  'irp.done': 46,
  'ob.made': 48,
  'ob.gone': 49,
  'handle.opened': 50,
  'handle.closed': 51,
  'cc.hit': 56,
  'cc.miss': 57,
  'cc.ahead': 58,
  'cc.written': 59,
} as const;

export const MARK_DISPATCH = 96;
export const MARK_DPC = 98;
export const MARK_ISR = 99;
export const MARK_DMA = 100;
export const MARK_COMMAND = 160;
export const MARK_STEP = 161;
export const MARK_SECTOR = 162;
export const MARK_LINE = 163;
export const MARK_BURST = 164;
export const MARK_IN = 165;
export const MARK_OUT = 166;
