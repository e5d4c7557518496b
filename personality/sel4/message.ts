/**
 * The message info word: what a message carries beside its registers.
 *
 *   bits 0-6    length: message registers in use, at most 120
 *   bits 7-8    extraCaps: capabilities sent with it, at most 3
 *   bits 9-11   capsUnwrapped: bit i set where capability i arrived as its badge
 *   bits 12-31  label: an invocation's method, a fault's kind, an error, or the protocol's own
 *
 * Values are unsigned 32-bit numbers. Manual: section 4.1, 32-bit layout.
 */
import type { MessageInfo } from './types.ts';

/** No message info: none is negative. */
export const NO_REPLY = -1;

/** Parts that do not fit their fields are cut to the field's width, as libsel4 does. */
export function MessageInfo_new(
  label: number,
  capsUnwrapped: number,
  extraCaps: number,
  length: number,
): MessageInfo {
  return (
    ((label << 12) | ((capsUnwrapped & 7) << 9) | ((extraCaps & 3) << 7) | (length & 0x7f)) >>> 0
  );
}

export function MessageInfo_get_label(info: MessageInfo): number {
  return info >>> 12;
}

export function MessageInfo_get_capsUnwrapped(info: MessageInfo): number {
  return (info >>> 9) & 7;
}

export function MessageInfo_get_extraCaps(info: MessageInfo): number {
  return (info >>> 7) & 3;
}

export function MessageInfo_get_length(info: MessageInfo): number {
  return info & 0x7f;
}

export function MessageInfo_set_label(info: MessageInfo, label: number): MessageInfo {
  return ((info & 0xfff) | (label << 12)) >>> 0;
}
