/**
 * The floppy controller as software sees it: ports, bits, command bytes.
 *
 * Source: 82077AA datasheet, "Register Set" and "Command Set". Port offsets count from 3F0; 3F6 is
 * not the controller's, so 3F7 is a port range of its own.
 */

// Offsets in the range from 3F0.
export const DOR = 2;
export const MSR = 4;
export const FIFO = 5;

// In the range of 3F7 alone: DIR when read, CCR when written.
export const DIR = 0;
export const CCR = 0;

export const DOR_NOT_RESET = 0x04;
/** Without it the chip's interrupt and DMA pins are disconnected. */
export const DOR_DMA_GATE = 0x08;
/** The motor bit of unit 0; the others follow. */
export const DOR_MOTOR = 0x10;

export const MSR_RQM = 0x80;
/** Set: the chip has a byte for the host. */
export const MSR_DIO = 0x40;
export const MSR_BUSY = 0x10;

export const DIR_DSKCHG = 0x80;

// Commands. MT: both heads in turn. MFM: double density, the only one here.
export const CMD_SPECIFY = 0x03;
export const CMD_SENSE_DRIVE = 0x04;
export const CMD_WRITE = 0x05;
export const CMD_READ = 0x06;
export const CMD_RECALIBRATE = 0x07;
export const CMD_SENSE_INTERRUPT = 0x08;
export const CMD_READ_ID = 0x0a;
export const CMD_FORMAT = 0x0d;
export const CMD_SEEK = 0x0f;
export const CMD_VERSION = 0x10;
export const CMD_PERPENDICULAR = 0x12;
export const CMD_CONFIGURE = 0x13;
export const CMD_VERIFY = 0x16;
export const OPT_MT = 0x80;
export const OPT_MFM = 0x40;
/** In VERIFY's second byte: the last parameter is a number of sectors. */
export const VERIFY_COUNT = 0x80;

/** What VERSION answers on an 82077AA and its successors. */
export const VERSION_ENHANCED = 0x90;
/** The single byte that answers an invalid command, and SENSE INTERRUPT with nothing to tell. */
export const ST0_INVALID = 0x80;
export const ST0_CODE = 0xc0;
export const ST0_ABNORMAL = 0x40;
export const ST0_POLLING = 0xc0;
/** Bits that are always 0 on an 82077AA. */
export const ST1_ZERO = 0x48;
export const ST2_ZERO = 0x80;
export const ST0_SEEK_END = 0x20;
export const ST0_CHECK = 0x10;
export const ST0_UNIT = 0x03;

export const ST1_END = 0x80;
export const ST1_CRC = 0x20;
export const ST1_OVERRUN = 0x10;
export const ST1_NO_DATA = 0x04;
export const ST1_NOT_WRITABLE = 0x02;
export const ST1_NO_MARK = 0x01;

export const ST2_DELETED = 0x40;
export const ST2_CRC_DATA = 0x20;
export const ST2_WRONG_CYLINDER = 0x10;
export const ST2_BAD_CYLINDER = 0x02;
export const ST2_NO_DATA_MARK = 0x01;

export const ST3_WRITE_PROTECTED = 0x40;
export const ST3_TRACK_ZERO = 0x10;

/** Data rate codes of CCR. */
export const RATE_500K = 0;
export const RATE_300K = 1;
export const RATE_250K = 2;
export const RATE_1M = 3;

/**
 * Microseconds: longest waits for what a command does. A disk turns in 200 ms, IDs are sought for
 * two turns.
 */
export const TIMEOUT_RESET = 500_000;
export const TIMEOUT_SEEK = 3_000_000;
export const TIMEOUT_READ_ID = 1_500_000;
export const TIMEOUT_DATA = 2_500_000;
