/**
 * What workers see as `self`, as far as we use it.
 *
 * TypeScript's own declarations of workers (lib "WebWorker") and of pages (lib "DOM") contradict
 * each other in one program; pages are the larger part, so the workers' few names are declared
 * here. A worker, which must be a module, says `declare const self: DedicatedWorkerGlobalScope;`.
 *
 * Source: HTML Living Standard 10.2 (workers); Service Workers, 4.1-4.7.
 */

interface WorkerGlobalScope extends EventTarget {
  readonly location: WorkerLocation;
  readonly navigator: WorkerNavigator;
  readonly crossOriginIsolated: boolean;
  readonly isSecureContext: boolean;
}

interface WorkerLocation {
  readonly href: string;
  readonly origin: string;
  readonly search: string;
  readonly hash: string;
}

interface WorkerNavigator {
  readonly hardwareConcurrency: number;
  readonly locks: LockManager;
  readonly userAgent: string;
}

interface DedicatedWorkerGlobalScope extends WorkerGlobalScope {
  readonly name: string;
  onmessage: ((event: MessageEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown, transfer?: Transferable[]): void;
  close(): void;
}

interface ServiceWorkerGlobalScope extends WorkerGlobalScope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: Clients;
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', on: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'fetch', on: (event: FetchEvent) => void): void;
  addEventListener(type: 'message', on: (event: ExtendableMessageEvent) => void): void;
}

/** The pages and workers of a service worker. */
interface Clients {
  claim(): Promise<void>;
  matchAll(options?: { includeUncontrolled?: boolean; type?: 'window' | 'all' }): Promise<Client[]>;
}

interface Client {
  readonly id: string;
  readonly url: string;
  postMessage(message: unknown): void;
}

interface ExtendableEvent extends Event {
  /** Keeps the service worker alive until `work` has settled. */
  waitUntil(work: Promise<unknown>): void;
}

interface ExtendableMessageEvent extends ExtendableEvent {
  readonly data: unknown;
  readonly source: Client | ServiceWorker | MessagePort | null;
}

interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  readonly clientId: string;
  /** Of the page that a navigation will make. */
  readonly resultingClientId: string;
  respondWith(response: Response | Promise<Response>): void;
}
