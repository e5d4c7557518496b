/**
 * The site's first script: small, so that the page can say early what it waits for.
 *
 * All that the first prompt needs is asked for at once: the page's own modules by the page
 * (`modulepreload`, vite.config.ts), the system's code here, as soon as the machine can be seen. It
 * begins with its code (web/host/ahead.ts), whatever of the page is still to come.
 * Of a module a browser tells only that it is here; the rest is counted piece by piece.
 */
import { beginAhead } from '../host/ahead.ts';
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

const fragment = new URLSearchParams(location.hash.slice(1));

/** An address that says no more than where processes run needs nobody who understands links. */
const isPlain = !location.hash && /^(\?topology=(auto|isolated|single))?$/.test(location.search);

/** The system itself, beside all that the page makes to show it. */
function beginSystem(): Promise<void> {
  const speed = fragment.get('speed') === 'real' ? 'real' : 'fast';
  return beginAhead(fragment.get('topology') ?? query.get('topology'), speed);
}

/** A page that is all of its window shows its machine from the start. */
const isShown = (): boolean => document.visibilityState === 'visible' && self === top;

/**
 * Milliseconds that the page's own code waits for the system to begin: both want this thread, and
 * workers that have begun have their own. On a thin line there is time for both.
 */
const MOMENT = 250;
const moment = (): Promise<void> => new Promise((over) => setTimeout(over, MOMENT));

/** This script does not wait for the rest of the page. */
async function parsed(): Promise<void> {
  if (document.readyState !== 'loading') return;
  await new Promise((here) => document.addEventListener('DOMContentLoaded', here, { once: true }));
}

/** What most visits do not need is asked for together with all else where one does. */
const forLinks = () => import('./link.ts');

async function begin(): Promise<void> {
  const shown = isShown();
  const begins = shown ? beginSystem() : undefined;
  await parsed();
  const machine = document.querySelector('neptune-os')!;
  const loading = showLoading(machine);
  if (!shown) whenSeen(machine, () => void beginSystem());
  // Another link in the address is another start.
  addEventListener('hashchange', () => location.reload());
  const link = isPlain ? undefined : forLinks();
  // Of its failure the start says something.
  link?.catch(() => undefined);
  try {
    const code = import('./start.ts');
    code.catch(() => undefined);
    await Promise.race([begins, moment()]);
    const { start } = await code;
    loading.imported();
    await start(machine as Parameters<typeof start>[0], link, shown);
  } catch (error) {
    loading.failed();
    throw error;
  }
}

/** An experiment is a page of the guide, with a machine of its own. */
const goes = query.has('experiment') && forLinks().then(({ goToExperiment }) => goToExperiment());
if (!(await Promise.resolve(goes).catch(() => false))) await begin();
