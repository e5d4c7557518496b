/**
 * WRITE: bytes to the transmitter, sixteen at a time.
 *
 * A short write into an empty transmitter is done before the routine returns. Of a longer one the
 * rest follows by interrupt; the IRP is completed when the FIFO has taken the last byte. A
 * transmitter that takes nothing for a while fails the write with STATUS_IO_TIMEOUT, `information`
 * telling how many bytes went out.
 *
 * A port that sleeps wakes for a write: the last words of a shutdown come when all devices sleep.
 */
import { PowerDeviceD0 } from '../../../personality/rtl/pnp.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DeviceObject,
  IoCompleteRequest,
  type Irp,
  KeClearEvent,
  KeReleaseMutex,
  KeWaitForSingleObject,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { disable, enable, feed, quiet, receive, type SerialPort, wake } from './port.ts';
import { completeReads } from './receive.ts';
import { IER_TRANSMIT } from './registers.ts';

/** Microseconds between looks at the transmitter, against a lost interrupt. */
const SLICE = 250_000;
/** Looks without any progress. */
const PATIENCE = 20;

export async function serialWrite(device: DeviceObject, irp: Irp<'write'>): Promise<NTSTATUS> {
  const port = device.extension as SerialPort;
  await KeWaitForSingleObject(port.writeLock);
  if (!port.started) {
    KeReleaseMutex(port.writeLock);
    return IoCompleteRequest(irp, Status.STATUS_DEVICE_REMOVED);
  }
  if (sleeps(device)) wake(port);
  port.output = irp.parameters.data;
  port.position = 0;
  feed(port);
  const done = port.position === port.output.length || (await finish(port));
  const information = port.position;
  port.output = new Uint8Array();
  port.position = 0;
  if (port.started) receive(port);
  if (port.started && sleeps(device)) quiet(port);
  completeReads(port);
  KeReleaseMutex(port.writeLock);
  const status = done ? Status.STATUS_SUCCESS : Status.STATUS_IO_TIMEOUT;
  return IoCompleteRequest(irp, status, information);
}

function sleeps({ powerState }: DeviceObject): boolean {
  return powerState !== PowerDeviceD0;
}

async function finish(port: SerialPort): Promise<boolean> {
  KeClearEvent(port.sent);
  enable(port, IER_TRANSMIT);
  let idle = 0;
  let before = port.position;
  while (port.started && port.position < port.output.length && idle < PATIENCE) {
    const status = await KeWaitForSingleObject(port.sent, SLICE);
    if (status === Status.STATUS_TIMEOUT && port.started) feed(port);
    idle = port.position > before ? 0 : idle + 1;
    before = port.position;
  }
  if (port.started) disable(port, IER_TRANSMIT);
  return port.position === port.output.length;
}
