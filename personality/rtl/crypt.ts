/**
 * Control codes of the encrypting filter (drivers/filters/crypt), for the name of the disk below.
 *
 *   IOCTL_CRYPT_SET_KEY     input: the passphrase, UTF-8. What is read and written from then on is
 *                           cipher text on the disk
 *   IOCTL_CRYPT_CLEAR_KEY   the disk is as it is
 *   IOCTL_CRYPT_QUERY       output: a word, CRYPT_KEY_SET or 0
 *
 * With either of the first two the disk counts as changed.
 */
const FILE_DEVICE_CRYPT = 0x8000;
const [READ, WRITE] = [1, 2];
const code = (number: number, access: number): number =>
  ((FILE_DEVICE_CRYPT << 16) | (access << 14) | (number << 2)) >>> 0;

/** Its control device: who opens it has the filter loaded. */
export const CRYPT_DEVICE = '\\Device\\Crypt';
export const IOCTL_CRYPT_SET_KEY = code(0x800, READ | WRITE);
export const IOCTL_CRYPT_CLEAR_KEY = code(0x801, READ | WRITE);
export const IOCTL_CRYPT_QUERY = code(0x802, READ);
export const CRYPT_KEY_SET = 1;
/** Bytes of a passphrase. */
export const CRYPT_LONGEST = 1024;
