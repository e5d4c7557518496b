/** DEVICE_CONTROL: how much was received and waits, for whom does not want to wait for it. */
import { IOCTL_SERIAL_GET_COMMSTATUS } from '../../../personality/rtl/nt.ts';
import { encodeCommStatus, SERIAL_STATUS_LENGTH } from '../../../personality/rtl/serial.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DeviceObject,
  IoCompleteRequest,
  type Irp,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { receive, type SerialPort } from './port.ts';

export function serialControl(device: DeviceObject, irp: Irp<'device_control'>): NTSTATUS {
  const port = device.extension as SerialPort;
  const { code, outputLength } = irp.parameters;
  if (code !== IOCTL_SERIAL_GET_COMMSTATUS)
    return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  if (outputLength < SERIAL_STATUS_LENGTH)
    return IoCompleteRequest(irp, Status.STATUS_BUFFER_TOO_SMALL);
  // Bytes whose interrupt was lost count too.
  receive(port);
  const outQueue = port.output.length - port.position;
  const output = encodeCommStatus({ inQueue: port.count, outQueue });
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS, output.length, { output });
}
