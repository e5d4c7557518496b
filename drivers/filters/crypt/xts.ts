/**
 * XTS-AES-256: the mode for sectors of a disk. Each sector is encrypted by itself, as long as it
 * was, with its number as the tweak.
 *
 *   createXts(key)                     64 bytes: the data's key, then the tweak's
 *   xts.encrypt(data, sector)          whole sectors from that number on; a new array
 *   xts.decrypt(data, sector)
 *
 * Source: IEEE 1619-2007, 5.3; the tests have its vectors. AES itself is @noble/ciphers.
 */
import { ecb } from '@noble/ciphers/aes.js';

/** Bytes of a data unit, whatever the disk's sectors are. */
export const UNIT = 512;
export const KEY_BYTES = 64;
const BLOCK = 16;
/** x^128 + x^7 + x^2 + x + 1 */
const POLYNOMIAL = 0x87;

export interface Xts {
  encrypt(data: Uint8Array, sector: number): Uint8Array;
  decrypt(data: Uint8Array, sector: number): Uint8Array;
}

/** Tweaks are whole blocks, and so is the data: there is nothing to pad. */
const blocks = (key: Uint8Array) => ecb(key, { disablePadding: true });

export function createXts(key: Uint8Array): Xts {
  if (key.length !== KEY_BYTES) throw new RangeError(`a key of ${key.length} bytes`);
  const [dataKey, tweakKey] = [key.slice(0, KEY_BYTES / 2), key.slice(KEY_BYTES / 2)];

  /** One for each block of `length` bytes from the sector on. */
  function tweaks(sector: number, length: number): Uint8Array {
    const numbers = new Uint8Array((length / UNIT) * BLOCK);
    const view = new DataView(numbers.buffer);
    for (let at = 0; at < numbers.length; at += BLOCK)
      view.setBigUint64(at, BigInt(sector + at / BLOCK), true);
    const first = blocks(tweakKey).encrypt(numbers);
    const all = new Uint8Array(length);
    for (let unit = 0; unit * UNIT < length; unit++) {
      all.set(first.subarray(unit * BLOCK, (unit + 1) * BLOCK), unit * UNIT);
      for (let at = unit * UNIT; at + BLOCK < (unit + 1) * UNIT; at += BLOCK) double(all, at);
    }
    return all;
  }

  function check({ length }: Uint8Array): void {
    if (length % UNIT !== 0) throw new RangeError(`${length} bytes are no whole sectors`);
  }

  return {
    encrypt(data, sector) {
      check(data);
      const mask = tweaks(sector, data.length);
      return mix(blocks(dataKey).encrypt(mix(data.slice(), mask)), mask);
    },
    decrypt(data, sector) {
      check(data);
      const mask = tweaks(sector, data.length);
      return mix(blocks(dataKey).decrypt(mix(data.slice(), mask)), mask);
    },
  };
}

/** The block behind `at` is the one there, times x. */
function double(all: Uint8Array, at: number): void {
  let carry = 0;
  for (let i = 0; i < BLOCK; i++) {
    const byte = all[at + i]!;
    all[at + BLOCK + i] = ((byte << 1) | carry) & 0xff;
    carry = byte >>> 7;
  }
  if (carry) all[at + BLOCK]! ^= POLYNOMIAL;
}

function mix(data: Uint8Array, mask: Uint8Array): Uint8Array {
  for (let i = 0; i < data.length; i++) data[i]! ^= mask[i]!;
  return data;
}
