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

const query = new URLSearchParams(location.search);

async function begin(): Promise<void> {
  const machine = document.querySelector('neptune-os')!;
  const topology = new URLSearchParams(location.hash.slice(1)).get('topology');
  const loading = showLoading(machine);
  whenSeen(machine, () => void preload(topology ?? query.get('topology')));
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
}

/** An experiment is a page of the guide, with a machine of its own. */
const experiment = query.get('experiment');
if (experiment && /^[a-z\d-]+$/.test(experiment))
  location.replace(`guide/experiments/${experiment}.html`);
else await begin();
