/**
 * From a passphrase to a disk's key: scrypt, whose cost is memory, so that passphrases cannot be
 * tried by the billion.
 *
 * There is no header on the disk, and so no salt of its own: the same passphrase gives the same key
 * everywhere, and a wrong one gives noise instead of a file system. 16 MiB and a tenth of a second.
 */
import { scrypt } from '@noble/hashes/scrypt.js';
import { createXts, KEY_BYTES, type Xts } from './xts.ts';

const SALT = new TextEncoder().encode('Neptune Web: sectors of a disk, XTS-AES-256');
const COST = { N: 2 ** 14, r: 8, p: 1 };

export function keyOf(passphrase: Uint8Array): Xts {
  return createXts(scrypt(passphrase, SALT, { ...COST, dkLen: KEY_BYTES }));
}
