/**
 * A serial port: what the service routine and the main thread share, and the interrupt itself.
 *
 *   serialServiceRoutine   takes received bytes, feeds the transmitter, until the chip is quiet
 *   newPort                a port without hardware (plugplay.ts gives it some); `news` is its DPC
 *   answers, setUp, quiet  the chip: whether it is there, in use, left alone
 *   enable, disable        interrupt causes
 *   feed(port)             as many bytes as the transmitter's FIFO takes
 *
 * Received bytes go to a ring. When it is full the receive interrupt is turned off and the chip's
 * own flow control holds the line; `takeReceived` (receive.ts) turns it on again. Nothing is lost.
 */
import { SynchronizationEvent } from '../../../personality/rtl/nt.ts';
import {
  type DeviceObject,
  type DriverObject,
  KeInitializeDpc,
  KeInitializeEvent,
  KeInitializeMutex,
  KeInsertQueueDpc,
  type Irp,
  type KDpc,
  type KEvent,
  type KInterrupt,
  type KMutex,
  type PnpExtension,
  type PortRange,
  READ_PORT_UCHAR,
  WRITE_PORT_BUFFER_UCHAR,
  WRITE_PORT_UCHAR,
} from '../../../personality/wdm/index.ts';
import {
  CAUSE_LINE,
  CAUSE_RECEIVED,
  CAUSE_TIMEOUT,
  CAUSE_TRANSMIT,
  DATA,
  DIVISOR,
  FCR,
  FCR_SETUP,
  FIFO_SIZE,
  IER,
  IER_RECEIVED,
  IER_TRANSMIT,
  IIR,
  IIR_CAUSE,
  IIR_NONE,
  LCR,
  LCR_8N1,
  LCR_DLAB,
  LSR,
  LSR_DATA_READY,
  LSR_TRANSMIT_EMPTY,
  MCR,
  MCR_SETUP,
  MSR,
  SCR,
} from './registers.ts';

export const RING_SIZE = 4096;
/** Causes served in one interrupt: a chip with more is broken, or will interrupt again. */
const CAUSES = 64;

export interface SerialPort extends PnpExtension {
  ports: PortRange;
  interrupt: KInterrupt | undefined;
  /** Writes, one after the other. */
  readonly writeLock: KMutex;
  /** Set by the DPC when the transmitter took the last byte. */
  readonly sent: KEvent;
  readonly dpc: KDpc;
  ier: number;
  /** Received bytes: `count` of them from `first` on, round. */
  readonly ring: Uint8Array;
  first: number;
  count: number;
  /** What is being written, from `position` on. */
  output: Uint8Array;
  position: number;
  /** Reads that wait for a byte. */
  readonly reads: Irp<'read'>[];
}

/** Ports of a port that has none yet. */
const NO_PORTS = { first: 0, count: 0, slot: 0 };
/** Two patterns that an undriven bus does not give back. */
const PROBES = [0x5a, 0xa5];

export function newPort(
  driver: DriverObject,
  below: DeviceObject,
  news: (port: SerialPort) => void,
): SerialPort {
  const port: SerialPort = {
    below,
    started: false,
    ports: { ...NO_PORTS, runtime: driver.runtime },
    interrupt: undefined,
    writeLock: KeInitializeMutex(driver),
    sent: KeInitializeEvent(driver, SynchronizationEvent, false),
    dpc: KeInitializeDpc(driver, () => news(port), undefined),
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

export function answers({ ports }: SerialPort): boolean {
  return PROBES.every((probe) => {
    WRITE_PORT_UCHAR(ports, SCR, probe);
    return READ_PORT_UCHAR(ports, SCR) === probe;
  });
}

export function setUp(port: SerialPort): void {
  const { ports } = port;
  WRITE_PORT_UCHAR(ports, IER, 0);
  WRITE_PORT_UCHAR(ports, LCR, LCR_DLAB);
  WRITE_PORT_UCHAR(ports, DATA, DIVISOR);
  WRITE_PORT_UCHAR(ports, IER, 0);
  WRITE_PORT_UCHAR(ports, LCR, LCR_8N1);
  WRITE_PORT_UCHAR(ports, FCR, FCR_SETUP);
  WRITE_PORT_UCHAR(ports, MCR, MCR_SETUP);
  port.ier = 0;
  enable(port, IER_RECEIVED);
}

/** No interrupts, the modem's lines dropped. */
export function quiet(port: SerialPort): void {
  disable(port, port.ier);
  WRITE_PORT_UCHAR(port.ports, MCR, 0);
}

/** After `quiet`, for what is to be sent: interrupts pass, and the FIFOs keep what is in them. */
export function wake({ ports }: SerialPort): void {
  WRITE_PORT_UCHAR(ports, MCR, MCR_SETUP);
}

export function enable(port: SerialPort, causes: number): void {
  port.ier |= causes;
  WRITE_PORT_UCHAR(port.ports, IER, port.ier);
}

export function disable(port: SerialPort, causes: number): void {
  port.ier &= ~causes;
  WRITE_PORT_UCHAR(port.ports, IER, port.ier);
}

export function serialServiceRoutine(_interrupt: KInterrupt, port: SerialPort): boolean {
  let claimed = false;
  for (let causes = 0; causes < CAUSES; causes++) {
    const iir = READ_PORT_UCHAR(port.ports, IIR);
    if (iir & IIR_NONE) break;
    claimed = true;
    serve(port, iir & IIR_CAUSE);
  }
  if (claimed) KeInsertQueueDpc(port.dpc);
  return claimed;
}

function serve(port: SerialPort, cause: number): void {
  switch (cause) {
    case CAUSE_RECEIVED:
    case CAUSE_TIMEOUT:
      return receive(port);
    case CAUSE_TRANSMIT:
      feed(port);
      if (port.position === port.output.length) disable(port, IER_TRANSMIT);
      return;
    case CAUSE_LINE:
      READ_PORT_UCHAR(port.ports, LSR);
      return;
    default:
      READ_PORT_UCHAR(port.ports, MSR);
  }
}

/** Bytes to the ring while there are any, and room. */
export function receive(port: SerialPort): void {
  if (!(port.ier & IER_RECEIVED)) return;
  while (port.count < RING_SIZE) {
    if (!(READ_PORT_UCHAR(port.ports, LSR) & LSR_DATA_READY)) return;
    port.ring[(port.first + port.count) % RING_SIZE] = READ_PORT_UCHAR(port.ports, DATA);
    port.count++;
  }
  disable(port, IER_RECEIVED);
}

/** An empty transmitter takes a whole FIFO at once; one that is not empty takes nothing. */
export function feed(port: SerialPort): void {
  if (port.position === port.output.length) return;
  if (!(READ_PORT_UCHAR(port.ports, LSR) & LSR_TRANSMIT_EMPTY)) return;
  const end = Math.min(port.position + FIFO_SIZE, port.output.length);
  WRITE_PORT_BUFFER_UCHAR(port.ports, DATA, port.output.subarray(port.position, end));
  port.position = end;
}
