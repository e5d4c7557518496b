/**
 * Cancellation: the requestor of an IRP does not want it any more.
 *
 *   cancelIrp(io, irp)   one that no driver has fetched ends at once, with STATUS_CANCELLED. The
 *                        driver that holds it is told, and completes it: with STATUS_CANCELLED, or
 *                        with what it had done already
 *
 * Nobody may take back the buffer of an IRP before it is done: a transfer may be under way.
 */
import * as Status from '../../../rtl/ntstatus.ts';
import type { IoContext } from '../context.ts';
import { completeIrp } from './complete.ts';
import type { Irp } from './irp.ts';
import { post } from './post.ts';

export function cancelIrp(io: IoContext, irp: Irp): void {
  const { current } = irp;
  if (irp.cancelled || !current) return;
  irp.cancelled = true;
  const { driver } = current.device;
  if (irp.state === 'held') return post(driver, { kind: 'cancel', id: current.id });
  const at = driver.queue.findIndex((notice) => notice.kind === 'request' && notice.irp === irp);
  if (at >= 0) driver.queue.splice(at, 1);
  completeIrp(io, irp, Status.STATUS_CANCELLED);
}
