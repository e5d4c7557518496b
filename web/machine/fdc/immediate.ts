/**
 * Commands without an execution phase: they act and answer within the port write that completes
 * them, and raise no interrupt.
 *
 * Each takes the state and the command's bytes and returns the result bytes.
 *
 * Source: 82077AA datasheet, "Control Commands".
 */
import { St0, St3 } from './registers.ts';
import { driveCount, type FdcState } from './state.ts';

type Bytes = readonly number[];

const versionByte = 0x90;

export function specify(fdc: FdcState, [, first = 0, second = 0]: Bytes): number[] {
  fdc.specify = {
    srt: first >> 4,
    hut: first & 15,
    hlt: second >> 1,
    nonDma: (second & 1) !== 0,
  };
  return [];
}

export function configure(fdc: FdcState, [, , byte = 0, pretrack = 0]: Bytes): number[] {
  fdc.config = { byte: byte & 0x7f, pretrack };
  return [];
}

export function perpendicularMode(fdc: FdcState, [, byte = 0]: Bytes): number[] {
  const overwrite = (byte & 0x80) !== 0;
  fdc.perpendicular = {
    drives: overwrite ? (byte >> 2) & 15 : fdc.perpendicular.drives,
    gap: (byte & 2) !== 0,
    wgate: (byte & 1) !== 0,
  };
  return [];
}

export function lock(fdc: FdcState, [opcode = 0]: Bytes): number[] {
  fdc.lock = (opcode & 0x80) !== 0;
  return [fdc.lock ? 0x10 : 0];
}

export function version(): number[] {
  return [versionByte];
}

export function dumpRegisters(fdc: FdcState): number[] {
  const { specify: times, config, perpendicular } = fdc;
  const gapAndGate = (perpendicular.gap ? 2 : 0) | (perpendicular.wgate ? 1 : 0);
  return [
    ...fdc.pcn,
    (times.srt << 4) | times.hut,
    (times.hlt << 1) | (times.nonDma ? 1 : 0),
    fdc.lastSectorCount,
    (fdc.lock ? 0x80 : 0) | (perpendicular.drives << 2) | gapAndGate,
    config.byte,
    config.pretrack,
  ];
}

export function senseDriveStatus(fdc: FdcState, [, hd = 0]: Bytes): number[] {
  const drive = fdc.drives[hd & 3]!;
  const protect = drive.writeProtected ? St3.writeProtected : 0;
  const zero = drive.atTrackZero ? St3.trackZero : 0;
  return [protect | St3.alwaysOne | zero | (hd & 7)];
}

/** One drive's news at a time, lowest drive first; the single byte 80 when there is none. */
export function senseInterruptStatus(fdc: FdcState): number[] {
  fdc.resetInterrupt = false;
  for (let drive = 0; drive < driveCount; drive++) {
    const status = fdc.pending[drive];
    if (status === undefined) continue;
    fdc.pending[drive] = undefined;
    fdc.seeking &= ~(1 << drive);
    return [status, fdc.pcn[drive]!];
  }
  return [St0.invalid];
}
