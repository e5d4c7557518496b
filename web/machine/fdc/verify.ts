/**
 * VERIFY: reads and checks sectors without a host.
 *
 * No data and no TC: the command ends by itself, after SC sectors (EC = 1) or with the last sector
 * (EC = 0). With EC = 1 and fewer sectors left than SC it fails as a read that ran past EOT does.
 *
 * Source: 82077AA datasheet, "VERIFY" and its result-phase table (SC = 0 stands for 256).
 */
import type { Waiting } from './host.ts';
import { St1, St2 } from './registers.ts';
import type { DataCommand, Ending } from './results.ts';
import { look, missingData, passSector, tornAway } from './sector.ts';
import { type FdcState, Way } from './state.ts';
import type { Sector } from './track.ts';
import { walkSectors, type Step } from './walk.ts';

export function verify(fdc: FdcState, command: DataCommand): Waiting<Ending> {
  let left = command.enableCount ? command.dtl || 256 : Infinity;
  const step = function* (sector: Sector): Waiting<Step> {
    const seen = look(fdc, command.drive, sector);
    if (seen.noData) return missingData;
    const whole = yield* passSector(fdc, command.drive, sector);
    if (!whole) return yield* tornAway(fdc, command.drive);
    const mark = seen.deleted ? St2.controlMark : 0;
    if (seen.deleted && command.skip) return { st1: 0, st2: mark, then: 'go' };
    if (seen.badCrc) {
      return { st1: St1.dataError, st2: St2.dataError | mark, then: 'fail' };
    }
    if (seen.deleted) return { st1: 0, st2: mark, then: 'here' };
    left--;
    return { st1: 0, st2: 0, then: left === 0 ? 'done' : 'go' };
  };
  return walkSectors(fdc, command, Way.verify, step, command.enableCount ? 'error' : 'end');
}
