/**
 * WdmSetTimer: the one timer of a driver, which rings its doorbell with BELL_TIMER.
 *
 * The earliest due time wins: setting a later one while one is pending changes nothing, since the
 * driver sets again when it has been
 * rung. A due time that has passed rings at once.
 */
import { BELL_TIMER } from '../../rtl/layout.ts';
import * as Status from '../../rtl/ntstatus.ts';
import type { HalNeeds } from './needs.ts';
import type { Timer } from '../ke/types.ts';
import type { Process } from '../ps/types.ts';

export function registerTimers(executive: HalNeeds): void {
  const { ke } = executive;
  const pending = new WeakMap<Process, { due: number; timer: Timer }>();

  ke.register('WdmSetTimer', ({ process }, { due }) => {
    const known = pending.get(process);
    if (known && known.due <= due) return { status: Status.STATUS_SUCCESS };
    known?.timer.cancel();
    if (known) process.rundown.delete(known.timer.cancel);
    const timer = ke.after(due - ke.now(), () => {
      pending.delete(process);
      process.rundown.delete(timer.cancel);
      process.driver?.ring(BELL_TIMER);
    });
    process.rundown.add(timer.cancel);
    pending.set(process, { due, timer });
    return { status: Status.STATUS_SUCCESS };
  });
}
