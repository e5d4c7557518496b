/**
 * The page's side of the service worker (docs/offline.md).
 *
 *   keepOffline(site)  has it installed when the page has time; tells of a newer version than the
 *                      page's own, and reloads if asked to. `site`: the address of its folder, if
 *                      the page is in another
 *   reloadIsolated()   for an address that asks for an isolated page where the server sends no
 *                      headers: true if the page is about to be loaded again
 *
 * Where there is none (a policy, a private window, a page without TLS, a full disk) the site works
 * as it does without. Nothing is reloaded by itself, with one exception: `?topology=isolated`, in a
 * window of its own, before anything was started, and once.
 */
const HOUR_MS = 3_600_000;
/** What else is fetched after the prompt comes first (host/code.ts). */
const IDLE_MS = 3_000;
/** A frame that nobody looks at may never be idle. */
const LATEST_MS = 10_000;
const TRIED = 'neptune isolated';

/** Even asking for it throws, in a frame without an origin. */
function container(): ServiceWorkerContainer | undefined {
  try {
    return navigator.serviceWorker as ServiceWorkerContainer | undefined;
  } catch {
    return undefined;
  }
}

const inOwnWindow = (): boolean => window.top === window;

async function register(workers: ServiceWorkerContainer, site = document.baseURI) {
  try {
    const address = new URL('./service-worker.js', site);
    return (await workers.register(address, { updateViaCache: 'none' })) as
      ServiceWorkerRegistration | undefined;
  } catch {
    return undefined;
  }
}

/** Not in every browser. */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(() => {
      if ('requestIdleCallback' in window)
        requestIdleCallback(() => resolve(), { timeout: LATEST_MS });
      else resolve();
    }, IDLE_MS);
  });
}

export function keepOffline(site?: string): void {
  const workers = container();
  if (!workers) return;
  followVersions(workers);
  void idle()
    .then(() => register(workers, site))
    .then((registration) => registration && lookNowAndThen(registration));
}

/** A browser looks for a newer one by itself whenever a page is loaded. Some stay for days. */
function lookNowAndThen(registration: ServiceWorkerRegistration): void {
  let last = Date.now();
  document.addEventListener('visibilitychange', () => {
    if (document.hidden || Date.now() - last < HOUR_MS) return;
    last = Date.now();
    void registration.update().catch(() => undefined);
  });
}

function followVersions(workers: ServiceWorkerContainer): void {
  const version = document.querySelector<HTMLMetaElement>('meta[name="version"]')?.content;
  const ask = (): void => workers.controller?.postMessage({ version });
  workers.addEventListener('controllerchange', ask);
  workers.addEventListener('message', ({ data }: MessageEvent<{ newest?: unknown } | null>) => {
    if (typeof data?.newest !== 'string' || data.newest === version) return;
    // A frame is in a page of somebody else's, and has it when it is loaded next.
    if (inOwnWindow()) offerReload();
  });
  workers.startMessages();
  ask();
}

function offerReload(): void {
  if (document.querySelector('#update')) return;
  const line = document.createElement('p');
  line.id = 'update';
  line.role = 'status';
  const reload = document.createElement('button');
  reload.type = 'button';
  reload.textContent = 'Reload';
  reload.addEventListener('click', () => location.reload());
  document.querySelector('header')?.append(line);
  // What is announced has to change in front of the reader's eyes.
  line.append('A new version is ready. ', reload);
}

/** Remembers in the window that it was tried: a browser that cannot is not asked twice. */
function firstTry(): boolean {
  try {
    if (sessionStorage.getItem(TRIED)) return false;
    sessionStorage.setItem(TRIED, 'tried');
    return true;
  } catch {
    return false;
  }
}

export async function reloadIsolated(): Promise<boolean> {
  const workers = container();
  if (crossOriginIsolated || !workers || !inOwnWindow() || !firstTry()) return false;
  const registration = await register(workers);
  if (!registration || !(await activated(registration))) return false;
  location.reload();
  return true;
}

function activated({ installing, waiting, active }: ServiceWorkerRegistration): Promise<boolean> {
  const worker = installing ?? waiting ?? active;
  return new Promise((resolve) => {
    const look = (): void => {
      if (worker?.state === 'activated') resolve(true);
      else if (!worker || worker.state === 'redundant') resolve(false);
    };
    worker?.addEventListener('statechange', look);
    look();
  });
}
