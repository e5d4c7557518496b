/** READ of the server end, which may wait, and WRITE of the others, which never do. */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DeviceObject,
  IoCompleteRequest,
  IoMarkIrpPending,
  IoSetCancelRoutine,
  type Irp,
  KeCancelTimer,
  KeInitializeDpc,
  KeInitializeTimer,
  KeSetTimer,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { slotOf, waitsForEver } from './open.ts';
import type { Read } from './slot.ts';

/** 100 ns per microsecond. */
const UNITS = 10;

export function msfsWrite(_device: DeviceObject, irp: Irp<'write'>): NTSTATUS {
  const slot = slotOf(irp as Irp, 'client');
  if (!slot) return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  const { data, length } = irp.parameters;
  // Longer than a packet: no slot takes that.
  if (data.length < length) return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
  const status = slot.send(data);
  return IoCompleteRequest(irp, status, status === Status.STATUS_SUCCESS ? length : 0);
}

export function msfsRead({ driverObject: driver }: DeviceObject, irp: Irp<'read'>): NTSTATUS {
  const slot = slotOf(irp as Irp, 'server');
  if (!slot) return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  const timer = KeInitializeTimer(driver);
  const read: Read = {
    room: irp.parameters.length,
    end(status, data) {
      KeCancelTimer(timer);
      IoCompleteRequest(irp, status, data?.length ?? 0, data && { data });
    },
  };
  if (slot.take(read)) return irp.ioStatus.status;
  if (slot.timeout === 0) return IoCompleteRequest(irp, Status.STATUS_IO_TIMEOUT);
  IoMarkIrpPending(irp as Irp);
  slot.wait(read);
  const giveUp = (status: NTSTATUS) => () => slot.withdraw(read, status);
  const dpc = KeInitializeDpc(driver, giveUp(Status.STATUS_IO_TIMEOUT), undefined);
  if (!waitsForEver(slot.timeout)) KeSetTimer(timer, -slot.timeout / UNITS, dpc);
  IoSetCancelRoutine(irp as Irp, giveUp(Status.STATUS_CANCELLED));
  if (irp.cancel) giveUp(Status.STATUS_CANCELLED)();
  return Status.STATUS_PENDING;
}
