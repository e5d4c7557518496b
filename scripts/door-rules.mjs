/**
 * What is not determined comes through the door (docs/determinism.md): nobody else names the
 * platform's clocks, timers, randomness or turns of the event loop.
 *
 *   DOORED         the folders that this holds for
 *   DOOR           the one file there that may
 *   doorRules      ESLint rules
 *
 * Proved by test/tooling/doors.node.test.mjs.
 */
export const DOORED = [
  'personality/**/*.ts',
  'drivers/**/*.ts',
  'kernel-as/**/*.ts',
  'web/machine/**/*.ts',
];

export const DOOR = 'personality/sel4/intrinsics.ts';

const message = 'What is not determined comes through the door: docs/determinism.md.';

/** Names of the global object, by whatever name that goes. */
const NAMES = [
  ...['Date', 'performance', 'Performance', 'Temporal', 'Intl'],
  ...['crypto', 'Crypto'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'scheduler'],
  ...['requestAnimationFrame', 'requestIdleCallback'],
  ...['MessageChannel', 'MessagePort', 'BroadcastChannel', 'postMessage', 'addEventListener'],
  ...['XMLHttpRequest', 'WebSocket', 'EventSource', 'Worker', 'navigator', 'indexedDB', 'caches'],
  // What they tell depends on when the engine collects garbage.
  ...['WeakRef', 'FinalizationRegistry'],
];
const GLOBALS = ['globalThis', 'self', 'window'];

export const doorRules = {
  'no-restricted-globals': ['error', ...NAMES.map((name) => ({ name, message }))],
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message },
    { object: 'Atomics', property: 'waitAsync', message },
    ...GLOBALS.flatMap((object) => NAMES.map((property) => ({ object, property, message }))),
  ],
};
