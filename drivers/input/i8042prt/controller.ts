/**
 * Talking to the controller and the keyboard.
 *
 *   setUp(port)              tests and programs both; before the interrupt is connected
 *   keyboardCommand(port, ...bytes)   sends them to the keyboard, each acknowledged; passive, and
 *                            one at a time
 *
 * Every wait is bounded: a controller that takes nothing is STATUS_IO_TIMEOUT, one whose test fails
 * STATUS_IO_DEVICE_ERROR, a keyboard that does not answer STATUS_NO_SUCH_DEVICE at first and
 * STATUS_IO_TIMEOUT later. A byte that the keyboard wants again is sent three times.
 */
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DriverObject,
  KeClearEvent,
  KeDelayExecutionThread,
  KeReleaseMutex,
  KeWaitForSingleObject,
  type NTSTATUS,
  READ_PORT_UCHAR,
  waitForHardware,
  WRITE_PORT_UCHAR,
} from '../../../personality/wdm/index.ts';
import { deliver, i8042ServiceRoutine, type KeyboardPort } from './port.ts';
import * as i8042 from './registers.ts';

/** Microseconds between looks at the status, and looks. */
const PAUSE = 1_000;
const LOOKS = 250;
/** A keyboard tests itself for half a second. */
const LOOKS_FOR_TEST = 2_000;
/** Looks without a pause between them: it is seldom longer. */
const EAGER = 16;
/** For an answer of the keyboard. */
const PATIENCE = { total: 500_000, slice: 100_000 };
const TRIES = 3;
/** Stale bytes that a controller may hold. */
const STALE = 32;

/** Whether the status came to be so. */
async function becomes(
  driver: DriverObject,
  port: KeyboardPort,
  mask: number,
  value: number,
  looks = LOOKS,
): Promise<boolean> {
  for (let look = 0; look < EAGER + looks; look++) {
    if ((READ_PORT_UCHAR(port.status, 0) & mask) === value) return true;
    if (look >= EAGER) await KeDelayExecutionThread(driver, PAUSE);
  }
  return false;
}

async function write(
  driver: DriverObject,
  port: KeyboardPort,
  byte: number,
  command: boolean,
): Promise<boolean> {
  if (!(await becomes(driver, port, i8042.INPUT_FULL, 0))) return false;
  WRITE_PORT_UCHAR(command ? port.status : port.data, 0, byte);
  return becomes(driver, port, i8042.INPUT_FULL, 0);
}

/** The next byte of the output buffer; undefined: none came. */
async function read(
  driver: DriverObject,
  port: KeyboardPort,
  looks?: number,
): Promise<number | undefined> {
  const { OUTPUT_FULL } = i8042;
  if (!(await becomes(driver, port, OUTPUT_FULL, OUTPUT_FULL, looks))) return undefined;
  return READ_PORT_UCHAR(port.data, 0);
}

function drain(port: KeyboardPort): void {
  for (let left = STALE; left > 0; left--) {
    if (!(READ_PORT_UCHAR(port.status, 0) & i8042.OUTPUT_FULL)) return;
    READ_PORT_UCHAR(port.data, 0);
  }
}

export async function setUp(driver: DriverObject, port: KeyboardPort): Promise<NTSTATUS> {
  if (READ_PORT_UCHAR(port.status, 0) === i8042.ABSENT) return Status.STATUS_NO_SUCH_DEVICE;
  if (!(await write(driver, port, i8042.KEYBOARD_OFF, true))) return Status.STATUS_IO_TIMEOUT;
  drain(port);
  for (const [test, good] of [
    [i8042.SELF_TEST, i8042.SELF_TEST_PASSED],
    [i8042.INTERFACE_TEST, i8042.INTERFACE_GOOD],
  ] as const) {
    if (!(await write(driver, port, test, true))) return Status.STATUS_IO_TIMEOUT;
    if ((await read(driver, port)) !== good) return Status.STATUS_IO_DEVICE_ERROR;
  }
  if (!(await setCommandByte(driver, port, i8042.COMMAND_BYTE_QUIET)))
    return Status.STATUS_IO_TIMEOUT;
  return resetKeyboard(driver, port);
}

export async function setCommandByte(
  driver: DriverObject,
  port: KeyboardPort,
  value: number,
): Promise<boolean> {
  if (!(await write(driver, port, i8042.WRITE_COMMAND_BYTE, true))) return false;
  return write(driver, port, value, false);
}

/**
 * By polling: acknowledged, its test passed, and told not to scan. What it said of its own accord
 * is read over.
 */
async function resetKeyboard(driver: DriverObject, port: KeyboardPort): Promise<NTSTATUS> {
  if (!(await write(driver, port, i8042.RESET, false))) return Status.STATUS_IO_TIMEOUT;
  let byte = await read(driver, port);
  for (let left = STALE; byte !== undefined && byte !== i8042.ACK; left--) {
    if (left === 0) return Status.STATUS_NO_SUCH_DEVICE;
    byte = await read(driver, port);
  }
  if (byte === undefined) return Status.STATUS_NO_SUCH_DEVICE;
  const test = await read(driver, port, LOOKS_FOR_TEST);
  if (test !== i8042.TEST_PASSED) return Status.STATUS_NO_SUCH_DEVICE;
  if (!(await write(driver, port, i8042.DISABLE, false))) return Status.STATUS_IO_TIMEOUT;
  const silent = await read(driver, port);
  return silent === i8042.ACK ? Status.STATUS_SUCCESS : Status.STATUS_NO_SUCH_DEVICE;
}

export async function keyboardCommand(
  driver: DriverObject,
  port: KeyboardPort,
  ...bytes: number[]
): Promise<NTSTATUS> {
  await KeWaitForSingleObject(port.lock);
  try {
    for (const byte of bytes) {
      const status = await sendByte(driver, port, byte);
      if (status !== Status.STATUS_SUCCESS) return status;
    }
    return Status.STATUS_SUCCESS;
  } finally {
    port.waiting = false;
    KeReleaseMutex(port.lock);
  }
}

async function sendByte(driver: DriverObject, port: KeyboardPort, byte: number): Promise<NTSTATUS> {
  for (let left = TRIES; left > 0; left--) {
    KeClearEvent(port.answered);
    port.answer = undefined;
    port.waiting = true;
    if (!(await write(driver, port, byte, false))) return Status.STATUS_IO_TIMEOUT;
    const answer = await answerOf(port);
    if (answer === i8042.ACK) return Status.STATUS_SUCCESS;
    if (answer === undefined) return Status.STATUS_IO_TIMEOUT;
  }
  return Status.STATUS_IO_DEVICE_ERROR;
}

function answerOf(port: KeyboardPort): Promise<number | undefined> {
  return waitForHardware(port.answered, PATIENCE, () => {
    if (port.answer === undefined) recover(port);
    return port.answer;
  });
}

/** Bytes whose interrupt was lost would hold the keyboard, and every later interrupt, for ever. */
export function recover(port: KeyboardPort): void {
  i8042ServiceRoutine(undefined as never, port);
  deliver(port);
}
