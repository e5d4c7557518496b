/**
 * Cancel-safe queues of IRPs (IoCsq): an IRP in one of them leaves it when its requestor gives up,
 * and is completed then, whatever the driver does meanwhile.
 *
 *   IoCsqInitialize()
 *   IoCsqInsertIrp(queue, irp)    marks it pending, too
 *   IoCsqRemoveNextIrp(queue)     the first; the driver holds it now
 *   IoCsqRemoveIrp(queue, irp)    that one; undefined where it is not in the queue any more
 */
import * as Status from '../rtl/ntstatus.ts';
import { IoCompleteRequest, IoMarkIrpPending, IoSetCancelRoutine } from './io.ts';
import type { Irp } from './types.ts';

export interface IoCsq {
  readonly irps: Irp[];
}

export function IoCsqInitialize(): IoCsq {
  return { irps: [] };
}

export function IoCsqInsertIrp(queue: IoCsq, irp: Irp): void {
  IoMarkIrpPending(irp);
  if (irp.cancel) {
    IoCompleteRequest(irp, Status.STATUS_CANCELLED);
    return;
  }
  queue.irps.push(irp);
  IoSetCancelRoutine(irp, () => {
    if (IoCsqRemoveIrp(queue, irp)) IoCompleteRequest(irp, Status.STATUS_CANCELLED);
  });
}

export function IoCsqRemoveNextIrp(queue: IoCsq): Irp | undefined {
  const irp = queue.irps.shift();
  if (irp) IoSetCancelRoutine(irp, undefined);
  return irp;
}

export function IoCsqRemoveIrp(queue: IoCsq, irp: Irp): Irp | undefined {
  const at = queue.irps.indexOf(irp);
  if (at < 0) return undefined;
  queue.irps.splice(at, 1);
  IoSetCancelRoutine(irp, undefined);
  return irp;
}
