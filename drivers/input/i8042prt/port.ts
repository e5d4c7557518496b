/**
 * The keyboard port: what the service routine and the main thread share, and the interrupt itself.
 *
 *   i8042ServiceRoutine   takes what the controller holds: keys to a ring, answers to who waits
 *   deliver(port)         waiting reads get their records
 *
 * A full ring loses what is pressed last, as the keyboard's own buffer does: an overrun record says
 * so.
 */
import {
  encodeKeys,
  KEY_BREAK,
  KEY_E0,
  KEY_E1,
  KEY_MAKE,
  KEYBOARD_INPUT_DATA_LENGTH,
  KEYBOARD_OVERRUN_MAKE_CODE,
  type KeyboardInput,
  type Typematic,
} from '../../../personality/rtl/keyboard.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  IoCompleteRequest,
  type IoCsq,
  IoCsqRemoveNextIrp,
  type Irp,
  KeInsertQueueDpc,
  type KDpc,
  type KEvent,
  type KInterrupt,
  type KMutex,
  type PnpExtension,
  type PortRange,
  READ_PORT_UCHAR,
} from '../../../personality/wdm/index.ts';
import { ACK, OUTPUT_FULL, RESEND } from './registers.ts';

/** Records that wait to be read: InputDataQueueSize of NT. */
export const QUEUE_SIZE = 100;
/** Bytes taken in one interrupt: a controller with more is broken, or will interrupt again. */
const BYTES = 32;
const RELEASED = 0x80;

export interface KeyboardPort extends PnpExtension {
  data: PortRange;
  status: PortRange;
  interrupt: KInterrupt | undefined;
  /** Commands to the keyboard, one after the other. */
  readonly lock: KMutex;
  /** Set by the DPC when the keyboard has answered. */
  readonly answered: KEvent;
  readonly dpc: KDpc;
  readonly reads: IoCsq;
  readonly queue: KeyboardInput[];
  /** A byte that was sent is not answered yet. */
  waiting: boolean;
  answer: number | undefined;
  /** KEY_E0 or KEY_E1, of a code whose second byte is to come. */
  prefix: number;
  leds: number;
  typematic: Typematic;
  /** Somebody wants keys: the keyboard scans. */
  listens: boolean;
}

export function i8042ServiceRoutine(_interrupt: KInterrupt, port: KeyboardPort): boolean {
  let taken = 0;
  while (taken < BYTES && READ_PORT_UCHAR(port.status, 0) & OUTPUT_FULL) {
    receive(port, READ_PORT_UCHAR(port.data, 0));
    taken++;
  }
  if (taken > 0) KeInsertQueueDpc(port.dpc);
  return taken > 0;
}

function receive(port: KeyboardPort, byte: number): void {
  if (byte === ACK || byte === RESEND) {
    if (port.waiting) port.answer = byte;
    port.waiting = false;
    return;
  }
  if (byte === 0xe0 || byte === 0xe1) {
    port.prefix = byte === 0xe0 ? KEY_E0 : KEY_E1;
    return;
  }
  const { prefix } = port;
  port.prefix = 0;
  if (byte === 0x00 || byte === 0xff) return put(port, overrun);
  put(port, {
    makeCode: byte & ~RELEASED,
    flags: prefix | (byte & RELEASED ? KEY_BREAK : KEY_MAKE),
  });
}

const overrun: KeyboardInput = { makeCode: KEYBOARD_OVERRUN_MAKE_CODE, flags: KEY_MAKE };

function put({ queue }: KeyboardPort, record: KeyboardInput): void {
  if (queue.length < QUEUE_SIZE) queue.push(record);
  else queue[QUEUE_SIZE - 1] = overrun;
}

/** As many waiting reads as there are records for. */
export function deliver(port: KeyboardPort): void {
  while (port.queue.length > 0) {
    const irp = IoCsqRemoveNextIrp(port.reads) as Irp<'read'> | undefined;
    if (!irp) return;
    const room = Math.floor(irp.parameters.length / KEYBOARD_INPUT_DATA_LENGTH);
    const data = encodeKeys(port.queue.splice(0, room));
    IoCompleteRequest(irp, Status.STATUS_SUCCESS, data.length, { data });
  }
}
