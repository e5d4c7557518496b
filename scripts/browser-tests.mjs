/**
 * Which of the browser tests may run side by side.
 *
 *   isAlone(path)  whether a test file needs the machine's cores for itself
 *
 * Most tests keep one core busy, so two files at a time use both cores. Those whose system has
 * processors of its own, or that measure how workers meet, would be slowed down by others to the
 * point where their time-outs pass.
 */
const ALONE = [
  'test/element/',
  'test/kernel/lock.test.ts',
  'test/ntos/core-isolated.test.ts',
  'test/protocols/',
  'test/sel4/',
  'test/store/indexeddb.test.ts',
  'test/stress/',
  'test/support/worker.test.ts',
  'test/system/determinism.test.ts',
  'test/system/memory.test.ts',
  'test/system/restart.test.ts',
  'test/system/topologies.test.ts',
];

export function isAlone(path) {
  return ALONE.some((place) => path.startsWith(place));
}
