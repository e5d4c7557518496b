/** Many files in one directory: what one more costs, counted. */
import { assert } from 'chai';
import { makeImage } from '../../support/mtools.ts';
import { check } from './judge.ts';
import { type FatRig, mountImage } from './rig.ts';

const FILES = 2500;
const name = (i: number): string => `long name number ${i}.txt`;

interface Cost {
  bytes: number;
  services: number;
}

/** What the driver read of cached pages, and what it asked of the Executive. */
function costs(rig: FatRig): Cost {
  const services = Object.entries(rig.executive.counts)
    // Mapped pages stay mapped: a growing directory is mapped once.
    .filter(([service]) => service.startsWith('Wdm') && service !== 'WdmCcMapData')
    .reduce((sum, [, count]) => sum + (count ?? 0), 0);
  return { bytes: rig.executive.cache.bytesRead, services };
}

async function costOf(rig: FatRig, work: () => Promise<unknown>): Promise<Cost> {
  const before = costs(rig);
  await work();
  const after = costs(rig);
  return { bytes: after.bytes - before.bytes, services: after.services - before.services };
}

suite('fatfs: many files', function () {
  this.timeout(60_000);

  test('2,500 long names: the last costs no more than the first', async () => {
    const rig = await mountImage(await makeImage({ kib: 1440 }));
    await rig.makeDirectory('D');
    const each: Cost[] = [];
    const make = async (i: number) => rig.close((await rig.make(`D\\${name(i)}`)).file);
    for (let i = 0; i < FILES; i++) each.push(await costOf(rig, () => make(i)));
    const most = (from: number, end: number, of: keyof Cost) =>
      Math.max(...each.slice(from, end).map((cost) => cost[of]));
    assert.isAtMost(most(FILES - 100, FILES, 'services'), most(100, 200, 'services') + 1);
    // A cluster more for the directory is looked for in the table, from where the last was found.
    const sum = (from: number) =>
      each.slice(from, from + 500).reduce((total, cost) => total + cost.bytes, 0);
    assert.isAtMost(sum(FILES - 500), 1.5 * sum(500));
    const found = await costOf(rig, () => rig.open(`D\\${name(FILES - 1)}`));
    assert.isBelow(found.bytes, 1000);
    await check(rig);
    const listed = await rig.list('D');
    assert.equal(listed.length, FILES);
    assert.equal(new Set(listed.map(({ shortName }) => shortName)).size, FILES);
  });

  test('a listing reads each part of the directory once', async () => {
    const rig = await mountImage(await makeImage({ kib: 1440 }));
    await rig.makeDirectory('D');
    for (let i = 0; i < 600; i++) await rig.close((await rig.make(`D\\${name(i)}`)).file);
    const { bytes } = await costOf(rig, () => rig.list('D'));
    // 600 names of three slots, read in pieces of a sector.
    assert.isBelow(bytes, 2.5 * 600 * 3 * 32);
  });

  test('deleted and made again, in any order: the room is used again', async () => {
    const rig = await mountImage(await makeImage({ kib: 720 }));
    await rig.makeDirectory('D');
    let state = 7;
    const random = (count: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state >>> 8) % count;
    };
    const there = new Set<string>();
    for (let step = 0; step < 1200; step++) {
      const some = `${'x'.repeat(1 + random(60))}${random(40)}.txt`;
      const path = `D\\${some}`;
      if (there.delete(some)) assert.equal(await rig.remove(path), 0);
      else {
        there.add(some);
        await rig.close((await rig.make(path)).file);
      }
    }
    assert.deepEqual((await rig.list('D')).map((entry) => entry.name).sort(), [...there].sort());
    await check(rig);
    await rig.remount();
    assert.deepEqual((await rig.list('D')).map((entry) => entry.name).sort(), [...there].sort());
  });
});
