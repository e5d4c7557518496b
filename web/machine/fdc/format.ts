/**
 * FORMAT TRACK: from index hole to index hole, four ID bytes a sector from the host.
 *
 * The new track replaces what was under the head, whatever it was. Sectors that do not fit into one
 * turn at the data rate are lost, as the write gate closes at the second index pulse.
 *
 *   formatTrack(fdc, bytes)   bytes: opcode, HD, N, SC, GPL, D
 *
 * Source: 82077AA datasheet, "FORMAT TRACK" and its track layout.
 */
import type { Waiting } from './host.ts';
import { St0, St1 } from './registers.ts';
import type { Ending } from './results.ts';
import { approach, waitTurning, untilTurning } from './search.ts';
import { type FdcState, hadSector, wasOpened, Way } from './state.ts';
import type { Chrn } from './track.ts';

export function* formatTrack(fdc: FdcState, bytes: readonly number[]): Waiting<Ending> {
  const [opcode = 0, hd = 0, n = 0, sc = 0, gpl = 0, filler = 0] = bytes;
  const drive = hd & 3;
  const head = (hd >> 2) & 1;
  const unit = fdc.drives[drive]!;
  yield* approach(fdc, drive);
  const last: Chrn = { c: 0, h: 0, r: 0, n };
  const end = (st1: number): Ending => {
    return { ic: st1 ? St0.abnormal : St0.normal, st1, st2: 0, id: last, head };
  };
  if (unit.writeProtected) return end(St1.notWritable);
  const { ids, starved } = yield* collectIds(fdc, sc);
  if (starved && ids.length === 0) return end(St1.overrun);
  yield* turnOnce(fdc, drive);
  if (wasOpened(fdc, drive)) return end(St1.missingMark);
  const opensAt = ids.findIndex(() => fdc.faults.doorOpensNow(drive));
  const done = opensAt < 0 ? ids : ids.slice(0, opensAt);
  const how = { rate: fdc.rate, mfm: (opcode & 0x40) !== 0, gap: gpl };
  const layout = { ids: done, sizeCode: n, filler, ...how };
  for (const sector of unit.formatTrack(head, layout)) {
    hadSector(fdc, drive, head, sector.id, Way.format, 0);
    fdc.wrote(drive, sector, true);
  }
  fdc.signals.writes++;
  unit.passed('writes');
  if (opensAt >= 0) {
    unit.remove();
    yield* untilTurning(fdc, drive);
  }
  return end(starved ? St1.overrun : 0);
}

/** Takes the host's C, H, R, N quads until there are `count`, or TC, or the host is too slow. */
function* collectIds(fdc: FdcState, count: number): Waiting<{ ids: Chrn[]; starved: boolean }> {
  const ids: Chrn[] = [];
  const quad = new Uint8Array(4);
  while (ids.length < count) {
    const burst = yield* fdc.host.fromHost(quad);
    if (burst.moved < quad.length) return { ids, starved: true };
    ids.push({ c: quad[0]!, h: quad[1]!, r: quad[2]!, n: quad[3]! });
    if (burst.tc) break;
  }
  return { ids, starved: false };
}

/** Waits for the index hole and through the turn that follows. */
function* turnOnce(fdc: FdcState, drive: number): Waiting<void> {
  const unit = fdc.drives[drive]!;
  do {
    yield* untilTurning(fdc, drive);
  } while (!(yield* waitTurning(fdc, drive, fdc.timing.twoIndexPulses(fdc.clock.now, unit.rpm))));
}
