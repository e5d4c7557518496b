/**
 * A disk as text that fits into an address, and back, byte for byte.
 *
 *   encodeDisk(image)   text
 *   decodeDisk(text)    an image in a buffer of its own
 *
 *   text     = "1." base64url(header deflated)
 *   header   = crc length, both little-endian
 *   crc      = 4 bytes: CRC-32 of the whole image
 *   length   = 3 bytes: how many bytes `deflated` has
 *   deflated = raw DEFLATE of the body that runs.ts describes
 *
 * Text from an address is hostile. It is measured before anything is made of it, and inflating
 * stops at the size that the largest floppy can need: a link of a megabyte could stand for a
 * gigabyte. The length is there so that a link that lost its end in some chat program is told
 * from a damaged one. All errors are ShareErrors with one line for people.
 *
 * Source: RFC 1951 (DEFLATE), Compression Streams (WHATWG).
 */

import { readCapped, through } from '../capped.ts';
import { ShareError } from '../errors.ts';
import { LARGEST_FLOPPY } from '../formats.ts';
import { fromBase64url, toBase64url } from './base64url.ts';
import { crc32 } from './crc32.ts';
import { packRuns, unpackRuns } from './runs.ts';

const VERSION_TAG = '1.';
const HEADER = 7;

/** Characters; beyond about 2 MiB Chromium refuses to follow a link at all. */
export const LINK_LIMIT = 2_000_000;

/** No body is larger: size, all sectors, and 4 bytes a run where every second sector is zero. */
const LARGEST_BODY = 4 + LARGEST_FLOPPY + 4 * Math.ceil(LARGEST_FLOPPY / 1024);

export function tooLong(characters: number): ShareError {
  const [size, limit] = [characters, LINK_LIMIT].map((count) => count.toLocaleString('en-US'));
  const message =
    `The link would be ${size} characters long and ${limit} is the limit. ` +
    'Save the disk as a file instead.';
  return new ShareError('too-large', message);
}

export async function encodeDisk(image: Uint8Array): Promise<string> {
  const body = packRuns(image);
  const deflating = through(body, new CompressionStream('deflate-raw'));
  const deflated = (await readCapped(deflating, Infinity)) ?? new Uint8Array();
  const bytes = new Uint8Array(HEADER + deflated.length);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, crc32(image), true);
  header.setUint16(4, deflated.length & 0xffff, true);
  header.setUint8(6, deflated.length >>> 16);
  bytes.set(deflated, HEADER);
  const text = VERSION_TAG + toBase64url(bytes);
  if (text.length > LINK_LIMIT) throw tooLong(text.length);
  return text;
}

export async function decodeDisk(text: string): Promise<Uint8Array> {
  const { crc, deflated } = parseHeader(parseText(text));
  const image = unpackRuns(await inflate(deflated));
  if (crc32(image) !== crc) {
    throw new ShareError('checksum', 'The disk in this link is damaged: its checksum is wrong.');
  }
  return image;
}

function parseText(text: string): Uint8Array {
  if (text.length > LINK_LIMIT) {
    throw new ShareError('too-large', 'The disk in this link is larger than any floppy disk.');
  }
  if (!text.startsWith(VERSION_TAG)) {
    const newer = /^\d+\./.test(text);
    const message = newer
      ? 'This link was made by a newer version of this page, which this one cannot read.'
      : 'This link does not carry a disk.';
    throw new ShareError('version', message);
  }
  const payload = text.slice(VERSION_TAG.length);
  const bytes = fromBase64url(payload);
  if (bytes) return bytes;
  if (/^[A-Za-z0-9_-]*$/.test(payload)) throw cutShort();
  throw new ShareError('base64', 'The disk in this link has characters that do not belong there.');
}

function cutShort(): ShareError {
  return new ShareError('cut', 'This link was cut short; copy all of it.');
}

function parseHeader(bytes: Uint8Array): { crc: number; deflated: Uint8Array } {
  if (bytes.length < HEADER) throw cutShort();
  const header = new DataView(bytes.buffer, bytes.byteOffset);
  const length = header.getUint16(4, true) | (header.getUint8(6) << 16);
  const deflated = bytes.subarray(HEADER);
  if (deflated.length < length) throw cutShort();
  if (deflated.length > length) {
    throw new ShareError('damaged', 'The disk in this link has something added to its end.');
  }
  return { crc: header.getUint32(0, true), deflated };
}

async function inflate(deflated: Uint8Array): Promise<Uint8Array> {
  let body: Uint8Array | undefined;
  try {
    const inflating = through(deflated, new DecompressionStream('deflate-raw'));
    body = await readCapped(inflating, LARGEST_BODY);
  } catch (error) {
    throw new ShareError('damaged', 'The disk in this link is damaged.', error);
  }
  if (body) return body;
  throw new ShareError('too-large', 'The disk in this link is larger than any floppy disk.');
}
