/** What is known of a slot, its time-out, and a look at the next message: for the server end. */
import { decodeLarge } from '../../../personality/rtl/information.ts';
import {
  encodeMailslot,
  encodeMailslotPeek,
  FileMailslotQueryInformation,
  FileMailslotSetInformation,
  FSCTL_MAILSLOT_PEEK,
} from '../../../personality/rtl/pipes.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import {
  type DeviceObject,
  IoCompleteRequest,
  type Irp,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { slotOf } from './open.ts';

export function msfsQuery(_device: DeviceObject, irp: Irp<'query_information'>): NTSTATUS {
  const slot = slotOf(irp as Irp, 'server');
  if (!slot) return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  if (irp.parameters.class !== FileMailslotQueryInformation)
    return IoCompleteRequest(irp, Status.STATUS_INVALID_INFO_CLASS);
  const data = encodeMailslot(slot);
  if (data.length > irp.parameters.length)
    return IoCompleteRequest(irp, Status.STATUS_INFO_LENGTH_MISMATCH);
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS, data.length, { data });
}

/** The structure is the time-out itself. Reads that wait keep theirs. */
export function msfsSet(_device: DeviceObject, irp: Irp<'set_information'>): NTSTATUS {
  const slot = slotOf(irp as Irp, 'server');
  if (!slot) return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  if (irp.parameters.class !== FileMailslotSetInformation)
    return IoCompleteRequest(irp, Status.STATUS_INVALID_INFO_CLASS);
  try {
    const timeout = decodeLarge(irp.parameters.data);
    if (timeout > 0) return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
    slot.timeout = timeout;
    return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
  } catch (error) {
    if (error instanceof NtException) return IoCompleteRequest(irp, error.status);
    throw error;
  }
}

export function msfsControl(_device: DeviceObject, irp: Irp<'fs_control'>): NTSTATUS {
  const slot = slotOf(irp as Irp, 'server');
  if (!slot || irp.parameters.code !== FSCTL_MAILSLOT_PEEK)
    return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  const { available, messages } = slot;
  const messageLength = messages > 0 ? slot.nextMessage : 0;
  const output = encodeMailslotPeek({ available, messages, messageLength });
  if (irp.parameters.outputLength < output.length)
    return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS, output.length, { output });
}
