/** Registers of the battery-backed memory, as offsets from its first port. */
export const COMMAND = 0;
export const ADDRESS = 1;
export const DATA = 4;
export const SIZE = 0x4_0000;

export const BRING = 1;
export const KEEP = 2;

export const BUSY = 0x01;
/** The contents are here. */
export const HERE = 0x02;
export const FOREIGN = 0x10;
export const NO_ANSWER = 0x20;
export const NO_ROOM = 0x40;
export const FAILED = 0x80;
/** No device there: an undriven bus. */
export const ABSENT = 0xff;
