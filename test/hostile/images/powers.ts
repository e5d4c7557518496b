/** Looks for a way out: the network, storage, the page, other modules, code from text. */
import { attacker } from '../attack.ts';

/** Whatever a browser has had or may have that reaches something. */
const NAMES = [
  ...['fetch', 'XMLHttpRequest', 'WebSocket', 'WebTransport', 'EventSource', 'WebSocketStream'],
  ...['BroadcastChannel', 'MessageChannel', 'MessagePort', 'Worker', 'SharedWorker', 'indexedDB'],
  ...['caches', 'navigator', 'location', 'FontFace', 'fonts', 'importScripts', 'postMessage'],
  ...['addEventListener', 'onmessage', 'dispatchEvent', 'close', 'name', 'self', 'crypto'],
  ...['setTimeout', 'setInterval', 'queueMicrotask', 'performance', 'console', 'eval', 'Blob'],
  ...['URL', 'Request', 'Response', 'Notification', 'RTCPeerConnection', 'FileReaderSync'],
  ...['SharedArrayBuffer', 'Atomics', 'WebAssembly', 'WeakRef', 'FinalizationRegistry'],
  ...['structuredClone', 'createImageBitmap', 'OffscreenCanvas', 'scheduler', 'trustedTypes'],
  ...['webkitRequestFileSystemSync', 'reportError', 'cookieStore', 'ImageDecoder', 'Intl'],
];

export const image = attacker(async (_process, found) => {
  const global = globalThis as unknown as Record<string, unknown>;
  for (const name of NAMES) if (global[name] !== undefined) found.push(`there is ${name}`);
  for (let at: object | null = global; at && at !== Object.prototype; at = above(at))
    for (const key of Reflect.ownKeys(at))
      if (typeof Object.getOwnPropertyDescriptor(at, key)?.get === 'function')
        found.push(`the global object has an accessor ${String(key)}`);

  const addresses = [
    '/leak?import',
    './leak?relative',
    new Error().stack?.match(/https?:\/\/[^/\s]+/)?.[0] + '/leak?absolute',
    `${import.meta.url.replace(/^blob:/, '').replace(/(\/\/[^/]*).*/, '$1')}/leak?origin`,
    'data:text/javascript,export default 1',
    'blob:null/00000000-0000-0000-0000-000000000000',
  ];
  for (const address of addresses) {
    try {
      await import(/* @vite-ignore */ address);
      found.push(`import(${address})`);
    } catch {
      // refused
    }
  }
  const makers = [() => undefined, async () => undefined, function* () {}, async function* () {}];
  for (const each of makers) {
    try {
      const maker = (Object.getPrototypeOf(each) as { constructor: new (text: string) => unknown })
        .constructor;
      new maker('return 1');
      found.push(`code from text: ${maker.name}`);
    } catch {
      // refused
    }
  }
  /x(y)/.exec('xy');
  if ((RegExp as unknown as Record<string, unknown>)['$1'] !== undefined)
    found.push("RegExp keeps everybody's last match");
});

function above(object: object): object | null {
  return Object.getPrototypeOf(object) as object | null;
}
