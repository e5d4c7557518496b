/**
 * Which of the tests may run side by side.
 *
 *   isAlone(path)        whether a test file needs the machine's cores, or the build, for itself
 *   hasOwnPage(path)     whether a browser test may not share its page with other files' tests
 *
 * Most tests keep one core busy or wait, so two files at a time use both cores. The others have
 * processors of their own and measure how these meet, or make load, or build anew what others read.
 */
const ALONE = [
  'test/e2e/boots.node.test.mjs',
  'test/e2e/package.node.test.mjs',
  // A page that is not in front is not drawn.
  'test/element/',
  'test/kernel/lock.test.ts',
  'test/ntos/core-isolated.test.ts',
  'test/protocols/',
  'test/sel4/',
  'test/store/indexeddb.test.ts',
  'test/stress/',
  'test/support/worker.test.ts',
  'test/system/memory.test.ts',
  'test/system/restart.test.ts',
  'test/system/topologies.test.ts',
];

export function isAlone(path) {
  return ALONE.some((place) => path.startsWith(place));
}

/** They change what is there before anything else is loaded. */
const OWN_PAGE = ['test/system/counts.test.ts'];

export function hasOwnPage(path) {
  return OWN_PAGE.includes(path);
}
