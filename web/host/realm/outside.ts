/**
 * What a worker's own code uses of the platform, taken when the worker starts.
 *
 * Lockdown takes these names away from the global object, and a process must not find them again.
 * The worker's code goes on to use them: its bundle has this file's exports in place of the globals
 * of the same names (scripts/code.mjs), libraries of others included. In a page, and in the tests'
 * page, the same sources run with the globals themselves.
 */
const own = globalThis;

export const setTimeout = own.setTimeout.bind(own);
export const clearTimeout = own.clearTimeout.bind(own);
export const queueMicrotask = own.queueMicrotask.bind(own);
export const addEventListener = own.addEventListener.bind(own);
export const crypto = Object.freeze({
  getRandomValues: own.crypto.getRandomValues.bind(own.crypto),
});
export const performance = Object.freeze({
  now: own.performance.now.bind(own.performance),
  timeOrigin: own.performance.timeOrigin,
});
export const console = Object.freeze({
  log: own.console.log.bind(own.console),
  error: own.console.error.bind(own.console),
});
export const MessageChannel = own.MessageChannel;
export const MessagePort = own.MessagePort;
export const WebAssembly = own.WebAssembly;
export const Atomics = own.Atomics;
export const SharedArrayBuffer = own.SharedArrayBuffer;
export const FinalizationRegistry = own.FinalizationRegistry;
export const WeakRef = own.WeakRef;
