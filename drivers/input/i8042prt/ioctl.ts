/**
 * DEVICE_CONTROL of the port: LEDs, repetition, what keyboard it is; and beginning and ceasing to
 * listen, for the class driver.
 */
import * as kbd from '../../../personality/rtl/keyboard.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import {
  type DeviceObject,
  IoCompleteRequest,
  type Irp,
  type NTSTATUS,
} from '../../../personality/wdm/index.ts';
import { keyboardCommand } from './controller.ts';
import { type KeyboardPort, QUEUE_SIZE } from './port.ts';
import { DISABLE, ENABLE, SET_LEDS, SET_TYPEMATIC } from './registers.ts';

const ALL_LEDS = kbd.KEYBOARD_SCROLL_LOCK_ON | kbd.KEYBOARD_NUM_LOCK_ON | kbd.KEYBOARD_CAPS_LOCK_ON;

type Query = (port: KeyboardPort) => Uint8Array;
type Set = (device: DeviceObject, port: KeyboardPort, input: Uint8Array) => Promise<NTSTATUS>;

const queries: Readonly<Record<number, Query>> = {
  [kbd.IOCTL_KEYBOARD_QUERY_ATTRIBUTES]: () => kbd.encodeAttributes(QUEUE_SIZE),
  [kbd.IOCTL_KEYBOARD_QUERY_INDICATORS]: ({ leds }) => kbd.encodeIndicators(leds),
  [kbd.IOCTL_KEYBOARD_QUERY_TYPEMATIC]: ({ typematic }) => kbd.encodeTypematic(typematic),
};

const sets: Readonly<Record<number, Set>> = {
  [kbd.IOCTL_KEYBOARD_SET_INDICATORS]: setIndicators,
  [kbd.IOCTL_KEYBOARD_SET_TYPEMATIC]: setTypematic,
  [kbd.IOCTL_INTERNAL_KEYBOARD_ENABLE]: enable,
  [kbd.IOCTL_INTERNAL_KEYBOARD_DISABLE]: disable,
};

const INTERNAL: readonly number[] = [
  kbd.IOCTL_INTERNAL_KEYBOARD_ENABLE,
  kbd.IOCTL_INTERNAL_KEYBOARD_DISABLE,
];

const inputLengths: Readonly<Record<number, number>> = {
  [kbd.IOCTL_KEYBOARD_SET_INDICATORS]: kbd.KEYBOARD_INDICATOR_LENGTH,
  [kbd.IOCTL_KEYBOARD_SET_TYPEMATIC]: kbd.KEYBOARD_TYPEMATIC_LENGTH,
};

export async function i8042Control(
  device: DeviceObject,
  irp: Irp<'device_control'>,
): Promise<NTSTATUS> {
  const port = device.extension as KeyboardPort;
  // Drivers say them; what a program asks comes by a file.
  if (irp.fileObject && INTERNAL.includes(irp.parameters.code))
    return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  const { code, input, outputLength } = irp.parameters;
  const query = queries[code];
  if (query) {
    const output = query(port);
    if (outputLength < output.length) return IoCompleteRequest(irp, Status.STATUS_BUFFER_TOO_SMALL);
    return IoCompleteRequest(irp, Status.STATUS_SUCCESS, output.length, { output });
  }
  const set = sets[code];
  if (!set) return IoCompleteRequest(irp, Status.STATUS_INVALID_DEVICE_REQUEST);
  if (input.length < (inputLengths[code] ?? 0))
    return IoCompleteRequest(irp, Status.STATUS_INVALID_PARAMETER);
  return IoCompleteRequest(irp, await set(device, port, input));
}

/** Who begins to listen hears no key that was pressed before. */
function enable({ driverObject }: DeviceObject, port: KeyboardPort): Promise<NTSTATUS> {
  port.queue.length = 0;
  port.listens = true;
  return keyboardCommand(driverObject, port, ENABLE);
}

function disable({ driverObject }: DeviceObject, port: KeyboardPort): Promise<NTSTATUS> {
  port.listens = false;
  return keyboardCommand(driverObject, port, DISABLE);
}

async function setIndicators(
  { driverObject }: DeviceObject,
  port: KeyboardPort,
  input: Uint8Array,
): Promise<NTSTATUS> {
  const leds = kbd.decodeIndicators(input);
  if ((leds & ~ALL_LEDS) !== 0) return Status.STATUS_INVALID_PARAMETER;
  const status = await keyboardCommand(driverObject, port, SET_LEDS, leds);
  if (status === Status.STATUS_SUCCESS) port.leds = leds;
  return status;
}

async function setTypematic(
  { driverObject }: DeviceObject,
  port: KeyboardPort,
  input: Uint8Array,
): Promise<NTSTATUS> {
  const asked = kbd.decodeTypematic(input);
  const { least, most } = kbd.typematicRange;
  const inRange = (['rate', 'delay'] as const).every(
    (each) => asked[each] >= least[each] && asked[each] <= most[each],
  );
  if (!inRange) return Status.STATUS_INVALID_PARAMETER;
  const code = typematicCode(asked);
  const status = await keyboardCommand(driverObject, port, SET_TYPEMATIC, code);
  if (status === Status.STATUS_SUCCESS) port.typematic = asked;
  return status;
}

/** The nearest that the keyboard has: periods of (8 + A) * 2^B * 4.17 ms, delays of 250 ms. */
export function typematicCode({ rate, delay }: kbd.Typematic): number {
  const rateOf = (code: number): number => 1000 / ((8 + (code & 7)) * 2 ** (code >> 3) * 4.17);
  let best = 0;
  for (let code = 1; code < 32; code++)
    if (Math.abs(rateOf(code) - rate) < Math.abs(rateOf(best) - rate)) best = code;
  return best | ((Math.round(delay / 250) - 1) << 5);
}
