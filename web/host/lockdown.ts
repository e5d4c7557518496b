/**
 * Takes from a worker what no process needs, before any process's code is loaded.
 *
 * A process talks to the kernel, and to nothing else: no network, no storage, no other workers, no
 * messages to the page. The worker's own plumbing keeps the one MessagePort that it was given.
 */

const POWERS = [
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'WebTransport',
  'EventSource',
  'WebSocketStream',
  'BroadcastChannel',
  'indexedDB',
  'caches',
  'CacheStorage',
  'Worker',
  'SharedWorker',
  'importScripts',
  'postMessage',
  'onmessage',
  'onmessageerror',
  'close',
  'RTCPeerConnection',
  'FileReader',
  'FileReaderSync',
  'Notification',
  'requestFileSystem',
  'webkitRequestFileSystem',
  'webkitRequestFileSystemSync',
] as const;

const NAVIGATOR = [
  'locks',
  'storage',
  'serviceWorker',
  'usb',
  'serial',
  'hid',
  'gpu',
  'sendBeacon',
] as const;

/** Names on the global object and on its prototypes answer undefined from now on. */
export function lockdown(): void {
  for (const name of POWERS) hide(globalThis, name);
  if (typeof navigator !== 'undefined') for (const name of NAVIGATOR) hide(navigator, name);
}

function hide(owner: object, name: string): void {
  for (let target: object | null = owner; target && target !== Object.prototype;) {
    if (Object.hasOwn(target, name)) {
      Object.defineProperty(target, name, {
        value: undefined,
        writable: false,
        configurable: false,
      });
    }
    target = Object.getPrototypeOf(target) as object | null;
  }
}
