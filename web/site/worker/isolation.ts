/**
 * Headers by which a page is cross-origin isolated, on hosts that send none.
 *
 *   isolated(response, destination)   the same, with the headers that this browser needs. Where the
 *                                     server has decided by itself, nothing is changed
 *
 * Document-Isolation-Policy isolates a page by itself, also in a frame of somebody else's page, and
 * leaves its openers and its own frames alone. Browsers without it need COOP and COEP, which count
 * for top-level pages only: in a frame they would cost something and give nothing.
 *
 * A service worker cannot see what a browser makes of a header, so the version says it: Chromium
 * has it since 137, on Android since 146. One that knows none of them is not isolated, and runs
 * all in one worker.
 *
 * Sources: Document-Isolation-Policy (WICG); HTML Living Standard 7.1.3 and 7.1.4 (COOP, COEP).
 */
interface Brand {
  readonly brand: string;
  readonly version: string;
}

interface BrandedNavigator {
  readonly userAgentData?: { readonly brands: readonly Brand[]; readonly mobile: boolean };
}

const FIRST_DESKTOP = 137;
const FIRST_MOBILE = 146;

/** Headers by which a server says that it has thought of this. */
const DECIDED = [
  'Cross-Origin-Embedder-Policy',
  'Cross-Origin-Opener-Policy',
  'Document-Isolation-Policy',
];

function hasDocumentPolicy({ userAgentData }: BrandedNavigator): boolean {
  const chromium = userAgentData?.brands.find(({ brand }) => brand === 'Chromium');
  const first = userAgentData?.mobile ? FIRST_MOBILE : FIRST_DESKTOP;
  return Number(chromium?.version ?? 0) >= first;
}

export function isolationHeaders(
  destination: string,
  browser: BrandedNavigator,
): Readonly<Record<string, string>> {
  if (hasDocumentPolicy(browser))
    return { 'Document-Isolation-Policy': 'isolate-and-require-corp' };
  const embedder = { 'Cross-Origin-Embedder-Policy': 'require-corp' };
  if (destination === 'document')
    return { 'Cross-Origin-Opener-Policy': 'same-origin', ...embedder };
  // Such a page may have no worker that is less strict than itself.
  return destination === 'worker' ? embedder : {};
}

export function isolated(response: Response, destination: string): Response {
  // A redirect that is not followed yet has no headers to see, and no body.
  if (response.type !== 'default' && response.type !== 'basic') return response;
  if (DECIDED.some((name) => response.headers.has(name))) return response;
  const { body, status, statusText } = response;
  const headers = new Headers(response.headers);
  const added = isolationHeaders(destination, navigator as BrandedNavigator);
  for (const [name, value] of Object.entries(added)) headers.set(name, value);
  return new Response(body, { status, statusText, headers });
}
