/**
 * READ TRACK and READ ID: commands that take sectors as they come round.
 *
 * READ TRACK starts at the index hole and reads EOT sectors in their physical order. It ignores R,
 * and goes on over IDs that are not the expected ones (ND) and over bad CRCs (DE, DD). READ ID
 * returns the next ID field.
 *
 * Source: 82077AA datasheet, "READ TRACK", "READ ID".
 */
import type { Waiting } from './host.ts';
import { St0, St1, St2 } from './registers.ts';
import { advance, type DataCommand, type Ending } from './results.ts';
import { approach, readableTrack, untilTurning, waitTurning } from './search.ts';
import { look, missingData, passSector } from './sector.ts';
import { type FdcState, hadSector, Way } from './state.ts';
import { sizeOf, type Chrn, type Sector, type Track } from './track.ts';

/** ST1 and ST2 of a sector whose data are bad. */
const bad = St1.dataError | (St2.dataError << 8);

/** How much of a sector its ID field is, roughly. */
const idShare = 0.05;

export function* readTrack(fdc: FdcState, command: DataCommand): Waiting<Ending> {
  const { drive, head, eot } = command;
  const sought = yield* approach(fdc, drive, command.id.c);
  const track = yield* arrive(fdc, command, 0);
  const id: Chrn = { ...command.id, r: 1 };
  if (!track) return missing(command, sought);
  const flags = { st1: 0, st2: 0 };
  for (let i = 0; i < eot; i++) {
    const sector = track.sectors[i % track.sectors.length]!;
    id.r = (i + 1) & 0xff;
    const { c, h, r, n } = sector.id;
    if (c !== id.c || h !== id.h || r !== id.r || n !== id.n) flags.st1 |= St1.noData;
    yield* reach(fdc, drive, sector, i > 0);
    const seen = look(fdc, drive, sector);
    if (seen.noData) return { ic: St0.abnormal, ...missingData, id, head, sought };
    if (sector.badId) flags.st1 |= St1.dataError;
    if (seen.deleted) flags.st2 |= St2.controlMark;
    if (!(yield* passSector(fdc, drive, sector))) yield* untilTurning(fdc, drive);
    const data = new Uint8Array(sizeOf(id.n));
    data.set((seen.garbled ?? sector.data).subarray(0, data.length));
    const burst = yield* fdc.host.toHost(data);
    hadSector(fdc, drive, head, sector.id, Way.read, seen.badCrc ? bad : 0);
    if (seen.badCrc) {
      flags.st1 |= St1.dataError;
      flags.st2 |= St2.dataError;
    }
    if (burst.tc) break;
    if (burst.moved < data.length) {
      flags.st1 |= St1.overrun;
      break;
    }
  }
  const ic = flags.st1 ? St0.abnormal : St0.normal;
  return { ic, ...flags, id: advance(id, eot, false), head, sought };
}

/** Waits for the gap between two sectors to pass. */
function* reach(fdc: FdcState, drive: number, sector: Sector, wait: boolean): Waiting<void> {
  const { rpm } = fdc.drives[drive]!;
  if (wait) yield fdc.timing.untilAngle(fdc.clock.now, rpm, sector.start);
}

/** Drive and head are those of the HD byte; MFM is the only option. IDs with a bad CRC pass by. */
export function* readId(fdc: FdcState, command: DataCommand): Waiting<Ending> {
  const { drive, head } = command;
  yield* approach(fdc, drive);
  const track = yield* arrive(fdc, command, undefined);
  if (!track) return missing(command, false);
  const unit = fdc.drives[drive]!;
  const at = nextIndex(fdc, command, track);
  if (at === undefined) return { ...missing(command, false), st1: St1.noData };
  const { id, span } = track.sectors[at]!;
  unit.idsSeen = at + 1;
  fdc.signals.reads++;
  unit.passed('reads');
  hadSector(fdc, drive, head, id, Way.id, 0);
  // The field has to pass, or the next READ ID would find the same one.
  yield fdc.timing.passing(unit.rpm, span) * idShare;
  return { ic: St0.normal, st1: 0, st2: 0, id, head };
}

/** The next ID that can be read: by the angle, or in no time at all the one after the last. */
function nextIndex(fdc: FdcState, command: DataCommand, track: Track): number | undefined {
  const count = track.sectors.length;
  const unit = fdc.drives[command.drive]!;
  const wait = (at: number) =>
    fdc.timing.untilAngle(fdc.clock.now, unit.rpm, track.sectors[at]!.start);
  let best: number | undefined;
  for (let i = 0; i < count; i++) {
    const at = (unit.idsSeen + i) % count;
    if (track.sectors[at]!.badId) continue;
    if (best === undefined || wait(at) < wait(best)) best = at;
  }
  return best;
}

/** The track, with the head at sector `index`, or at any; undefined after two fruitless turns. */
function* arrive(
  fdc: FdcState,
  command: DataCommand,
  index: number | undefined,
): Waiting<Track | undefined> {
  const unit = fdc.drives[command.drive]!;
  for (;;) {
    yield* untilTurning(fdc, command.drive);
    const track = readableTrack(fdc, command.drive, command.head, command.mfm);
    const { now } = fdc.clock;
    const at = index ?? (track && nextIndex(fdc, command, track));
    const wait =
      track && at !== undefined
        ? fdc.timing.untilAngle(now, unit.rpm, track.sectors[at]!.start)
        : fdc.timing.twoIndexPulses(now, unit.rpm);
    if (yield* waitTurning(fdc, command.drive, wait)) return track;
  }
}

function missing(command: DataCommand, sought: boolean): Ending {
  const { id, head } = command;
  return { ic: St0.abnormal, st1: St1.missingMark, st2: 0, id, head, sought };
}
