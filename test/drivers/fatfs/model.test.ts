/**
 * Random operations on a disk, compared with a plain model; at the end fsck.fat finds no damage and
 * mtools finds what the model has. A failure names its seed; `seed` below repeats it.
 */
import { assert } from 'chai';
import fc from 'fast-check';
import { makeImage, makeMtoolsImage } from '../../support/mtools.ts';
import { assertBytes, check } from './judge.ts';
import { Model, type Operation } from './model.ts';
import { mountImage } from './rig.ts';

const seed = Math.floor(Math.random() * 0x7fff_ffff);
const RUNS = 3;

const directories = ['', 'D\\', 'd\\Inner directory\\', 'A second directory\\'];
const names = [
  'A.TXT',
  'a.txt',
  'b',
  'A long name.dat',
  'a LONG name.dat',
  'A long name too.dat',
  'D',
  'Inner directory',
  'A second directory',
  `${'very '.repeat(20)}long`,
];

const path = fc
  .tuple(fc.constantFrom(...directories), fc.constantFrom(...names))
  .map(([directory, name]) => directory + name);
const size = fc.oneof(
  { weight: 3, arbitrary: fc.nat(3000) },
  { weight: 1, arbitrary: fc.constantFrom(0, 512, 1024, 60_000) },
);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('write' as const), path, size, append: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), path, size }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('mkdir' as const), path }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove' as const), path }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('rename' as const),
      path,
      target: path,
      replace: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'remount' as const }) },
);

const disks: Record<string, () => Promise<Uint8Array>> = {
  'FAT12, 1 KiB clusters': () => makeMtoolsImage({ kib: 360 }),
  'FAT12, one-sector clusters, a small root': () =>
    makeImage({ kib: 360, sectorsPerCluster: 1, rootEntries: 16 }),
  'FAT32, one-sector clusters': () => makeImage({ kib: 2400, fat: 32, sectorsPerCluster: 1 }),
  'FAT16, one-sector clusters': () => makeImage({ kib: 2400, fat: 16, sectorsPerCluster: 1 }),
};

suite(`fatfs: random operations (seed ${seed})`, () => {
  for (const [name, format] of Object.entries(disks))
    test(name, async function (this: Mocha.Context) {
      this.timeout(120_000);
      const empty = await format();
      const property = fc.asyncProperty(
        fc.array(operation, { minLength: 1, maxLength: 100, size: 'max' }),
        async (operations) => {
          const rig = await mountImage(empty.slice());
          const free = await rig.freeUnits();
          const model = new Model(rig);
          // So that the first operations find something.
          for (const made of ['D', 'd\\Inner directory', 'A second directory'])
            await model.apply({ kind: 'mkdir', path: made });
          for (const each of operations) await model.apply(each);
          await check(rig, model.tree());
          for (const [each, bytes] of model.tree())
            if (bytes) assertBytes(await rig.readFile(each.replaceAll('/', '\\')), bytes, each);
          await empties(rig, model, free);
        },
      );
      await fc.assert(property, { seed, numRuns: RUNS, interruptAfterTimeLimit: 90_000 });
    });
});

/** Whatever happened, all clusters come back when all is deleted. */
async function empties(
  rig: Awaited<ReturnType<typeof mountImage>>,
  model: Model,
  free: number,
): Promise<void> {
  const paths = [...model.tree().keys()].sort((a, b) => b.split('/').length - a.split('/').length);
  paths.sort((a, b) => depth(b) - depth(a));
  for (const each of paths)
    assert.equal(await rig.remove(each.replace(/\/$/, '').replaceAll('/', '\\')), 0, each);
  assert.equal(await rig.freeUnits(), free);
}

function depth(path: string): number {
  return path.replace(/\/$/, '').split('/').length;
}
