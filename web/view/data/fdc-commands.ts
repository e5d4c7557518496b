/** The diskette controller's commands by their first byte. Source: 82077AA datasheet, table 5-1. */
const NAMES: Readonly<Record<number, string>> = {
  0x02: 'READ TRACK',
  0x03: 'SPECIFY',
  0x04: 'SENSE DRIVE STATUS',
  0x05: 'WRITE DATA',
  0x06: 'READ DATA',
  0x07: 'RECALIBRATE',
  0x08: 'SENSE INTERRUPT STATUS',
  0x09: 'WRITE DELETED DATA',
  0x0a: 'READ ID',
  0x0c: 'READ DELETED DATA',
  0x0d: 'FORMAT TRACK',
  0x0e: 'DUMPREG',
  0x0f: 'SEEK',
  0x10: 'VERSION',
  0x11: 'SCAN EQUAL',
  0x12: 'PERPENDICULAR MODE',
  0x13: 'CONFIGURE',
  0x14: 'LOCK',
  0x16: 'VERIFY',
  0x19: 'SCAN LOW OR EQUAL',
  0x1d: 'SCAN HIGH OR EQUAL',
};
/** Above: multitrack, MFM, skip, and so on. */
const CODE = 0x1f;

export function commandName(first: number): string {
  return NAMES[first & CODE] ?? `command ${first.toString(16)}`;
}
