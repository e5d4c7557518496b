/**
 * Associated IRPs: one request split into several, that is done when all of them are.
 *
 *   IoMarkIrpPending(master)
 *   for each part: IoMakeAssociatedIrp(master, below), its next location filled in, IoCallDriver
 *
 * The master is completed when as many parts have ended as were made. Its status is what the driver
 * has put into `master.ioStatus` by then; where that is nothing, the first failure of a part, else
 * success. (NT leaves failures to the parts' completion routines.)
 */
import { IoCompleteRequest } from './io.ts';
import type { IrpBody } from './irp.ts';
import { IoAllocateIrp } from './request.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NT_SUCCESS } from '../rtl/status.ts';
import type { DeviceObject, Irp, NTSTATUS } from './types.ts';

interface Parts {
  left: number;
  failure: NTSTATUS;
  information: number;
}

/** An IRP of the driver's own, for the device below; the master must be one that it holds. */
export function IoMakeAssociatedIrp(master: Irp, device: DeviceObject): Irp {
  if (master.completed) throw new Error('the master IRP is completed');
  const whole = master as IrpBody;
  const parts = (whole.parts ??= { left: 0, failure: Status.STATUS_SUCCESS, information: 0 });
  parts.left++;
  const part = IoAllocateIrp(device) as IrpBody;
  part.onDone = () => partDone(whole, parts, part);
  return part;
}

function partDone(master: IrpBody, parts: Parts, { ioStatus }: IrpBody): void {
  parts.left--;
  parts.information += ioStatus.information;
  if (!NT_SUCCESS(ioStatus.status) && NT_SUCCESS(parts.failure)) parts.failure = ioStatus.status;
  if (parts.left > 0 || master.completed) return;
  const { status, information } = master.ioStatus;
  const set = status !== Status.STATUS_PENDING;
  IoCompleteRequest(
    master as Irp,
    set ? status : parts.failure,
    set ? information : parts.information,
    master.result,
  );
}
