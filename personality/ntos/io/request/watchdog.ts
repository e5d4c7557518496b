/**
 * The watchdog: a driver that does not answer is ended.
 *
 * An IRP is overdue when it has waited for `irpTimeout` and its device has completed nothing in all
 * that time; or, however busy the device seems, after PATIENCE times that. Its driver process is
 * then terminated, which completes all its IRPs (death.ts).
 */
import * as Status from '../../../rtl/ntstatus.ts';
import type { Irp } from './irp.ts';
import type { IoContext } from '../context.ts';

const PATIENCE = 4;
const SHORTEST_PAUSE = 1000;

function dueTime(irp: Irp, timeout: number): number {
  const idle = Math.max(irp.since, irp.current?.device.progress ?? 0) + timeout;
  return Math.min(idle, irp.since + PATIENCE * timeout);
}

/** Runs for ever; a coroutine of its own. */
export async function watchdog(io: IoContext): Promise<never> {
  const { ke, ps, options } = io.executive;
  for (;;) {
    const { irp, due } = nextDue(io, options.irpTimeout);
    if (!irp) {
      await io.watch.wait();
      continue;
    }
    const left = due - ke.now();
    if (left > 0) {
      await io.watch.wait(Math.max(left, SHORTEST_PAUSE));
      continue;
    }
    io.timed.delete(irp);
    const driver = irp.current?.device.driver;
    if (!driver?.process) continue;
    ke.log(`driver ${driver.name} does not answer ${irp.majorName}: ended`);
    ps.terminate(driver.process, Status.STATUS_IO_TIMEOUT);
  }
}

function nextDue(io: IoContext, timeout: number): { irp: Irp | undefined; due: number } {
  let first: Irp | undefined;
  let due = Infinity;
  for (const irp of io.timed) {
    const time = dueTime(irp, timeout);
    if (time >= due) continue;
    first = irp;
    due = time;
  }
  return { irp: first, due };
}
