/**
 * Damaged and hostile disks: whatever boot sector, FAT and directories say, every request is
 * answered with a status, the driver lives on, and no extent lies outside the volume.
 */
import { assert } from 'chai';
import fc from 'fast-check';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { makeImage, makeMtoolsImage } from '../../support/mtools.ts';
import { mountImage, patterned } from './rig.ts';
import { makeBase, mutate, useDisk } from './use-disk.ts';

const seed = Math.floor(Math.random() * 0x7fff_ffff);
const FAT = 512;
/** Clusters that the base image uses, and a few free ones. */
const USED = 60;

interface Mutation {
  kind: 'boot' | 'fat' | 'slot' | 'cluster';
  /** Which directory: 0 is the root. */
  directory: number;
  slot: number;
  at: number;
  value: number;
}

const word = fc.oneof(fc.nat(USED), fc.nat(0xffff), fc.constantFrom(0, 1, 0xff7, 0xfff));
const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('boot', 'fat', 'fat', 'slot', 'slot', 'cluster', 'cluster'),
  directory: fc.nat(2),
  slot: fc.nat(15),
  at: fc.nat(61),
  value: word,
});

suite(`fatfs: damaged disks (seed ${seed})`, () => {
  let base: Uint8Array;

  suiteSetup(async () => {
    const rig = await mountImage(await makeMtoolsImage({ kib: 360 }));
    await rig.makeDirectory('DIR');
    await rig.makeDirectory('DIR\\Inner one');
    await rig.writeFile('A.BIN', patterned(9000));
    await rig.writeFile('A long name for a file.bin', patterned(5000));
    await rig.writeFile('DIR\\B.BIN', patterned(7000));
    for (let i = 0; i < 20; i++) await rig.close((await rig.make(`DIR\\Long name ${i}`)).file);
    await rig.writeFile('DIR\\Inner one\\C.BIN', patterned(3000));
    await rig.flush();
    base = rig.image.slice();
  });

  test('random damage', async function (this: Mocha.Context) {
    this.timeout(120_000);
    const property = fc.asyncProperty(
      fc.array(mutation, { minLength: 1, maxLength: 12 }),
      async (mutations) => {
        const image = base.slice();
        for (const each of mutations) damage(image, each);
        await useDisk(image);
      },
    );
    await fc.assert(property, { seed, numRuns: 300, interruptAfterTimeLimit: 90_000 });
  });

  for (const fat of [16, 32] as const)
    test(`random bytes on a FAT${fat} disk`, async function (this: Mocha.Context) {
      this.timeout(120_000);
      const sound = await makeBase(await makeImage({ kib: 2200, fat, sectorsPerCluster: 1 }));
      const property = fc.asyncProperty(fc.nat(0x7fff_ffff), (number) =>
        useDisk(mutate(sound, number)),
      );
      await fc.assert(property, { seed, numRuns: 60, interruptAfterTimeLimit: 60_000 });
    });

  test('a disk of noise behind a sound boot sector', async () => {
    const bytes = fc.uint8Array({ minLength: 0x3000, maxLength: 0x3000 });
    const property = fc.asyncProperty(bytes, async (noise) => {
      const image = base.slice();
      image.set(noise, FAT);
      await useDisk(image);
    });
    await fc.assert(property, { seed, numRuns: 25, interruptAfterTimeLimit: 15_000 });
  });

  const chains: Record<string, [number, number]> = {
    'a loop': [0, 0],
    'into a free cluster': [1, 0x000],
    'into cluster 1': [1, 0x001],
    'beyond the disk': [1, 0xfef],
    'into a bad cluster': [1, 0xff7],
  };
  for (const [name, [back, value]] of Object.entries(chains))
    test(`a chain that leads ${name}`, async () => {
      const image = base.slice();
      const first = (await firstCluster(image, 'A.BIN'))!;
      setFat(image, first + 2, back === 0 ? first : value);
      const rig = await mountImage(image);
      const corrupt = Status.STATUS_FILE_CORRUPT_ERROR;
      assert.equal((await rig.create('A.BIN')).status, corrupt);
      assert.equal(await rig.rename('DIR\\B.BIN', 'A.BIN', true).catch(() => corrupt), corrupt);
      assert.equal((await rig.list('')).length, 3, 'the rest can be read');
      assert.equal((await rig.create('DIR\\B.BIN')).status, 0, 'and is as it was');
    });

  test('a file longer than its chain', async () => {
    const image = base.slice();
    const slot = findSlot(image, 'A       BIN');
    new DataView(image.buffer).setUint32(slot + 28, 0xffff_ffff, true);
    const rig = await mountImage(image);
    const { file, result } = await rig.open('A.BIN');
    assert.equal(result.allocation, 9216);
    assert.equal((await rig.read(file, 9216, 512)).status, Status.STATUS_FILE_CORRUPT_ERROR);
    assert.equal((await rig.read(file, 0, 9000)).status, 0);
    assert.equal((await rig.read(file, 0, 1 << 20)).status, 0, 'as far as the chain goes');
  });

  test('two files that share clusters: the second is not cut, and no cluster freed twice', async () => {
    const image = base.slice();
    const view = new DataView(image.buffer);
    const [one, other] = ['A       BIN', 'ALONGN~1BIN'].map((name) => findSlot(image, name));
    view.setUint16(other! + 26, view.getUint16(one! + 26, true), true);
    const rig = await mountImage(image);
    const free = await rig.freeUnits();
    const opened = await rig.open('A long name for a file.bin');
    assert.equal(await rig.remove('A.BIN'), 0);
    assert.equal(await rig.freeUnits(), free + 9);
    await rig.writeFile('NEW.BIN', patterned(4000));
    await rig.close(opened.file);
    assert.equal(await rig.remove('A long name for a file.bin'), Status.STATUS_FILE_CORRUPT_ERROR);
    assert.equal(await rig.freeUnits(), free + 5);
  });

  test('a directory that is its own child, and one that is the root', async () => {
    const image = base.slice();
    const view = new DataView(image.buffer);
    const slot = findSlot(image, 'DIR        ');
    const inner = findSlot(image, 'INNERO~1   ');
    view.setUint16(inner + 26, view.getUint16(slot + 26, true), true);
    const rig = await mountImage(image);
    const corrupt = Status.STATUS_FILE_CORRUPT_ERROR;
    assert.equal((await rig.create('DIR\\B.BIN')).status, 0, 'what is in it is there');
    for (const path of ['DIR\\Inner one', 'DIR\\Inner one\\B.BIN', 'DIR\\Inner one\\Inner one'])
      assert.equal((await rig.create(path)).status, corrupt, path);
    assert.equal(await rig.rename('DIR', 'DIR\\Inner one\\X'), corrupt);
    view.setUint16(inner + 26, 0, true);
    const again = await mountImage(image);
    for (const path of ['DIR\\Inner one', 'DIR\\Inner one\\A.BIN'])
      assert.equal((await again.create(path)).status, corrupt);
  });

  async function firstCluster(image: Uint8Array, path: string): Promise<number | undefined> {
    const rig = await mountImage(image.slice());
    const { file } = await rig.open(path);
    const disk = (await rig.read(file, 0, 1)).result.extents![1]!;
    return (disk - 12 * 512) / 1024 + 2;
  }
});

