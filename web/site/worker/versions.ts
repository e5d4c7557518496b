/**
 * The versions of the site that are here: a cache for each, whole or not at all.
 *
 *   install()            has this version come, or rejects and leaves nothing
 *   fileOf(version, name)
 *                        a file of exactly that version, or undefined
 *   addressedFile(name)  one whose name is its content, of whatever version has it
 *   isHere(version)
 *   listVersions()       those that are whole, and remains of those that are not
 *
 * A file is put into a cache only after its hash was found right, and the manifest last: a cache
 * with a manifest is complete. What an older version has with the same hash is copied, and what the
 * browser's own cache has of hashed names is not asked for again.
 */
import { addressOf, hashOf, isAddressed, manifest, type Manifest, SCOPE } from './manifest.ts';

/** Caches are the origin's, and it may have several copies of the site in several folders. */
const PREFIX = `neptune|${SCOPE}|`;
const MANIFEST = 'offline-manifest.json';
const AT_ONCE = 4;

export const cacheName = (version: string): string => PREFIX + version;

export async function listVersions(): Promise<string[]> {
  const names = await caches.keys();
  return names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
}

export function fileOf(version: string, name: string): Promise<Response | undefined> {
  return caches.match(addressOf(name), { cacheName: cacheName(version) });
}

async function manifestOf(version: string): Promise<Manifest | undefined> {
  const found = await fileOf(version, MANIFEST);
  return found && ((await found.json()) as Manifest);
}

export const isHere = async (version: string): Promise<boolean> =>
  (await manifestOf(version)) !== undefined;

/** Headers that are true of the file, not of how it travelled. */
function kept(headers: Headers): Headers {
  const left = new Headers(headers);
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding', 'vary', 'age'])
    left.delete(name);
  return left;
}

/** From the network: only with the right content. */
async function fetchFile(name: string, hash: string): Promise<Response> {
  const address = addressOf(name);
  // A page may have had a hashed name already. What has none is asked for again, and a cache on the
  // way that gives an old one is passed by.
  for (const cache of [isAddressed(name) ? 'force-cache' : 'no-cache', 'reload'] as const) {
    const response = await fetch(address, { cache, priority: 'low' });
    if (!response.ok) continue;
    const bytes = await response.arrayBuffer();
    if ((await hashOf(bytes)) === hash)
      return new Response(bytes, { headers: kept(response.headers) });
  }
  throw new Error(`${name} of version ${manifest.version} is not to be had.`);
}

type Olders = readonly (readonly [version: string, files: Manifest['files']])[];

async function listOlders(): Promise<Olders> {
  const versions = await listVersions();
  const filesOf = async (version: string) => (await manifestOf(version))?.files ?? {};
  return Promise.all(versions.map(async (version) => [version, await filesOf(version)] as const));
}

async function copyFrom(olders: Olders, name: string, hash: string) {
  for (const [version, files] of olders) {
    if (files[name] !== hash) continue;
    const found = await fileOf(version, name);
    if (found) return found;
  }
  return undefined;
}

async function fill(cache: Cache, olders: Olders): Promise<void> {
  const waiting = Object.entries(manifest.files);
  const bring = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, hash] = next;
      const file = (await copyFrom(olders, name, hash)) ?? (await fetchFile(name, hash));
      await cache.put(addressOf(name), file);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, bring));
  } finally {
    // Where one has failed, the others need not go on.
    waiting.length = 0;
  }
}

export async function install(): Promise<void> {
  const { version } = manifest;
  if (await isHere(version)) return;
  const olders = await listOlders();
  const cache = await caches.open(cacheName(version));
  try {
    await fill(cache, olders);
    await cache.put(addressOf(MANIFEST), Response.json(manifest));
    // Somebody may have cleared the browser's storage meanwhile: such a cache is in nobody's reach.
    if (!(await isHere(version))) throw new Error('The cache was taken away.');
  } catch (error) {
    // No room, or not what this version is made of.
    await caches.delete(cacheName(version));
    throw error;
  }
}

/**
 * What is missing in a version that was whole (a browser may take away what it likes) comes from
 * the network, if it is the same still.
 */
export async function fileAgain(version: string, name: string): Promise<Response | undefined> {
  const hash = (await manifestOf(version))?.files[name];
  return hash === undefined ? undefined : fetchFile(name, hash);
}

export async function addressedFile(name: string): Promise<Response | undefined> {
  const own = await fileOf(manifest.version, name);
  if (own) return own;
  for (const version of await listVersions()) {
    const found = await fileOf(version, name);
    if (found) return found;
  }
  return undefined;
}
