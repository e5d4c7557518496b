/**
 * The seven result bytes of a data command: ST0 ST1 ST2 C H R N.
 *
 *   DataCommand, parseDataCommand     the eight parameters, decoded
 *   Ending                            how an execution phase ended
 *   resultBytes(command, ending)      the bytes that the host reads
 *   advance(id, eot, multiTrack)      the ID that follows the last one transferred
 *
 * Source: 82077AA datasheet, "Data Transfer Commands", tables of the result phase; status encoding.
 */
import { St0 } from './registers.ts';
import type { Chrn } from './track.ts';

export interface DataCommand {
  readonly drive: number;
  readonly head: number;
  readonly multiTrack: boolean;
  readonly mfm: boolean;
  readonly skip: boolean;
  /** VERIFY only: the last parameter counts sectors. */
  readonly enableCount: boolean;
  readonly id: Readonly<Chrn>;
  readonly eot: number;
  /** The last parameter: bytes of a 128-byte sector (DTL), or VERIFY's sector count. */
  readonly dtl: number;
}

/** The command's bytes: opcode, HD, C, H, R, N, EOT, GPL, DTL. */
export function parseDataCommand(bytes: readonly number[]): DataCommand {
  const [opcode = 0, hd = 0, c = 0, h = 0, r = 0, n = 0, eot = 0, , dtl = 0] = bytes;
  return {
    drive: hd & 3,
    head: (hd >> 2) & 1,
    multiTrack: (opcode & 0x80) !== 0,
    mfm: (opcode & 0x40) !== 0,
    skip: (opcode & 0x20) !== 0,
    enableCount: (hd & 0x80) !== 0,
    id: { c, h, r, n },
    eot,
    dtl,
  };
}

export interface Ending {
  /** IC bits: St0.normal or St0.abnormal. */
  ic: number;
  st1: number;
  st2: number;
  id: Readonly<Chrn>;
  /** The head that was selected last. */
  head: number;
  /** An implied seek was done. */
  sought?: boolean;
}

export function resultBytes(drive: number, ending: Ending): number[] {
  const seekEnd = ending.sought ? St0.seekEnd : 0;
  const st0 = ending.ic | seekEnd | (ending.head << St0.headShift) | drive;
  const { c, h, r, n } = ending.id;
  return [st0, ending.st1, ending.st2, c, h, r, n];
}

export function advance(id: Readonly<Chrn>, eot: number, multiTrack: boolean): Chrn {
  if (id.r !== eot) return { ...id, r: (id.r + 1) & 0xff };
  if (!multiTrack) return { ...id, c: (id.c + 1) & 0xff, r: 1 };
  const onHeadZero = (id.h & 1) === 0;
  return { ...id, c: onHeadZero ? id.c : (id.c + 1) & 0xff, h: id.h ^ 1, r: 1 };
}
