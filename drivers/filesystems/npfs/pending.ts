/**
 * IRPs that wait in a queue of a pipe.
 *
 *   settled(irp, withdraw)   what a dispatch routine ends with: the IRP has been completed, or it
 *                            waits, and `withdraw` takes it out of its queue and completes it
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  IoMarkIrpPending,
  IoSetCancelRoutine,
  type Irp,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';

export function settled(irp: Irp, withdraw: () => void): NTSTATUS {
  if (irp.completed) return irp.ioStatus.status;
  IoMarkIrpPending(irp);
  if (irp.cancel) withdraw();
  else IoSetCancelRoutine(irp, withdraw);
  return Status.STATUS_PENDING;
}
