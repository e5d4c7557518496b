/** The trace: the same for the same seed, within the file, and spread over it. */
import { assert } from 'chai';
import { scale } from './plots.ts';
import { figuresOf } from './statistics.ts';
import { contents, randomNumbers, randomOffsets, sequence, SMALL_BYTES, tree } from './trace.ts';

const PAGE = 4096;
const END = 0x8_0000;

suite('bench/fs: the trace', () => {
  test('a seed gives the same numbers always, another one others', () => {
    const [next, again, other] = [randomNumbers(7), randomNumbers(7), randomNumbers(8)];
    const first = Array.from({ length: 100 }, next);
    assert.deepEqual(Array.from({ length: 100 }, again), first);
    assert.notDeepEqual(Array.from({ length: 100 }, other), first);
    // Written down once: a figure of today is to be compared with one of last year.
    assert.deepEqual(first.slice(0, 3), [50271532, 266108690, 4195786334]);
  });

  test('offsets are aligned, inside, and everywhere', () => {
    const offsets = randomOffsets(1, 1024, PAGE, END);
    assert.isTrue(offsets.every((offset) => offset % PAGE === 0 && offset + PAGE <= END));
    assert.equal(new Set(offsets).size, END / PAGE);
    assert.throws(() => randomOffsets(1, 1, PAGE, PAGE - 1), RangeError);
  });

  test('a sequence begins anew at the end', () => {
    assert.deepEqual(sequence(5, 4, 12), [0, 4, 8, 0, 4]);
  });

  test('the tree has its directories before what is in them', () => {
    const { directories, files } = tree();
    for (const [index, path] of directories.entries())
      if (path !== '')
        assert.include(directories.slice(0, index), path.slice(0, path.lastIndexOf('/')));
    for (const { path, length } of files) {
      assert.include(directories, path.slice(0, path.lastIndexOf('/')));
      assert.isAtMost(length, SMALL_BYTES);
    }
  });

  test('contents of two files differ', () => {
    assert.notDeepEqual(contents(SMALL_BYTES, 1), contents(SMALL_BYTES, 2));
  });

  test('figures and bars', () => {
    assert.deepEqual(figuresOf([4, 1, 3, 2]), { least: 1, median: 3, upper: 4 });
    assert.equal(scale(10, 1, 100), 0.5);
    assert.equal(scale(5, 5, 5), 1);
  });
});
