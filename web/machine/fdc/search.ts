/**
 * Getting the head over a sector: rotation, head load, implied seek, and the search for an ID.
 *
 * Without index pulses (no disk, motor off, no drive) the chip waits for ever; only a reset, or a
 * disk that begins to turn, gets it on. Every wait here starts over if the disk changed meanwhile.
 *
 *   untilTurning(fdc, drive)          waits for index pulses
 *   approach(fdc, command, cylinder)  rotation, head load, implied seek; was there a seek?
 *   readableTrack(fdc, ...)           what the chip can decode at its rate and mode
 *   findSector(fdc, command, ...)     the sector of this ID, or the status of not finding it
 *
 * Source: 82077AA datasheet, "READ DATA" (ID search, two index pulses), "CONFIGURE" (EIS),
 * "PERPENDICULAR MODE"; the lock-up note in "Data Transfer Commands".
 */
import type { Drive } from './drive.ts';
import type { Waiting } from './host.ts';
import { St1, St2 } from './registers.ts';
import type { DataCommand } from './results.ts';
import { misstep, stepOnce } from './seek.ts';
import { Config, type FdcState } from './state.ts';
import type { Chrn, Sector, Track } from './track.ts';

export interface Failure {
  st1: number;
  st2: number;
}

export type Found =
  { sector: Sector; failure?: undefined } | { sector?: undefined; failure: Failure };

const missingMark: Failure = { st1: St1.missingMark, st2: 0 };
const badId: Failure = { st1: St1.dataError, st2: 0 };
const elsewhere: Failure = { st1: St1.noData, st2: St2.wrongCylinder };

export function* untilTurning(fdc: FdcState, drive: number): Waiting<void> {
  for (;;) {
    const wait = fdc.drives[drive]!.untilTurning();
    if (wait === 0) return;
    yield wait;
  }
}

/** Without index pulses nothing but a reset ends a command. */
function* forReset(): Waiting<void> {
  for (;;) yield Infinity;
}

export function* approach(fdc: FdcState, drive: number, cylinder?: number): Waiting<boolean> {
  if (fdc.faults.indexLost(drive)) yield* forReset();
  yield* untilTurning(fdc, drive);
  yield* loadHead(fdc, drive);
  const implied = (fdc.config.byte & Config.impliedSeek) !== 0;
  if (!implied || cylinder === undefined || cylinder === fdc.pcn[drive]) return false;
  const steps = cylinder - fdc.pcn[drive]!;
  yield fdc.timing.stepping(Math.abs(steps), fdc.specify.srt, fdc.rate);
  for (let i = 0; i < Math.abs(steps); i++) stepOnce(fdc, drive, steps > 0 ? 1 : -1);
  misstep(fdc, drive);
  fdc.pcn[drive] = cylinder;
  yield fdc.timing.settle();
  return true;
}

function* loadHead(fdc: FdcState, drive: number): Waiting<void> {
  const loaded = fdc.head.drive === drive && fdc.clock.now < fdc.head.until;
  if (!loaded) yield fdc.timing.headLoad(fdc.specify.hlt, fdc.rate);
  fdc.head = { drive, until: Infinity };
}

/** Perpendicular recording is a matter of 1M bit/s tracks; elsewhere its gaps hide the data. */
function perpendicularFits(fdc: FdcState, drive: number, trackRate: number): boolean {
  const { drives, gap, wgate } = fdc.perpendicular;
  const forced = gap && wgate;
  if (trackRate !== 3) return !forced;
  return forced || (!gap && !wgate && (drives & (1 << drive)) !== 0);
}

export function readableTrack(
  fdc: FdcState,
  drive: number,
  head: number,
  mfm: boolean,
): Track | undefined {
  const track = fdc.drives[drive]!.track(head);
  if (!track || track.sectors.length === 0 || track.mfm !== mfm) return undefined;
  if (fdc.drives[drive]!.controllerRate(track.rate) !== fdc.rate) return undefined;
  return perpendicularFits(fdc, drive, track.rate) ? track : undefined;
}

/** Waits, and says whether the same disk was turning all the time. */
export function* waitTurning(fdc: FdcState, drive: number, wait: number): Waiting<boolean> {
  const before = fdc.drives[drive]!.medium;
  yield wait;
  return fdc.drives[drive]!.untilTurning() === 0 && fdc.drives[drive]!.medium === before;
}

export function* findSector(
  fdc: FdcState,
  command: DataCommand,
  head: number,
  id: Readonly<Chrn>,
): Waiting<Found> {
  const drive = fdc.drives[command.drive]!;
  for (;;) {
    yield* untilTurning(fdc, command.drive);
    const track = readableTrack(fdc, command.drive, head, command.mfm);
    const sector = track && nextWith(fdc, drive, track, id);
    const fault = sector && fdc.faults.idFault(command.drive, lbaOf(sector));
    const found = fault && fault !== 'badId' ? undefined : sector;
    const { now } = fdc.clock;
    const wait = found
      ? fdc.timing.untilAngle(now, drive.rpm, found.start)
      : fdc.timing.twoIndexPulses(now, drive.rpm);
    if (!(yield* waitTurning(fdc, command.drive, wait))) continue;
    if (!track) return { failure: missingMark };
    if (found) return found.badId || fault ? { failure: badId } : { sector: found };
    return { failure: fault === 'wrongCylinder' ? elsewhere : notAmong(track, id) };
  }
}

/** Of several with the same ID the one that comes first. */
function nextWith(
  fdc: FdcState,
  { rpm }: Drive,
  track: Track,
  id: Readonly<Chrn>,
): Sector | undefined {
  let best: Sector | undefined;
  const wait = (one: Sector) => fdc.timing.untilAngle(fdc.clock.now, rpm, one.start);
  for (const one of track.sectors) {
    if (!sameId(one.id, id)) continue;
    if (!best || wait(one) < wait(best)) best = one;
  }
  return best;
}

function sameId(a: Readonly<Chrn>, b: Readonly<Chrn>): boolean {
  return a.c === b.c && a.h === b.h && a.r === b.r && a.n === b.n;
}

/** What cannot be read of an ID tells nothing. */
function notAmong(track: Track, id: Readonly<Chrn>): Failure {
  const others = track.sectors.filter((sector) => sector.id.c !== id.c && !sector.badId);
  const wrong = others.length > 0 ? St2.wrongCylinder : 0;
  const bad = others.some((sector) => sector.id.c === 0xff) ? St2.badCylinder : 0;
  return { st1: St1.noData, st2: wrong | bad };
}

/** Where the sector is on a disk as its format has it; -1: the image has no place for it. */
export function lbaOf(sector: Sector): number {
  return sector.offset === undefined ? -1 : sector.offset / sector.data.length;
}
