/**
 * From sector to sector: the loop that READ, WRITE and VERIFY have in common.
 *
 * One step of the loop finds the wanted ID and lets the command do its work on that sector. What
 * ends the loop: the host (TC), an error, a data mark of the other kind, or the last sector (EOT).
 * Multi-track goes on from the last sector under head 0 to sector 1 under head 1, and never steps.
 *
 *   walkSectors(fdc, command, way, step, atEot)
 *
 * Source: 82077AA datasheet, "READ DATA", "Multi-Track Read", result-phase table.
 */
import type { Waiting } from './host.ts';
import { St0, St1 } from './registers.ts';
import { advance, type DataCommand, type Ending } from './results.ts';
import { approach, findSector } from './search.ts';
import { type FdcState, hadSector } from './state.ts';
import type { Chrn, Sector } from './track.ts';

export interface Step {
  st1: number;
  st2: number;
  /** `go`: next sector; `done`: ends well, past this sector; `here`: ends well, at this sector. */
  then: 'go' | 'done' | 'here' | 'fail';
}

export type StepFunction = (sector: Sector) => Waiting<Step>;

/** `atEot`: whether to run past the last sector is an error (no TC came) or the natural end. */
export function* walkSectors(
  fdc: FdcState,
  command: DataCommand,
  way: number,
  step: StepFunction,
  atEot: 'error' | 'end',
): Waiting<Ending> {
  const sought = yield* approach(fdc, command.drive, command.id.c);
  let head = command.head;
  let id: Chrn = { ...command.id };
  let marks = 0;
  const end = (ic: number, st1: number, st2: number, at: Chrn): Ending => {
    return { ic, st1, st2: st2 | marks, id: at, head, sought };
  };
  for (;;) {
    const found = yield* findSector(fdc, command, head, id);
    const did = found.failure ? { ...found.failure, then: 'fail' } : yield* step(found.sector);
    hadSector(fdc, command.drive, head, id, way, did.st1 | (did.st2 << 8));
    if (did.then === 'fail') return end(St0.abnormal, did.st1, did.st2, id);
    marks |= did.st2;
    const next = advance(id, command.eot, command.multiTrack);
    if (did.then === 'here') return end(St0.normal, 0, 0, id);
    if (did.then === 'done') return end(St0.normal, 0, 0, next);
    if (id.r === command.eot) {
      if (!command.multiTrack || head === 1) {
        const failed = atEot === 'error';
        const ic = failed ? St0.abnormal : St0.normal;
        return end(ic, failed ? St1.endOfCylinder : 0, 0, next);
      }
      head = 1;
    }
    id = next;
  }
}
