/**
 * The boot sector of a new volume: parameter block, serial number, label, and a program that says
 * that there is nothing to boot.
 *
 *   bootSector(plan, identity)
 *
 * Source: fatgen103, "Boot Sector and BPB"; the IBM PC's BIOS: INT 10h, 16h, 19h.
 */
import type { Plan } from './plan.ts';

export interface Identity {
  readonly serial: number;
  /** Eleven bytes, or none. */
  readonly label: Uint8Array | undefined;
}

const MAKER = 'NEPTUNE ';
const MESSAGE =
  'This disk has no system to start.\r\nTake it out, or put in another one, and press a key.\r\n\0';
const WIDE_CODE = 90;
const NARROW_CODE = 62;

/** Loaded at 7C00: prints what is at SI, waits for a key, starts anew. */
function program(at: number): Uint8Array {
  const code = [
    ...[0xfa, 0x33, 0xc0, 0x8e, 0xd0, 0xbc, 0x00, 0x7c, 0x8e, 0xd8, 0xfb, 0xfc],
    ...[0xbe, 0, 0], // mov si, message
    ...[0xac, 0x84, 0xc0, 0x74, 0x09], // lodsb, up to a zero
    ...[0xb4, 0x0e, 0xbb, 0x07, 0x00, 0xcd, 0x10, 0xeb, 0xf2], // print it
    ...[0x31, 0xc0, 0xcd, 0x16, 0xcd, 0x19, 0xeb, 0xfe], // a key, and again
  ];
  const message = 0x7c00 + at + code.length;
  code[13] = message & 0xff;
  code[14] = message >> 8;
  return Uint8Array.from([...code, ...ascii(MESSAGE)]);
}

function ascii(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}

export function bootSector(plan: Plan, { serial, label }: Identity): Uint8Array {
  const bytes = new Uint8Array(plan.sectorSize);
  const view = new DataView(bytes.buffer);
  const wide = plan.type === 32;
  const code = wide ? WIDE_CODE : NARROW_CODE;
  const small = plan.sectors < 0x1_0000 && !wide;
  bytes.set([0xeb, code - 2, 0x90]);
  bytes.set(ascii(MAKER), 3);
  view.setUint16(11, plan.sectorSize, true);
  view.setUint8(13, plan.perCluster);
  view.setUint16(14, plan.reserved, true);
  view.setUint8(16, plan.fats);
  view.setUint16(17, plan.rootEntries, true);
  view.setUint16(19, small ? plan.sectors : 0, true);
  view.setUint8(21, plan.media);
  view.setUint16(22, wide ? 0 : plan.perFat, true);
  view.setUint16(24, plan.sectorsPerTrack, true);
  view.setUint16(26, plan.heads, true);
  view.setUint32(32, small ? 0 : plan.sectors, true);
  if (wide) {
    view.setUint32(36, plan.perFat, true);
    view.setUint32(44, 2, true);
    view.setUint16(48, 1, true);
    view.setUint16(50, 6, true);
  }
  const base = wide ? 64 : 36;
  view.setUint8(base, plan.media === 0xf8 ? 0x80 : 0);
  view.setUint8(base + 2, 0x29);
  view.setUint32(base + 3, serial, true);
  bytes.set(label ?? ascii('NO NAME    '), base + 7);
  bytes.set(ascii(`FAT${plan.type}   `), base + 18);
  bytes.set(program(code), code);
  bytes.set([0x55, 0xaa], 510);
  return bytes;
}

/** FSInfo of a new FAT32 volume: all but the root's cluster is free. */
export function infoSector(plan: Plan, free: number): Uint8Array {
  const bytes = new Uint8Array(plan.sectorSize);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x4161_5252, true);
  view.setUint32(484, 0x6141_7272, true);
  view.setUint32(488, free, true);
  view.setUint32(492, 3, true);
  view.setUint32(508, 0xaa55_0000, true);
  return bytes;
}
