/**
 * Names for the bits of the 82077AA's registers and status bytes.
 *
 * Source: 82077AA datasheet, "Registers" (SRA..CCR) and "Status Register Encoding" (ST0..ST3).
 */

/** Offsets from the base port 3F0. */
export const FdcPort = {
  sra: 0,
  srb: 1,
  dor: 2,
  tdr: 3,
  msr: 4,
  dsr: 4,
  fifo: 5,
  dir: 7,
  ccr: 7,
} as const;

export const Dor = { driveMask: 0x03, notReset: 0x04, dmaGate: 0x08, motorShift: 4 } as const;
export const Dsr = { rateMask: 0x03, reset: 0x80 } as const;
export const Msr = { rqm: 0x80, dio: 0x40, nonDma: 0x20, busy: 0x10 } as const;
export const Ccr = { rateMask: 0x03, noPrecompensation: 0x04 } as const;
export const Dir = { diskChange: 0x80, undriven: 0x7f } as const;

export const St0 = {
  normal: 0x00,
  abnormal: 0x40,
  invalid: 0x80,
  polling: 0xc0,
  seekEnd: 0x20,
  equipmentCheck: 0x10,
  headShift: 2,
} as const;

export const St1 = {
  endOfCylinder: 0x80,
  dataError: 0x20,
  overrun: 0x10,
  noData: 0x04,
  notWritable: 0x02,
  missingMark: 0x01,
} as const;

export const St2 = {
  controlMark: 0x40,
  dataError: 0x20,
  wrongCylinder: 0x10,
  badCylinder: 0x02,
  missingDataMark: 0x01,
} as const;

export const St3 = { writeProtected: 0x40, alwaysOne: 0x28, trackZero: 0x10 } as const;
