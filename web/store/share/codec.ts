/**
 * A disk as text that fits into an address, and back, byte for byte.
 *
 *   encodeDisk(image)             text
 *   decodeDisk(text)              an image in a buffer of its own
 *   packBody(tag, image, body)    the same for another version's body (overlay.ts)
 *   unpackBody(tag, text)         its body, capped; `verified(image, crc)` is the last step
 *
 *   text     = tag base64url(header deflated)
 *   tag      = "1." for a whole disk
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

const WHOLE = '1.';
const HEADER = 7;

/** Characters; beyond about 2 MiB Chromium refuses to follow a link at all. */
export const LINK_LIMIT = 2_000_000;

/**
 * No body is larger: a hash (overlay.ts), the size, all sectors, and 4 bytes a run where every
 * second sector is zero.
 */
const LARGEST_BODY = 32 + 4 + LARGEST_FLOPPY + 4 * Math.ceil(LARGEST_FLOPPY / 1024);

export function tooLong(characters: number): ShareError {
  const [size, limit] = [characters, LINK_LIMIT].map((count) => count.toLocaleString('en-US'));
  const message =
    `The link would be ${size} characters long and ${limit} is the limit. ` +
    'Save the disk as a file instead.';
  return new ShareError('too-large', message);
}

export async function encodeDisk(image: Uint8Array): Promise<string> {
  return packBody(WHOLE, image, packRuns(image));
}

export async function packBody(tag: string, image: Uint8Array, body: Uint8Array): Promise<string> {
  const deflating = through(body, new CompressionStream('deflate-raw'));
  const deflated = (await readCapped(deflating, Infinity)) ?? new Uint8Array();
  const bytes = new Uint8Array(HEADER + deflated.length);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, crc32(image), true);
  header.setUint16(4, deflated.length & 0xffff, true);
  header.setUint8(6, deflated.length >>> 16);
  bytes.set(deflated, HEADER);
  const text = tag + toBase64url(bytes);
  if (text.length > LINK_LIMIT) throw tooLong(text.length);
  return text;
}

export async function decodeDisk(text: string): Promise<Uint8Array> {
  const { crc, body } = await unpackBody(WHOLE, text);
  return verified(unpackRuns(body), crc);
}

export async function unpackBody(
  tag: string,
  text: string,
): Promise<{ crc: number; body: Uint8Array }> {
  const { crc, deflated } = parseHeader(parseText(tag, text));
  return { crc, body: await inflate(deflated) };
}

export function verified(image: Uint8Array, crc: number): Uint8Array {
  if (crc32(image) === crc) return image;
  throw new ShareError('checksum', 'The disk in this link is damaged: its checksum is wrong.');
}

function parseText(tag: string, text: string): Uint8Array {
  if (text.length > LINK_LIMIT) {
    throw new ShareError('too-large', 'The disk in this link is larger than any floppy disk.');
  }
  if (!text.startsWith(tag)) {
    const newer = /^\d+\./.test(text);
    const message = newer
      ? 'This link was made by a newer version of this page, which this one cannot read.'
      : 'This link does not carry a disk.';
    throw new ShareError('version', message);
  }
  const payload = text.slice(tag.length);
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
