/** What a page may pass by mistake, or on purpose: values of every kind, and strings. */
import { assert } from 'chai';

export const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();
export const explosive = {
  toString: () => assert.fail('toString was called'),
  valueOf: () => assert.fail('valueOf was called'),
  [Symbol.toPrimitive]: () => assert.fail('it was converted'),
};
export const detached = new ArrayBuffer(8);
structuredClone(detached, { transfer: [detached] });

/** Nothing of this is a string, bytes, or options. */
export const NONSENSE: Record<string, unknown> = {
  undefined,
  null: null,
  zero: 0,
  'a number': 7,
  NaN,
  'a big integer': 7n,
  true: true,
  'a symbol': Symbol('s'),
  'a function': () => assert.fail('it was called'),
  'a class': class {},
  'an object': { line: 'ver', path: 'A:\\X' },
  'an object without a prototype': Object.create(null),
  'an array': ['ver'],
  'an empty array': [],
  'a String object': new String('ver'),
  'a date': new Date(0),
  'a promise': Promise.resolve('ver'),
  'a proxy': new Proxy({}, {}),
  'a proxy of bytes': new Proxy(new Uint8Array(4), {}),
  'a proxy of a blob': new Proxy(new Blob(['x']), {}),
  'a revoked proxy': revoked,
  'what explodes when converted': explosive,
  'a forged array': { length: 4, 0: 1, [Symbol.toStringTag]: 'Uint8Array' },
};

/** Strings that make trouble somewhere: each is an answer. */
export const STRINGS: Record<string, string> = {
  empty: '',
  space: ' ',
  NUL: 'A:\\a\0b',
  'half a character': 'A:\\\ud800',
  'the other half': '\udc00x',
  direction: 'A:\\\u202etxt.exe',
  long: `A:\\${'x'.repeat(20_000)}`,
  deep: 'A:' + '\\a'.repeat(3_000),
  'an NT name': '\\??\\A:\\X',
  dots: '..\\..\\..',
  wildcards: 'A:\\*?',
  quotes: 'A:\\"<>|',
  'no drive': 'Z:\\X',
  controls: 'A:\\\x1b[2J\x07\x9b',
};
