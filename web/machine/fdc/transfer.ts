/**
 * READ DATA, READ DELETED DATA, WRITE DATA, WRITE DELETED DATA.
 *
 * A sector's data reach the host before its CRC is known: a bad sector is handed over and then
 * reported. When TC comes inside a sector, the rest of it is still checked (read) or filled with
 * zeros (write). A host that is too slow makes an overrun: a sector begun is completed with zeros.
 * A sector whose writing the door or a reset ends is torn: half of it new, its CRC wrong.
 *
 *   readData(fdc, command, deleted)     disk to host
 *   writeData(fdc, command, deleted)    host to disk
 *
 * Source: 82077AA datasheet, "READ DATA" .. "WRITE DELETED DATA"; status encoding.
 * Deviation: a sector for which the host gave not one byte is left as it was.
 */
import type { Waiting } from './host.ts';
import type { Sector } from './medium.ts';
import { St0, St1, St2 } from './registers.ts';
import type { DataCommand, Ending } from './results.ts';
import { approach, untilTurning } from './search.ts';
import type { FdcState } from './state.ts';
import { walkSectors, type Step } from './walk.ts';

const go: Step = { st1: 0, st2: 0, then: 'go' };
const done: Step = { st1: 0, st2: 0, then: 'done' };
const overrun: Step = { st1: St1.overrun, st2: 0, then: 'fail' };
const dataError: Step = { st1: St1.dataError, st2: St2.dataError, then: 'fail' };

/** Bytes of a sector that go to or come from the host: DTL counts for 128-byte sectors alone. */
function hostLength(command: DataCommand, sector: Sector): number {
  return command.id.n === 0 ? Math.min(command.dtl, sector.data.length) : sector.data.length;
}

/** Where the sector is on a disk as its format has it; -1: the image has no place for it. */
function lbaOf(sector: Sector): number {
  return sector.offset === undefined ? -1 : sector.offset / sector.data.length;
}

/** Lets a sector pass under the head; false if the door opened in its middle. */
export function* passSector(fdc: FdcState, drive: number, by?: 'door' | 'hang'): Waiting<boolean> {
  const opened = fdc.faults.doorOpensNow(drive) || by === 'door';
  const unit = fdc.drives[drive]!;
  const medium = unit.medium;
  const count = medium?.media.sectors ?? 1;
  while (by === 'hang') yield Infinity;
  yield fdc.timing.sectorTime(unit.rpm, count) * (opened ? 0.5 : 1);
  if (opened) unit.remove();
  return unit.medium !== undefined && unit.medium === medium;
}

/** A disk went away under the head: no end before a disk turns again, and then a broken sector. */
export function* tornAway(fdc: FdcState, drive: number): Waiting<Step> {
  yield* untilTurning(fdc, drive);
  return dataError;
}

export function crcFails(fdc: FdcState, drive: number, sector: Sector): boolean {
  return fdc.faults.hitsBadSector(drive, lbaOf(sector)) || sector.badCrc;
}

export function readData(fdc: FdcState, command: DataCommand, deleted: boolean): Waiting<Ending> {
  return walkSectors(fdc, command, (sector) => readSector(fdc, command, sector, deleted), 'error');
}

function* readSector(
  fdc: FdcState,
  command: DataCommand,
  sector: Sector,
  deleted: boolean,
): Waiting<Step> {
  const { drive } = command;
  const otherMark = sector.deleted !== deleted;
  if (otherMark && command.skip) {
    if (!(yield* passSector(fdc, drive))) return yield* tornAway(fdc, drive);
    return { st1: 0, st2: St2.controlMark, then: 'go' };
  }
  const whole = yield* passSector(fdc, drive);
  const length = hostLength(command, sector) >> (whole ? 0 : 1);
  const burst = yield* fdc.host.toHost(sector.data.slice(0, length));
  if (!whole) return yield* tornAway(fdc, drive);
  const mark = otherMark ? St2.controlMark : 0;
  if (crcFails(fdc, drive, sector)) return { ...dataError, st2: dataError.st2 | mark };
  if (burst.moved < length && !burst.tc) return overrun;
  if (otherMark) return { st1: 0, st2: mark, then: 'here' };
  return burst.tc ? done : go;
}

export function* writeData(fdc: FdcState, command: DataCommand, deleted: boolean): Waiting<Ending> {
  yield* untilTurning(fdc, command.drive);
  if (fdc.drives[command.drive]!.writeProtected) return yield* refuse(fdc, command);
  const step = (sector: Sector) => writeSector(fdc, command, sector, deleted);
  return yield* walkSectors(fdc, command, step, 'error');
}

function* refuse(fdc: FdcState, command: DataCommand): Waiting<Ending> {
  const sought = yield* approach(fdc, command.drive, command.id.c);
  const { id, head } = command;
  return { ic: St0.abnormal, st1: St1.notWritable, st2: 0, id, head, sought };
}

function* writeSector(
  fdc: FdcState,
  command: DataCommand,
  sector: Sector,
  deleted: boolean,
): Waiting<Step> {
  const { drive } = command;
  const incoming = new Uint8Array(sector.data.length);
  const length = hostLength(command, sector);
  const medium = fdc.drives[drive]!.medium;
  const burst = yield* fdc.host.fromHost(incoming.subarray(0, length));
  if (fdc.drives[drive]!.medium !== medium) return yield* tornAway(fdc, drive);
  if (burst.moved === 0 && length > 0) return overrun;
  let whole = false;
  try {
    whole = yield* passSector(fdc, drive, fdc.faults.tears(drive, lbaOf(sector)));
  } finally {
    // A reset ends it here, too.
    sector.data.set(incoming.subarray(0, whole ? incoming.length : incoming.length >> 1));
    sector.deleted = deleted;
    sector.badCrc = !whole;
    fdc.wrote(drive, sector);
  }
  if (!whole) return yield* tornAway(fdc, drive);
  if (burst.tc) return done;
  return burst.moved < length ? overrun : go;
}
