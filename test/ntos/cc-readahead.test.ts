/** How files are read, and what is read ahead for it. */
import { assert } from 'chai';
import { AccessPattern } from '../../personality/ntos/cc/readahead.ts';

const KIB = 1024;

/** The windows, in KiB, of reads of one length. */
function windows(offsets: number[], length = 4): number[] {
  const pattern = new AccessPattern();
  return offsets.map((offset) => pattern.observe(offset * KIB, length * KIB) / KIB);
}

suite('ntos/cc read-ahead', () => {
  test('forward: the window doubles up to a transfer', () => {
    assert.deepEqual(windows([0, 4, 8, 12, 16]), [8, 16, 32, 64, 64]);
  });

  test('it is as long as the read at least', () => {
    assert.deepEqual(windows([0, 64, 128], 64), [64, 64, 64]);
    assert.deepEqual(windows([0, 24], 24), [24, 48]);
  });

  test('backward: it lies before the read, and not before the file', () => {
    assert.deepEqual(windows([100, 96, 92, 88]), [0, -8, -16, -32]);
    assert.deepEqual(windows([12, 8, 4, 0]), [0, -8, -4, 0]);
  });

  test('strided: from the third read on, both ways, where it is not far', () => {
    assert.deepEqual(windows([100, 112, 124, 136], 2), [0, 0, 8, 16]);
    assert.deepEqual(windows([100, 88, 76, 64], 2), [0, 0, -8, -16]);
    assert.deepEqual(windows([100, 200, 300, 400]), [0, 0, 0, 0]);
  });

  test('two who read one file are two rows of reads, and one who jumps about is none', () => {
    assert.deepEqual(windows([0, 500, 4, 504, 8, 508, 12, 512]), [8, 0, 16, 8, 32, 16, 64, 32]);
    const jumps = Array.from({ length: 40 }, (_, i) => (i * 37 * 23) % 991);
    assert.isTrue(windows(jumps).every((window, i) => i === 0 || window === 0));
  });

  test('it stops when it is wrong, and the same place again is nothing', () => {
    assert.deepEqual(windows([0, 4, 8, 50, 54]), [8, 16, 32, 0, 8]);
    assert.deepEqual(windows([20, 20, 20, 90, 3, 41]), [0, 0, 0, 0, 0, 0]);
  });
});
