/**
 * What a disk has changed of an image that lies at an address, as text for a link.
 *
 *   encodeOverlay(image, base)   text; undefined where the two have not one size
 *   decodeOverlay(text, base)    the image; throws ShareError, `base` where the base is another
 *
 *   text = "2." base64url(header deflated), as codec.ts has it, `crc` of the whole image
 *   body = hash size run*
 *   hash = 32 bytes: SHA-256 of the base, the image as it is in the drive, out of its container
 *   size, run: as runs.ts has them, over the base
 *
 * Sectors laid over another disk than theirs make a disk that nobody ever had: files of one in
 * directories of the other. So the base is compared before anything is laid over it.
 *
 * Source: Web Cryptography (W3C) 14.3.5; FIPS 180-4.
 */
import { ShareError } from '../errors.ts';
import { packBody, unpackBody, verified } from './codec.ts';
import { OVERLAY_TAG } from './overlay-tag.ts';
import { packRuns, unpackRuns } from './runs.ts';

const HASH = 32;

export async function encodeOverlay(
  image: Uint8Array,
  base: Uint8Array,
): Promise<string | undefined> {
  if (image.length !== base.length) return undefined;
  const runs = packRuns(image, base);
  const body = new Uint8Array(HASH + runs.length);
  body.set(await hashOf(base));
  body.set(runs, HASH);
  return packBody(OVERLAY_TAG, image, body);
}

export async function decodeOverlay(text: string, base: Uint8Array): Promise<Uint8Array> {
  const { crc, body } = await unpackBody(OVERLAY_TAG, text);
  if (body.length < HASH) throw new ShareError('damaged', 'The disk in this link is damaged.');
  const hash = await hashOf(base);
  if (hash.some((byte, i) => byte !== body[i]))
    throw new ShareError(
      'base',
      'The image at this address has changed since the link was made: the changes in the link ' +
        'are to another disk, and were left out.',
    );
  return verified(unpackRuns(body.subarray(HASH), base), crc);
}

async function hashOf(image: Uint8Array): Promise<Uint8Array> {
  // A page that came over http: has no such thing, by the standard.
  const { subtle } = globalThis.crypto as { subtle?: SubtleCrypto };
  if (!subtle)
    throw new ShareError(
      'insecure',
      'This page did not come over https:, so it cannot check what a link changes of a disk.',
    );
  return new Uint8Array(await subtle.digest('SHA-256', new Uint8Array(image)));
}
