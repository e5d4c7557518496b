/**
 * Which of the tests may run side by side.
 *
 *   wayOf(path)        'beside': two files at a time; 'front': one page at a time, in a browser
 *                      of its own; 'one core': one file at a time, beside those in front; 'alone'
 *   hasOwnPage(path)   whether a browser test may not share its page with other files' tests
 *
 * Most tests keep one core busy or wait, so that two files use both cores. Those that run
 * alone have processors of their own and measure how these meet, or make load.
 */
const WAYS = {
  // A page that is not in front is not drawn. These wait for frames half of the time.
  front: ['test/element/'],
  // They keep one core busy, with few pages or none. The package is what the others do not read.
  'one core': ['test/e2e/package.node.test.mjs', 'test/fstools/', 'test/protocols/'],
  alone: [
    'test/e2e/boots.node.test.mjs',
    'test/kernel/lock.test.ts',
    'test/ntos/core-isolated.test.ts',
    'test/sel4/',
    'test/store/indexeddb.test.ts',
    'test/stress/',
    'test/support/worker.test.ts',
    'test/system/memory.test.ts',
    'test/system/restart.test.ts',
    'test/system/topologies.test.ts',
  ],
};

export function wayOf(path) {
  const named = Object.entries(WAYS).find(([, places]) =>
    places.some((place) => path.startsWith(place)),
  );
  return named?.[0] ?? 'beside';
}

/** They change what is there before anything else is loaded. */
const OWN_PAGE = ['test/system/counts.test.ts'];

export function hasOwnPage(path) {
  return OWN_PAGE.includes(path);
}
