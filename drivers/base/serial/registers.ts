/**
 * The 16550A's registers and bits, as offsets from 3F8.
 *
 * Source: PC16550D datasheet, "Registers".
 */

/** RBR when read, THR when written; divisor low while DLAB is set. */
export const DATA = 0;
/** Divisor high while DLAB is set. */
export const IER = 1;
/** IIR when read, FCR when written. */
export const IIR = 2;
export const FCR = 2;
export const LCR = 3;
export const MCR = 4;
export const LSR = 5;
export const MSR = 6;
export const SCR = 7;

export const IER_RECEIVED = 0x01;
export const IER_TRANSMIT = 0x02;

/** Set: nothing to tell. */
export const IIR_NONE = 0x01;
export const IIR_CAUSE = 0x0e;
export const CAUSE_MODEM = 0x00;
export const CAUSE_TRANSMIT = 0x02;
export const CAUSE_RECEIVED = 0x04;
export const CAUSE_LINE = 0x06;
export const CAUSE_TIMEOUT = 0x0c;

/** FIFOs on and cleared, receive interrupt at 14 bytes or after a pause. */
export const FCR_SETUP = 0xc7;
export const LCR_8N1 = 0x03;
export const LCR_DLAB = 0x80;
/** DTR, RTS, and OUT2, which connects the interrupt. */
export const MCR_SETUP = 0x0b;

export const LSR_DATA_READY = 0x01;
export const LSR_TRANSMIT_EMPTY = 0x20;

/** 115200 bit/s. */
export const DIVISOR = 1;
export const FIFO_SIZE = 16;
