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
import { St0, St1, St2 } from './registers.ts';
import type { DataCommand, Ending } from './results.ts';
import { approach, lbaOf, untilTurning } from './search.ts';
import { dataError, look, missingData, passSector, tornAway } from './sector.ts';
import { type FdcState, wasOpened, Way } from './state.ts';
import type { Sector } from './track.ts';
import { walkSectors, type Step } from './walk.ts';

const go: Step = { st1: 0, st2: 0, then: 'go' };
const done: Step = { st1: 0, st2: 0, then: 'done' };
const overrun: Step = { st1: St1.overrun, st2: 0, then: 'fail' };

/** Bytes of a sector that go to or come from the host: DTL counts for 128-byte sectors alone. */
function hostLength(command: DataCommand, sector: Sector): number {
  return command.id.n === 0 ? Math.min(command.dtl, sector.data.length) : sector.data.length;
}

export function readData(fdc: FdcState, command: DataCommand, deleted: boolean): Waiting<Ending> {
  const step = (sector: Sector) => readSector(fdc, command, sector, deleted);
  return walkSectors(fdc, command, Way.read, step, 'error');
}

function* readSector(
  fdc: FdcState,
  command: DataCommand,
  sector: Sector,
  deleted: boolean,
): Waiting<Step> {
  const { drive } = command;
  const seen = look(fdc, drive, sector);
  if (seen.noData) return missingData;
  const otherMark = seen.deleted !== deleted;
  if (otherMark && command.skip) {
    if (!(yield* passSector(fdc, drive, sector))) return yield* tornAway(fdc, drive);
    return { st1: 0, st2: St2.controlMark, then: 'go' };
  }
  const whole = yield* passSector(fdc, drive, sector);
  const length = hostLength(command, sector) >> (whole ? 0 : 1);
  const burst = yield* fdc.host.toHost((seen.garbled ?? sector.data).slice(0, length));
  if (!whole) return yield* tornAway(fdc, drive);
  const mark = otherMark ? St2.controlMark : 0;
  if (seen.badCrc) return { ...dataError, st2: dataError.st2 | mark };
  if (burst.moved < length && !burst.tc) return overrun;
  if (otherMark) return { st1: 0, st2: mark, then: 'here' };
  return burst.tc ? done : go;
}

export function* writeData(fdc: FdcState, command: DataCommand, deleted: boolean): Waiting<Ending> {
  yield* untilTurning(fdc, command.drive);
  if (fdc.drives[command.drive]!.writeProtected) return yield* refuse(fdc, command);
  const step = (sector: Sector) => writeSector(fdc, command, sector, deleted);
  return yield* walkSectors(fdc, command, Way.write, step, 'error');
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
  if (wasOpened(fdc, drive)) return yield* tornAway(fdc, drive);
  const burst = yield* fdc.host.fromHost(incoming.subarray(0, length));
  if (wasOpened(fdc, drive)) return yield* tornAway(fdc, drive);
  if (burst.moved === 0 && length > 0) return overrun;
  let whole = false;
  fdc.signals.writing = true;
  try {
    whole = yield* passSector(fdc, drive, sector, fdc.faults.tears(drive, lbaOf(sector)));
  } finally {
    // A reset ends it here, too.
    fdc.signals.writing = false;
    fdc.signals.writes++;
    fdc.drives[drive]!.passed('writes');
    sector.data.set(incoming.subarray(0, whole ? incoming.length : incoming.length >> 1));
    const marked = mark(sector, deleted, !whole);
    fdc.wrote(drive, sector, marked || sector.offset === undefined);
  }
  if (!whole) return yield* tornAway(fdc, drive);
  if (burst.tc) return done;
  return burst.moved < length ? overrun : go;
}

/** A write makes a new data field; whether that changes what the image alone says of the sector. */
function mark(sector: Sector, deleted: boolean, badCrc: boolean): boolean {
  const same = sector.deleted === deleted && sector.badCrc === badCrc;
  const changed = !same || sector.noData || sector.weak;
  Object.assign(sector, { deleted, badCrc, noData: false, weak: false });
  return changed;
}
