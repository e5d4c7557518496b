/**
 * The names that a process finds on its global object: all others are removed.
 *
 * They compute, and reach nothing: no network, no storage, no other worker, no event, no shared
 * memory, no finer clock than Date's. A name that a browser gains tomorrow is not here, and so is
 * not there.
 *
 * Missing on purpose, of what JavaScript itself has: `eval` (code from text), SharedArrayBuffer and
 * Atomics (memory that two processes share, and a clock of nanoseconds made of it), WebAssembly
 * (later, with memory of a process's own), WeakRef and FinalizationRegistry (what another process
 * lets go of could be seen), Intl (large, and nothing needs it).
 */
export const ALLOWED: readonly string[] = [
  // Values and functions
  ...['globalThis', 'Infinity', 'NaN', 'undefined'],
  ...['isFinite', 'isNaN', 'parseFloat', 'parseInt'],
  ...['decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'unescape'],
  // Constructors
  ...['Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt'],
  ...['Error', 'AggregateError', 'EvalError', 'RangeError', 'ReferenceError'],
  ...['SyntaxError', 'TypeError', 'URIError'],
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'Promise', 'Proxy', 'Date', 'RegExp', 'Iterator'],
  ...['ArrayBuffer', 'DataView', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray'],
  ...['Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float16Array', 'Float32Array'],
  ...['Float64Array', 'BigInt64Array', 'BigUint64Array'],
  // Namespaces
  ...['Math', 'JSON', 'Reflect'],
  // Of the platform: text to bytes and back
  ...['TextEncoder', 'TextDecoder'],
];
