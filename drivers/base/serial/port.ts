/**
 * A serial port: what the service routine and the main thread share, and the interrupt itself.
 *
 *   serialServiceRoutine   takes received bytes, feeds the transmitter, until the chip is quiet
 *   enable, disable        interrupt causes
 *   feed(port)             as many bytes as the transmitter's FIFO takes
 *
 * Received bytes go to a ring. When it is full the receive interrupt is turned off and the chip's
 * own flow control holds the line; `takeReceived` (receive.ts) turns it on again. Nothing is lost.
 */
import {
  KeInsertQueueDpc,
  type Irp,
  type KDpc,
  type KEvent,
  type KInterrupt,
  type KMutex,
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
  FIFO_SIZE,
  IER,
  IER_RECEIVED,
  IER_TRANSMIT,
  IIR,
  IIR_CAUSE,
  IIR_NONE,
  LSR,
  LSR_DATA_READY,
  LSR_TRANSMIT_EMPTY,
  MSR,
} from './registers.ts';

export const RING_SIZE = 4096;
/** Causes served in one interrupt: a chip with more is broken, or will interrupt again. */
const CAUSES = 64;

export interface SerialPort {
  readonly ports: PortRange;
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
