/**
 * One sector as it passes under the head, for the commands that read or write it.
 *
 *   passSector(fdc, drive, sector)    lets it pass; false if the door opened in its middle
 *   tornAway(fdc, drive)              a disk went away under the head
 *   look(fdc, drive, sector)          what comes off the disk: the mark, the bytes, their CRC
 *
 * Source: 82077AA datasheet, "Data Transfer Commands"; status encoding.
 */
import type { Waiting } from './host.ts';
import { St1, St2 } from './registers.ts';
import { lbaOf, untilTurning } from './search.ts';
import type { FdcState } from './state.ts';
import type { Sector } from './track.ts';
import type { Step } from './walk.ts';

export const dataError: Step = { st1: St1.dataError, st2: St2.dataError, then: 'fail' };
export const missingData: Step = { st1: St1.missingMark, st2: St2.missingDataMark, then: 'fail' };

/** How often a weak sector comes out as it was written. */
const luck = 0.25;

export function* passSector(
  fdc: FdcState,
  drive: number,
  sector: Sector,
  by?: 'door' | 'hang',
): Waiting<boolean> {
  const opened = fdc.faults.doorOpensNow(drive) || by === 'door';
  const unit = fdc.drives[drive]!;
  const medium = unit.medium;
  while (by === 'hang') yield Infinity;
  yield fdc.timing.passing(unit.rpm, sector.span) * (opened ? 0.5 : 1);
  if (opened) unit.remove();
  return unit.medium !== undefined && unit.medium === medium;
}

/** No end before a disk turns again, and then a broken sector. */
export function* tornAway(fdc: FdcState, drive: number): Waiting<Step> {
  yield* untilTurning(fdc, drive);
  return dataError;
}

export interface Seen {
  /** No data mark was found: nothing else counts. */
  noData: boolean;
  deleted: boolean;
  badCrc: boolean;
  /** Undefined: the sector's own bytes. */
  garbled?: Uint8Array;
}

export function look(fdc: FdcState, drive: number, sector: Sector): Seen {
  fdc.signals.reads++;
  fdc.drives[drive]!.passed('reads');
  const fault = fdc.faults.dataFault(drive, lbaOf(sector));
  const weak = (sector.weak || fault === 'weak') && fdc.faults.random() >= luck;
  const seen: Seen = {
    noData: sector.noData || fault === 'noData',
    deleted: sector.deleted || fault === 'deleted',
    badCrc: sector.badCrc || fault === 'crc' || weak,
  };
  if (weak) seen.garbled = garble(sector.data, fdc.faults.random());
  return seen;
}

/** Some bits of it come out as chance has it. */
function garble(data: Uint8Array, chance: number): Uint8Array {
  const bytes = data.slice();
  const at = Math.floor(chance * bytes.length);
  bytes[at] = bytes[at]! ^ (1 + (Math.floor(chance * 65536) % 255));
  return bytes;
}
