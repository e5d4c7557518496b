/** The kernel stays small enough to be read whole: less than 64 KiB, with all that watches it. */
import { assert } from 'chai';

const LIMIT = 64 << 10;

suite('kernel/size', () => {
  test('kernel.wasm has less than 64 KiB', async () => {
    const answer = await fetch(new URL('../../build/kernel.wasm', import.meta.url));
    assert.isTrue(answer.ok);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    assert.deepEqual([...bytes.subarray(0, 4)], [0, 0x61, 0x73, 0x6d]);
    assert.isBelow(bytes.length, LIMIT);
  });
});
