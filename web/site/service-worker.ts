/**
 * The site without a network, and isolated without a server's help: docs/offline.md.
 *
 * A version is installed whole or not at all, and takes over at once: pages that were loaded with
 * an older one keep getting that one's files (clients.ts) and are told that there is a newer one.
 * So no page ever has files of two versions, and none is reloaded by anybody but its reader.
 */
import { answer, isOurs } from './worker/answer.ts';
import { remember, sweep } from './worker/clients.ts';
import { addressOf, manifest } from './worker/manifest.ts';
import { isShare, takeShare } from './worker/share.ts';
import { install, isHere } from './worker/versions.ts';

declare const self: ServiceWorkerGlobalScope;

self.addEventListener('install', (event) => {
  event.waitUntil(install().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim().then(sweep));
});

self.addEventListener('fetch', (event) => {
  if (isShare(event.request)) return event.respondWith(takeShare(event.request));
  const name = isOurs(event.request);
  if (name !== undefined) event.respondWith(answer(event, name));
});

/** A page says which version it is, and hears which one is the newest (web/site/offline.ts). */
self.addEventListener('message', (event) => {
  const { version } = (event.data ?? {}) as { version?: unknown };
  const client = event.source as Client | null;
  if (!client || typeof version !== 'string' || !client.url.startsWith(addressOf('./'))) return;
  client.postMessage({ newest: manifest.version });
  event.waitUntil(
    isHere(version).then((here) => (here ? remember(client.id, version) : undefined)),
  );
});
