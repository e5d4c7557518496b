/**
 * What the beep device is asked for.
 *
 *   BEEP_SET_PARAMETERS   frequency in hertz, 0: silence; duration in milliseconds,
 *                         BEEP_WITHOUT_END: until something else is asked for
 *
 * Source: published ntddbeep.h.
 */
import * as Status from './ntstatus.ts';
import { NtException } from './status.ts';

export const BEEP_DEVICE = '\\Device\\Beep';
export const FILE_DEVICE_BEEP = 0x01;
export const IOCTL_BEEP_SET = 0x0001_0000;
export const BEEP_FREQUENCY_MINIMUM = 0x25;
export const BEEP_FREQUENCY_MAXIMUM = 0x7fff;
export const BEEP_WITHOUT_END = 0xffff_ffff;
export const BEEP_SET_PARAMETERS_LENGTH = 8;

export interface BeepSetParameters {
  readonly frequency: number;
  readonly duration: number;
}

export function encodeBeep({ frequency, duration }: BeepSetParameters): Uint8Array {
  const bytes = new Uint8Array(BEEP_SET_PARAMETERS_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, frequency, true);
  view.setUint32(4, duration, true);
  return bytes;
}

export function decodeBeep(bytes: Uint8Array): BeepSetParameters {
  if (bytes.length < BEEP_SET_PARAMETERS_LENGTH)
    throw new NtException(Status.STATUS_INVALID_PARAMETER);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { frequency: view.getUint32(0, true), duration: view.getUint32(4, true) };
}
