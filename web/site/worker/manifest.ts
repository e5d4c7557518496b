/**
 * What this version of the site is made of. The build puts it into the service worker's own file
 * (scripts/offline.mjs), so that the list and the code that reads it are always of one version.
 *
 *   manifest            this version, and its files: name -> SHA-256 of the bytes, base64url
 *   nameOf(address)     what a file is called in a manifest; undefined outside of our folder
 *   isAddressed(name)   the name holds a hash of the content: one such name is one content,
 *                       whatever version asks for it
 *   hashOf(bytes)
 */
declare const NEPTUNE_MANIFEST: Manifest;
declare const self: ServiceWorkerGlobalScope;

export interface Manifest {
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
}

export const manifest = NEPTUNE_MANIFEST;

export const SCOPE = self.registration.scope;

export const addressOf = (name: string): string => new URL(name, SCOPE).href;

export function nameOf(address: string): string | undefined {
  const { origin, pathname } = new URL(address);
  const path = origin + pathname;
  if (!path.startsWith(SCOPE)) return undefined;
  const name = path.slice(SCOPE.length);
  return name === '' || name.endsWith('/') ? `${name}index.html` : name;
}

/** As vite.config.ts names assets. */
export const isAddressed = (name: string): boolean =>
  /^assets\/.+-[A-Za-z0-9_-]{8}\.[a-z0-9]+$/.test(name);

export async function hashOf(bytes: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const base64 = btoa(String.fromCharCode(...digest));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
