/**
 * The 8042's ports and what is said through them.
 *
 * Source: IBM AT technical reference, "Keyboard controller"; IBM PS/2 hardware interface technical
 * reference, "Keyboards (101- and 102-key)".
 */
export const DATA = 0x60;
export const STATUS = 0x64;
export const LINE = 1;

// Status
export const OUTPUT_FULL = 0x01;
export const INPUT_FULL = 0x02;
/** An undriven bus. */
export const ABSENT = 0xff;

// Commands to the controller
export const WRITE_COMMAND_BYTE = 0x60;
export const SELF_TEST = 0xaa;
export const SELF_TEST_PASSED = 0x55;
export const INTERFACE_TEST = 0xab;
export const INTERFACE_GOOD = 0x00;
export const KEYBOARD_OFF = 0xad;
/** Interrupt, system flag, translation to set 1. */
export const COMMAND_BYTE = 0x45;
/** The same without interrupt. */
export const COMMAND_BYTE_QUIET = 0x44;

// Commands to the keyboard
export const SET_LEDS = 0xed;
export const SET_TYPEMATIC = 0xf3;
export const ENABLE = 0xf4;
export const DISABLE = 0xf5;
export const RESET = 0xff;

// Answers of the keyboard
export const ACK = 0xfa;
export const RESEND = 0xfe;
export const TEST_PASSED = 0xaa;
