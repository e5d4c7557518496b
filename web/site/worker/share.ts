/**
 * Files that the system's share sheet hands to the installed app: it posts a form, which no static
 * server could take. They wait in a cache until the page that opens then has taken them
 * (web/site/launched.ts).
 *
 *   isShare(request), takeShare(request)   answers by sending the browser to the page
 *
 * Any page can post such a form. So what comes is bounded, is never kept by itself, and waits no
 * longer than until the next one.
 */
import { SHARED } from './clients.ts';
import { addressOf, nameOf } from './manifest.ts';
import { cacheName } from './versions.ts';

const MOST_FILES = 8;
const MOST_BYTES = 16 * 1024 * 1024;

/** The manifest's `share_target`. */
export const isShare = ({ method, url }: Request): boolean =>
  method === 'POST' && nameOf(url) === 'share';

const isFile = (value: FormDataEntryValue): value is File => typeof value !== 'string';

export async function takeShare(request: Request): Promise<Response> {
  const page = new URL(addressOf('./'));
  try {
    const entries = [...(await request.formData()).values()].filter(isFile);
    const files = entries.filter(({ size }) => size <= MOST_BYTES).slice(0, MOST_FILES);
    await caches.delete(cacheName(SHARED));
    const cache = await caches.open(cacheName(SHARED));
    for (const [i, file] of files.entries()) {
      const headers = { 'X-Name': encodeURIComponent(file.name) };
      await cache.put(addressOf(`shared/${i}`), new Response(file, { headers }));
    }
    page.searchParams.set('shared', files.length < entries.length ? 'some' : 'all');
  } catch {
    page.searchParams.set('shared', 'none');
  }
  return Response.redirect(page.href, 303);
}
