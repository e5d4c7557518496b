/**
 * gzip: loaded with the page, since the site's own disks travel so (images.ts).
 *
 * Source: RFC 1952 §2.3.1.
 */
import { readCapped, through } from '../capped.ts';
import { ImageError } from '../errors.ts';
import { LARGEST_SOURCE } from '../formats.ts';
import { tooLarge } from '../sizes.ts';
import type { Container } from './types.ts';

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

export async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  let inflated: Uint8Array | undefined;
  try {
    inflated = await readCapped(through(bytes, new DecompressionStream('gzip')), LARGEST_SOURCE);
  } catch (error) {
    throw new ImageError('gzip', 'The gzipped image is damaged or cut short.', error);
  }
  if (!inflated) throw tooLarge();
  return inflated;
}

export const gzip: Container = {
  id: 'gzip',
  name: 'gzip',
  sniff: isGzip,
  unpack: async (bytes) => ({ kind: 'file', bytes: await gunzip(bytes) }),
};
