/** A large file is read once: what was used before it stays in the cache. */
import { assert } from 'chai';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { VolumeCache } from '../../personality/ntos/cc/volumecache.ts';
import { FakeDisk, FakeFile, scatteredClusters, World } from './cc-fakes.ts';

suite('ntos/cc scan', function () {
  this.timeout(60_000);

  for (const used of [true, false])
    test(`a file of ten times the cache is read, the hot set ${used ? 'in use' : 'left alone'} meanwhile: all of that stays`, async () => {
      const world = new World(64);
      const hot = new FakeFile(world, 512, scatteredClusters(512).slice(0, 128), 65_536);
      const device = Object.create(new FakeDisk(world), { length: { value: 640 * 4096 } });
      device.start = () => ({ wait: async () => Status.STATUS_SUCCESS });
      const scanned = new VolumeCache(world.cc, device as FakeDisk);
      const use = (page: number) => world.read(hot.cache, (page % 16) * 4096, 4096);
      await world.run(async () => {
        for (let i = 0; i < 40; i++) await use(i);
        const before = world.count('cc.miss');
        for (let round = 0; round < 3; round++) {
          for (let page = 0; page < 640; page++) {
            // As a program reads that takes little at a time.
            for (let at = 0; at < 4096; at += 1024)
              await world.read(scanned, page * 4096 + at, 1024);
            if (used && page % 4 === 3) await use(page >> 2);
          }
          for (let i = 0; i < 40; i++) await use(i);
        }
        assert.equal(world.count('cc.miss') - before, 3 * 640, 'only what was never there');
      });
    });
});