function damage(image: Uint8Array, { kind, directory, slot, at, value }: Mutation): void {
  const start = directories(image)[directory] ?? 0;
  if (kind === 'boot') image[at] = value;
  else if (kind === 'fat') setFat(image, 2 + ((slot * 4 + at) % USED), value);
  else if (kind === 'slot') image[start + slot * 32 + (at % 32)] = value;
  else new DataView(image.buffer).setUint16(start + slot * 32 + 26, value, true);
}

/** Root, DIR and its inner directory: sound in the base image. */
function directories(image: Uint8Array): number[] {
  const view = new DataView(image.buffer);
  const places = [5 * 512];
  for (const name of ['DIR        ', 'INNERO~1   ']) {
    const slot = findSlot(image, name, 0);
    const cluster = slot === 0 ? 2 : view.getUint16(slot + 26, true);
    places.push((12 * 512 + (cluster - 2) * 1024) % (300 * 1024));
  }
  return places;
}

function findSlot(image: Uint8Array, name: string, missing?: number): number {
  for (let at = 5 * 512; at < 100 * 1024; at += 32)
    if ([...name].every((letter, i) => image[at + i] === letter.charCodeAt(0))) return at;
  if (missing === undefined) throw new Error(`no entry ${name}`);
  return missing;
}

function setFat(image: Uint8Array, cluster: number, value: number): void {
  const view = new DataView(image.buffer);
  for (const start of [FAT, FAT + 2 * 512]) {
    const at = start + cluster + (cluster >> 1);
    const pair = view.getUint16(at, true);
    const odd = cluster & 1;
    view.setUint16(
      at,
      odd ? (pair & 0xf) | ((value & 0xfff) << 4) : (pair & 0xf000) | (value & 0xfff),
      true,
    );
  }
}
