/**
 * Which page was loaded with which version, and which versions nobody needs any more.
 *
 *   remember(client, version)   NONE: it came from the network, and gets everything from there
 *   versionOf(client)           undefined: it was here before the service worker
 *   sweep()                     forgets pages that are closed, and deletes the caches that neither
 *                               a page nor this service worker uses
 *
 * The list outlives the service worker, which a browser ends whenever it likes: it is in a cache of
 * its own, and in memory what was asked for.
 */
import { addressOf, manifest } from './manifest.ts';
import { cacheName, listVersions } from './versions.ts';

declare const self: ServiceWorkerGlobalScope;

export const NONE = 'none';

/** Beside the versions, under names that no version has. */
const CLIENTS = 'clients';
export const SHARED = 'shared';
/** A page that is being made is in nobody's list of pages yet. */
const YOUNG_MS = 30_000;

const known = new Map<string, string>();

const keyOf = (client: string): string => addressOf(`client/${encodeURIComponent(client)}`);
const stored = (): Promise<Cache> => caches.open(cacheName(CLIENTS));

interface Entry {
  readonly client: string;
  readonly version: string;
  readonly at: number;
}

export async function remember(client: string, version: string): Promise<void> {
  if (known.get(client) === version) return;
  known.set(client, version);
  const entry: Entry = { client, version, at: Date.now() };
  await (await stored()).put(keyOf(client), Response.json(entry));
}

export async function versionOf(client: string): Promise<string | undefined> {
  const version = known.get(client);
  if (version !== undefined) return version;
  const found = await (await stored()).match(keyOf(client));
  if (!found) return undefined;
  const entry = (await found.json()) as Entry;
  known.set(client, entry.version);
  return entry.version;
}

async function versionsInUse(): Promise<Set<string>> {
  const clients = await self.clients.matchAll({ includeUncontrolled: true, type: 'all' });
  const living = new Set(clients.map(({ id }) => id));
  const list = await stored();
  const used = new Set([manifest.version, CLIENTS, SHARED]);
  for (const key of await list.keys()) {
    const { client, version, at } = (await (await list.match(key))?.json()) as Entry;
    if (living.has(client) || Date.now() - at < YOUNG_MS) {
      used.add(version);
    } else {
      known.delete(client);
      await list.delete(key);
    }
  }
  return used;
}

export async function sweep(): Promise<void> {
  const versions = await listVersions();
  // The cache of the one that is being installed is in nobody's use, and needed.
  if (self.registration.installing) return;
  const used = await versionsInUse();
  for (const version of versions) if (!used.has(version)) await caches.delete(cacheName(version));
}
