/**
 * Objects that no name leads to, only syntax: what `async`, `function*`, `for of` and literals make
 * or are made of.
 *
 *   syntaxRoots()   one of each; from them and from the global names everything shared is reached
 *
 * Source: ECMAScript 2025, section 6.1.7.4 (well-known intrinsic objects): those in its table that
 * are no property of another object.
 */
export function syntaxRoots(): unknown[] {
  const iterators = (globalThis as { Iterator?: { from(value: unknown): unknown } }).Iterator;
  const roots: unknown[] = [
    function () {},
    () => undefined,
    async () => undefined,
    function* () {},
    async function* () {},
    class {},
    {},
    [],
    /./,
    ``,
    0n,
    thrower(),
    [][Symbol.iterator](),
    ''[Symbol.iterator](),
    new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](),
    ''.matchAll(/./g),
    (function* () {})(),
    (async function* () {})(),
    Promise.resolve(),
  ];
  if (iterators) {
    roots.push(iterators.from({ next: () => ({ done: true }) }));
    roots.push((iterators.from([]) as { take(count: number): unknown }).take(0));
  }
  return roots;
}

/** The function that strict code finds as `arguments.callee`: one for the whole realm. */
function thrower(): unknown {
  return (function () {
    // eslint-disable-next-line prefer-rest-params
    return Object.getOwnPropertyDescriptor(arguments, 'callee')?.get;
  })();
}
