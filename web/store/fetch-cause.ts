/**
 * Why an address could not be fetched. A browser says the same of all causes, so that no page
 * learns what is in somebody's network; but each of these can be told by other means.
 *
 *   fetchCause(url, ask)   a sentence for people; `ask`: fetches as a page may that reads nothing
 *
 * A server that answers where nobody reads the answer is there, and it was the reading that was
 * refused (CORS). An isolated page is not told even that of a server that does not agree to be
 * embedded, so there both causes are named.
 *
 * Sources: Fetch (WHATWG), "CORS protocol"; Mixed Content (W3C); HTML, "cross-origin embedder
 * policies".
 */

type Ask = (url: string, init: RequestInit) => Promise<unknown>;

const INSTEAD = 'Download the file and insert it instead.';
const PATIENCE_MS = 5_000;
const FETCHED = /^(?:https?|blob|data):$/;

export interface Where {
  readonly online: boolean;
  readonly isolated: boolean;
  readonly page: string;
}

const here = (): Where => ({
  online: globalThis.navigator?.onLine ?? true,
  isolated: globalThis.crossOriginIsolated ?? false,
  page: globalThis.location?.href ?? 'http://localhost/',
});

export async function fetchCause(url: string, ask: Ask, where: Where = here()): Promise<string> {
  const { protocol, host, origin, username, password } = new URL(url, where.page);
  const from = host || 'That address';
  const page = new URL(where.page);
  if (!FETCHED.test(protocol))
    return `A browser fetches what is at http: or https:, and this address begins with ${protocol}`;
  if (username || password)
    return `An address with a name or a password in it is not fetched by browsers. ${INSTEAD}`;
  if (!where.online) return `This computer is offline, and the disk image is at ${from}.`;
  if (page.protocol === 'https:' && protocol === 'http:' && !isLocal(host))
    return `A page with https: may fetch nothing with http:, as from ${from}. ${INSTEAD}`;
  const out = `${from} is out of reach: the name or the server is not there, or not now.`;
  if (origin === page.origin) return out;
  if (await answers(url, ask))
    return (
      `${from} does not let other sites read its files (it sends no ` +
      `Access-Control-Allow-Origin). ${INSTEAD}`
    );
  if (!where.isolated) return out;
  return (
    `The disk image could not be fetched from ${from}: it is out of reach, or does not let other ` +
    `sites read it. ${INSTEAD}`
  );
}

/** Browsers take these for as safe as https:. */
function isLocal(host: string): boolean {
  return /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(host);
}

async function answers(url: string, ask: Ask): Promise<boolean> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    await ask(url, { mode: 'no-cors', method: 'HEAD', credentials: 'omit', signal });
    return true;
  } catch {
    return false;
  }
}
