/**
 * Workers across origins: a browser refuses one whose script is of another origin; then a small
 * script of this origin imports it.
 *
 *   sameOrigin(url)   whether a worker may be made of it
 *   importing(url)    the address of such a small script
 */

/** A sandboxed frame has an address, and yet an origin that is nobody's. */
export function sameOrigin(url: URL): boolean {
  return url.origin === globalThis.origin;
}

/** Where the origin is nobody's, blobs are no scripts either; data is. */
export function importing(url: URL): URL {
  const script = `import ${JSON.stringify(url.href)};`;
  if (globalThis.origin === 'null')
    return new URL(`data:text/javascript,${encodeURIComponent(script)}`);
  const blob = new Blob([script], { type: 'text/javascript' });
  return new URL(URL.createObjectURL(blob));
}
