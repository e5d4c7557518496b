/**
 * The site's first script: small, so that the page can say early what it waits for.
 *
 * All that the first prompt needs is asked for at once: the page's own modules by the page
 * (`modulepreload`, vite.config.ts), the system's code here, as soon as the machine can be seen.
 * Of a module a browser tells only that it is here; the rest is counted piece by piece.
 */
import { preload } from '../host/preload.ts';
import { showLoading } from './loading.ts';

/** As the element does itself (element/beginning.ts): what nobody sees costs nothing. */
function whenSeen(element: Element, then: () => void): void {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    then();
  });
  observer.observe(element);
}

const machine = document.querySelector('neptune-os')!;
const asked = (part: string): string | null => new URLSearchParams(part).get('topology');
const topology = asked(location.hash.slice(1)) ?? asked(location.search);
const loading = showLoading(machine);
whenSeen(machine, () => void preload(topology));
// Another link in the address is another start.
addEventListener('hashchange', () => location.reload());
/** What most visits do not need is asked for together with all else where one does. */
const link = location.hash || location.search ? import('./link.ts') : undefined;
// Of its failure the start says something.
link?.catch(() => undefined);
try {
  const { start } = await import('./start.ts');
  loading.imported();
  await start(machine as Parameters<typeof start>[0], link);
} catch (error) {
  loading.failed();
  throw error;
}
