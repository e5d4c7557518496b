/**
 * What keyboard devices give and take.
 *
 *   KEYBOARD_INPUT_DATA             what a READ gives: a record for each key pressed or released
 *   KEYBOARD_ATTRIBUTES             IOCTL_KEYBOARD_QUERY_ATTRIBUTES
 *   KEYBOARD_INDICATOR_PARAMETERS   the LEDs
 *   KEYBOARD_TYPEMATIC_PARAMETERS   how a key repeats
 *
 * The two internal codes are a class driver's alone: it begins and ceases to listen.
 *
 * Source: published ntddkbd.h, kbdmou.h.
 */
import * as Status from './ntstatus.ts';
import { NtException } from './status.ts';

export const KEYBOARD_CLASS_DEVICE = '\\Device\\KeyboardClass0';
export const KEYBOARD_PORT_DEVICE = '\\Device\\KeyboardPort0';
export const FILE_DEVICE_KEYBOARD = 0x0b;
export const FILE_DEVICE_8042_PORT = 0x27;

export const IOCTL_KEYBOARD_QUERY_ATTRIBUTES = 0x000b_0000;
export const IOCTL_KEYBOARD_SET_TYPEMATIC = 0x000b_0004;
export const IOCTL_KEYBOARD_SET_INDICATORS = 0x000b_0008;
export const IOCTL_KEYBOARD_QUERY_TYPEMATIC = 0x000b_0020;
export const IOCTL_KEYBOARD_QUERY_INDICATORS = 0x000b_0040;
export const IOCTL_INTERNAL_KEYBOARD_ENABLE = 0x000b_0803;
export const IOCTL_INTERNAL_KEYBOARD_DISABLE = 0x000b_1003;

// Flags of a record
export const KEY_MAKE = 0;
export const KEY_BREAK = 1;
export const KEY_E0 = 2;
export const KEY_E1 = 4;

/** The code of a record that stands for what the keyboard has lost. */
export const KEYBOARD_OVERRUN_MAKE_CODE = 0xff;

// LEDs
export const KEYBOARD_SCROLL_LOCK_ON = 1;
export const KEYBOARD_NUM_LOCK_ON = 2;
export const KEYBOARD_CAPS_LOCK_ON = 4;

export const KEYBOARD_INPUT_DATA_LENGTH = 12;
export const KEYBOARD_ATTRIBUTES_LENGTH = 28;
export const KEYBOARD_INDICATOR_LENGTH = 4;
export const KEYBOARD_TYPEMATIC_LENGTH = 6;

export interface KeyboardInput {
  readonly makeCode: number;
  /** KEY_* */
  readonly flags: number;
}

/** In characters a second, and milliseconds. */
export interface Typematic {
  readonly rate: number;
  readonly delay: number;
}

export const typematicRange = {
  least: { rate: 2, delay: 250 },
  most: { rate: 30, delay: 1000 },
} as const;

function viewOf(bytes: Uint8Array, least: number): DataView {
  if (bytes.length < least) throw new NtException(Status.STATUS_INVALID_PARAMETER);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

export function encodeKeys(records: readonly KeyboardInput[]): Uint8Array {
  const bytes = new Uint8Array(records.length * KEYBOARD_INPUT_DATA_LENGTH);
  const view = new DataView(bytes.buffer);
  records.forEach(({ makeCode, flags }, index) => {
    view.setUint16(index * KEYBOARD_INPUT_DATA_LENGTH + 2, makeCode, true);
    view.setUint16(index * KEYBOARD_INPUT_DATA_LENGTH + 4, flags, true);
  });
  return bytes;
}

/** Half a record at the end is none. */
export function decodeKeys(bytes: Uint8Array): KeyboardInput[] {
  const view = viewOf(bytes, 0);
  const records: KeyboardInput[] = [];
  for (
    let at = 0;
    at + KEYBOARD_INPUT_DATA_LENGTH <= bytes.length;
    at += KEYBOARD_INPUT_DATA_LENGTH
  )
    records.push({ makeCode: view.getUint16(at + 2, true), flags: view.getUint16(at + 4, true) });
  return records;
}

/** Of an enhanced keyboard with 101 or 102 keys, with room for `queue` records. */
export function encodeAttributes(queue: number): Uint8Array {
  const bytes = new Uint8Array(KEYBOARD_ATTRIBUTES_LENGTH);
  const view = new DataView(bytes.buffer);
  // Type 4, mode 1: translated codes.
  bytes.set([4, 0]);
  view.setUint16(2, 1, true);
  [12, 3, 101].forEach((count, index) => view.setUint16(4 + index * 2, count, true));
  view.setUint32(12, queue, true);
  const { least, most } = typematicRange;
  [least, most].forEach(({ rate, delay }, index) => {
    view.setUint16(18 + index * 6, rate, true);
    view.setUint16(20 + index * 6, delay, true);
  });
  return bytes.subarray(0, KEYBOARD_ATTRIBUTES_LENGTH);
}

export function encodeIndicators(leds: number): Uint8Array {
  return Uint8Array.of(0, 0, leds, 0);
}

export function decodeIndicators(bytes: Uint8Array): number {
  return viewOf(bytes, KEYBOARD_INDICATOR_LENGTH).getUint16(2, true);
}

export function encodeTypematic({ rate, delay }: Typematic): Uint8Array {
  const bytes = new Uint8Array(KEYBOARD_TYPEMATIC_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint16(2, rate, true);
  view.setUint16(4, delay, true);
  return bytes;
}

export function decodeTypematic(bytes: Uint8Array): Typematic {
  const view = viewOf(bytes, KEYBOARD_TYPEMATIC_LENGTH);
  return { rate: view.getUint16(2, true), delay: view.getUint16(4, true) };
}
