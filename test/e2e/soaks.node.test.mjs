/** A few runs of the soaks of files; `npm run soak:kills` and `soak:judged` make many. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { judge } from '../../scripts/soak/judged.mjs';
import { soakKills } from '../../scripts/soak/kills.mjs';

suite('e2e/soaks', () => {
  test('pages killed while they write: the disks are sound, and what was flushed is whole', async () => {
    const { done, failures } = await soakKills({ runs: 3, seed: 101 });
    assert.deepEqual(failures, []);
    assert.equal(done, 3);
  });

  test('two clients at random on FAT12, FAT16 and FAT32, judged by fsck.fat and mtools', async () => {
    const { done, failures } = await judge({ programs: 5, seed: 6 });
    assert.deepEqual(failures, []);
    assert.equal(done, 5);
  });
});
