/**
 * Disks that a link need not carry: an image of them lies at an address.
 *
 *   basesOf(disks, site, fetchImage)   for each that has one, the address and what is different;
 *                                      rejects in words where an image cannot be had, or not by
 *                                      the readers of `site`
 *
 * The image is fetched again, as it is now: what is different from that is right whatever it was
 * when the disk came from there, and the link is bound to it by its hash (store/share/overlay.ts).
 */
import { ShareError } from '../../store/errors.ts';
import { encodeOverlay } from '../../store/share/overlay.ts';
import type { FetchImage, SharedDisk } from './types.ts';

export async function basesOf(
  disks: readonly SharedDisk[],
  site: URL,
  fetchImage: FetchImage,
): Promise<Map<SharedDisk, { url: string; overlay: string }>> {
  const bases = new Map<SharedDisk, { url: string; overlay: string }>();
  for (const disk of disks) {
    if (disk.address === undefined) continue;
    const base = await imageAt(new URL(disk.address), site, fetchImage);
    const overlay = await encodeOverlay(disk.image, base);
    if (overlay !== undefined) bases.set(disk, { url: disk.address, overlay });
  }
  if (bases.size === 0)
    throw new ShareError('base', 'The image at the address has another size than the disk.');
  return bases;
}

async function imageAt(address: URL, site: URL, fetchImage: FetchImage): Promise<Uint8Array> {
  let readable = true;
  const { image } = await fetchImage(address, {
    async fetch(url, init) {
      const response = await fetch(url, init);
      readable = mayRead(response, address, site);
      return response;
    },
  });
  if (readable) return image;
  throw new ShareError(
    'base',
    `Pages of ${site.host} may not read ${address.host}, where the disk came from.`,
  );
}

/** What cannot be seen from here is taken to be as it is for this page. */
function mayRead({ type, headers }: Response, address: URL, site: URL): boolean {
  if (address.origin === site.origin || type !== 'basic') return true;
  const allowed = headers.get('Access-Control-Allow-Origin');
  return allowed === '*' || allowed === site.origin;
}
