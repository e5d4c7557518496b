/**
 * The serial driver: a 16550A at 3F8, interrupt 4, as \Device\Serial0. The terminal's line.
 *
 * Buffered I/O: data travels in the packets. STATUS_NO_SUCH_DEVICE where no such chip answers.
 * Files: registers; port (the interrupt); receive; transmit; ioctl.
 */
import * as mj from '../../../personality/rtl/irp.ts';
import {
  DO_BUFFERED_IO,
  FILE_DEVICE_SERIAL_PORT,
  SynchronizationEvent,
} from '../../../personality/rtl/nt.ts';
import { Status } from '../../../personality/rtl/status.ts';
import {
  type DeviceObject,
  type DriverEntry,
  driverImage,
  type DriverObject,
  HalMapIoPorts,
  IoCompleteRequest,
  IoConnectInterrupt,
  IoCreateDevice,
  type Irp,
  KeInitializeDpc,
  KeInitializeEvent,
  KeInitializeMutex,
  KeSetEvent,
  type NTSTATUS,
  READ_PORT_UCHAR,
  WRITE_PORT_UCHAR,
} from '../../../personality/wdm/index.ts';
import { serialControl } from './ioctl.ts';
import { enable, RING_SIZE, type SerialPort, serialServiceRoutine } from './port.ts';
import { completeReads, serialRead } from './receive.ts';
import {
  DATA,
  DIVISOR,
  FCR,
  FCR_SETUP,
  IER,
  IER_RECEIVED,
  LCR,
  LCR_8N1,
  LCR_DLAB,
  MCR,
  MCR_SETUP,
  SCR,
} from './registers.ts';
import { serialWrite } from './transmit.ts';

const BASE = 0x3f8;
const COUNT = 8;
const LINE = 4;
/** Two patterns that an undriven bus does not give back. */
const PROBES = [0x5a, 0xa5];

export const serialDriverEntry: DriverEntry = async (driver) => {
  const port = await openPort(driver);
  if (!answers(port)) return Status.STATUS_NO_SUCH_DEVICE;
  await IoCreateDevice(driver, {
    name: '\\Device\\Serial0',
    type: FILE_DEVICE_SERIAL_PORT,
    flags: DO_BUFFERED_IO,
    extension: port,
  });
  await IoConnectInterrupt(driver, {
    line: LINE,
    serviceRoutine: serialServiceRoutine,
    context: port,
  });
  setUp(port);
  const { majorFunction } = driver;
  majorFunction[mj.IRP_MJ_CREATE] = serialSucceed;
  majorFunction[mj.IRP_MJ_CLEANUP] = serialSucceed;
  majorFunction[mj.IRP_MJ_CLOSE] = serialSucceed;
  majorFunction[mj.IRP_MJ_FLUSH_BUFFERS] = serialSucceed;
  majorFunction[mj.IRP_MJ_READ] = serialRead;
  majorFunction[mj.IRP_MJ_WRITE] = serialWrite;
  majorFunction[mj.IRP_MJ_DEVICE_CONTROL] = serialControl;
  return Status.STATUS_SUCCESS;
};

function serialSucceed(_device: DeviceObject, irp: Irp): NTSTATUS {
  return IoCompleteRequest(irp, Status.STATUS_SUCCESS);
}

async function openPort(driver: DriverObject): Promise<SerialPort> {
  const port: SerialPort = {
    ports: await HalMapIoPorts(driver, BASE, COUNT),
    writeLock: KeInitializeMutex(driver),
    sent: KeInitializeEvent(driver, SynchronizationEvent, false),
    dpc: KeInitializeDpc(driver, () => serialDpc(port), undefined),
    ier: 0,
    ring: new Uint8Array(RING_SIZE),
    first: 0,
    count: 0,
    output: new Uint8Array(),
    position: 0,
    reads: [],
  };
  return port;
}

/** After an interrupt: waiting reads get their bytes, a finished write goes on. */
function serialDpc(port: SerialPort): void {
  completeReads(port);
  if (port.position === port.output.length) KeSetEvent(port.sent);
}

function answers({ ports }: SerialPort): boolean {
  return PROBES.every((probe) => {
    WRITE_PORT_UCHAR(ports, SCR, probe);
    return READ_PORT_UCHAR(ports, SCR) === probe;
  });
}

function setUp(port: SerialPort): void {
  const { ports } = port;
  WRITE_PORT_UCHAR(ports, IER, 0);
  WRITE_PORT_UCHAR(ports, LCR, LCR_DLAB);
  WRITE_PORT_UCHAR(ports, DATA, DIVISOR);
  WRITE_PORT_UCHAR(ports, IER, 0);
  WRITE_PORT_UCHAR(ports, LCR, LCR_8N1);
  WRITE_PORT_UCHAR(ports, FCR, FCR_SETUP);
  WRITE_PORT_UCHAR(ports, MCR, MCR_SETUP);
  enable(port, IER_RECEIVED);
}

export const image = driverImage(serialDriverEntry);
