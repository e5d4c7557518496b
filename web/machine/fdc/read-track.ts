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
import type { Chrn, Track } from './medium.ts';
import { St0, St1, St2 } from './registers.ts';
import { advance, type DataCommand, type Ending } from './results.ts';
import { approach, readableTrack, untilTurning, waitTurning } from './search.ts';
import type { FdcState } from './state.ts';
import { crcFails, passSector } from './transfer.ts';

/** How much of a sector its ID field is, roughly. */
const idShare = 0.1;

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
    if (sector.deleted) flags.st2 |= St2.controlMark;
    if (!(yield* passSector(fdc, drive))) yield* untilTurning(fdc, drive);
    const data = new Uint8Array(128 << Math.min(id.n, 7));
    data.set(sector.data.subarray(0, data.length));
    const burst = yield* fdc.host.toHost(data);
    if (crcFails(fdc, drive, sector)) {
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

/** Drive and head are those of the HD byte; MFM is the only option. */
export function* readId(fdc: FdcState, command: DataCommand): Waiting<Ending> {
  const { drive, head } = command;
  yield* approach(fdc, drive);
  const track = yield* arrive(fdc, command, undefined);
  if (!track) return missing(command, false);
  const unit = fdc.drives[drive]!;
  const { id } = track.sectors[nextIndex(fdc, command, track)]!;
  unit.idsSeen++;
  // The field has to pass, or the next READ ID would find the same one.
  yield fdc.timing.sectorTime(unit.rpm, track.sectors.length) * idShare;
  return { ic: St0.normal, st1: 0, st2: 0, id, head };
}

function nextIndex(fdc: FdcState, command: DataCommand, track: Track): number {
  const count = track.sectors.length;
  const unit = fdc.drives[command.drive]!;
  let best = unit.idsSeen % count;
  for (let i = 0; i < count; i++) {
    const wait = (at: number) => fdc.timing.untilSector(fdc.clock.now, unit.rpm, at, count);
    if (wait(i) < wait(best)) best = i;
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
    const count = track?.sectors.length ?? 1;
    const at = index ?? (track ? nextIndex(fdc, command, track) : 0);
    const wait = track
      ? fdc.timing.untilSector(now, unit.rpm, at, count)
      : fdc.timing.twoIndexPulses(now, unit.rpm);
    if (yield* waitTurning(fdc, command.drive, wait)) return track;
  }
}

function missing(command: DataCommand, sought: boolean): Ending {
  const { id, head } = command;
  return { ic: St0.abnormal, st1: St1.missingMark, st2: 0, id, head, sought };
}
