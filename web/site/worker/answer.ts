/**
 * What a page gets that asks for something in our folder.
 *
 *   answer(event)   a promise of the response
 *
 * - A page is of the newest version that is whole, and is isolated (isolation.ts).
 * - What a page of a version asks for comes from that version.
 * - A name that is a hash of its content is the same in every version.
 * - Whatever is none of ours comes from the network, as if nobody stood in between; so does all
 *   that a page asks for that came from there (frame.html in a page of another origin).
 */
import { NONE, remember, sweep, versionOf } from './clients.ts';
import { isolated } from './isolation.ts';
import { isAddressed, manifest, nameOf } from './manifest.ts';
import { addressedFile, fileAgain, fileOf } from './versions.ts';

/** Hosts give `embed.html` as `embed`, too. */
function pageNamed(name: string): string | undefined {
  const has = (one: string): boolean => Object.hasOwn(manifest.files, one);
  return [name, `${name}.html`].find((one) => one.endsWith('.html') && has(one));
}

async function page(event: FetchEvent, name: string): Promise<Response> {
  const { request, resultingClientId: client } = event;
  const ours = pageNamed(name);
  const found = ours === undefined ? undefined : await fileOf(manifest.version, ours);
  event.waitUntil(remember(client, found ? manifest.version : NONE).then(sweep));
  if (found) return isolated(found, request.destination);
  const response = await fetch(request);
  return ours === undefined ? response : isolated(response, request.destination);
}

async function file({ request, clientId }: FetchEvent, name: string): Promise<Response> {
  if (isAddressed(name)) return (await addressedFile(name)) ?? fetch(request);
  const version = (await versionOf(clientId)) ?? NONE;
  if (version === NONE) return fetch(request);
  const found = (await fileOf(version, name)) ?? (await fileAgain(version, name));
  return found ?? fetch(request);
}

export async function answer(event: FetchEvent, name: string): Promise<Response> {
  const { mode, destination } = event.request;
  if (mode === 'navigate') return page(event, name);
  const response = await file(event, name);
  // A worker that is loaded by its address is what its page is, or the page may not have it.
  return destination === 'worker' ? isolated(response, destination) : response;
}

/** Parts of files are asked for of disks alone, which are the network's. */
export function isOurs({ method, headers, url }: Request): string | undefined {
  return method === 'GET' && !headers.has('range') ? nameOf(url) : undefined;
}
