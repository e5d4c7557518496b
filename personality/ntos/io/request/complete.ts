/**
 * Completion: from the device that did the work up to the requestor.
 *
 *   completeIrp(io, irp, status, ...)   by the driver of the current location, or its death. The
 *                                       next one above that wants to hear of it holds the IRP then;
 *                                       where none does, the IRP is done
 */
import * as Status from '../../../rtl/ntstatus.ts';
import type { IoContext } from '../context.ts';
import type { Irp } from './irp.ts';
import { post } from './post.ts';
import { unlockUserBuffers } from './userbuffers.ts';
import { irpBack } from './watched.ts';

export function completeIrp(
  io: IoContext,
  irp: Irp,
  status: number,
  information = 0,
  result: Irp['result'] = {},
): void {
  if (irp.state === 'done') return;
  setOutcome(irp, status, information, result);
  leave(io, irp);
  for (let above = irp.current; above; above = irp.current) {
    const { driver } = above.device;
    driver.passed.delete(above.id);
    if (!driver.dead) {
      irp.state = 'held';
      irp.since = io.executive.ke.now();
      driver.held.set(above.id, irp);
      if (!irp.patient) io.timed.add(irp);
      if (irp.number !== 0) irpBack(io, irp);
      post(driver, { kind: 'lowerDone', id: above.id, irp });
      return;
    }
    // What it would have done with the data was not done.
    setOutcome(irp, Status.STATUS_DRIVER_PROCESS_TERMINATED, 0, {});
    irp.stack.pop();
  }
  irp.state = 'done';
  if (irp.status === Status.STATUS_CANCELLED) io.cancellations.value++;
  if (irp.number !== 0)
    io.executive.watch.mark('irp.done', irp.status, irp.information, irp.number);
  irp.mdl?.release();
  irp.onDone?.(irp);
  irp.done.set();
}

function setOutcome(irp: Irp, status: number, information: number, result: Irp['result']): void {
  // STATUS_PENDING is no answer.
  irp.status = status === Status.STATUS_PENDING ? Status.STATUS_UNSUCCESSFUL : status >>> 0;
  irp.information = information;
  irp.result = result;
}

/** The driver of the current location has it no more. */
function leave(io: IoContext, irp: Irp): void {
  const location = irp.stack.pop();
  if (location) {
    location.device.progress = io.executive.ke.now();
    const { driver } = location.device;
    driver.held.delete(location.id);
    if (driver.process) {
      irp.mdl?.unmap(driver.process);
      unlockUserBuffers(io, irp, driver.process);
    }
  }
  io.timed.delete(irp);
}
