/** What the FAT driver says to the Executive, counted. */
import { assert } from 'chai';
import { makeImage } from '../../support/mtools.ts';
import { mountImage } from './rig.ts';

suite('fatfs: counts', function () {
  this.timeout(20_000);

  test('allocating 1,440 clusters of both tables is one request and a few ranges', async () => {
    const rig = await mountImage(await makeImage({ kib: 1440, files: {} }));
    const { executive } = rig;
    const { file } = await rig.make('BIG.BIN');
    await rig.write(file, 0, 512);
    const { marks } = executive;
    const before = { ...executive.counts };
    const { status } = await rig.write(file, 512, 1440 * 512);
    assert.equal(status, 0);
    // Both copies of the table, the directory entry: some sectors are apart.
    assert.isAtMost(executive.marks - marks, 4);
    const calls = Object.entries(executive.counts).map(
      ([name, count]) => [name, count - (before[name as keyof typeof before] ?? 0)] as const,
    );
    const made = Object.fromEntries(calls.filter(([, count]) => count > 0));
    assert.isAtMost(made.WdmRequestIoPackets ?? 0, 3, JSON.stringify(made));
    assert.hasAllKeys(made, ['WdmRequestIoPackets']);
  });
});
