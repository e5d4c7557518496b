/** Damaged kept disks: what is wrong is named, sector by sector, and the rest is there. */
import { assert } from 'chai';
import fc from 'fast-check';
import { CHUNK_BYTES } from '../../web/store/chunks.ts';
import { damagedFiles } from '../../web/store/damaged-files.ts';
import { createDiskStore } from '../../web/store/disks.ts';
import { StoreError } from '../../web/store/errors.ts';
import { createMemoryBackend, type MemoryBackend } from '../../web/store/memory.ts';
import type { KeptDisk, KeyPath, RecoveredDisk } from '../../web/store/types.ts';
import { makeImage } from '../support/mtools.ts';
import { noise, refusal, sameBytes } from './backends.ts';

const SIZE = 1_474_560;
const HEAD = ['head', '', 'd'];
const SPARE = ['spare', '', 'd'];
const chunk = (n: number): KeyPath => ['chunk', '', 'd', n];

suite('store/salvage', () => {
  let backend: MemoryBackend;

  setup(() => (backend = createMemoryBackend()));

  const value = async (path: KeyPath): Promise<unknown> =>
    (await backend.read([path]))[0]?.[0]?.[1];
  const put = (path: KeyPath, found: unknown) => backend.write({ clear: [], put: [[path, found]] });
  const clear = (...paths: KeyPath[]) => backend.write({ clear: paths, put: [] });
  const open = (): Promise<KeptDisk> => createDiskStore({ backend }).open('d');

  async function recovered(): Promise<RecoveredDisk> {
    return (await (await open()).recover())!;
  }

  async function keep(image: Uint8Array): Promise<KeptDisk> {
    const disk = await open();
    await disk.replace(image, 'label');
    return disk;
  }

  async function flip(path: KeyPath, at: number): Promise<void> {
    const record = (await value(path)) as Uint8Array;
    record[at]! ^= 0x10;
    await put(path, record);
  }

  /** A disk as it lay before there were check sums. */
  async function keepOld(image: Uint8Array, lose: number[] = []): Promise<void> {
    const count = Math.ceil(image.length / CHUNK_BYTES);
    for (let n = 0; n < count; n++) {
      const bytes = image.slice(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES);
      if (!lose.includes(n) && bytes.some((byte) => byte !== 0)) await put(chunk(n), bytes);
    }
    const chunks = (await backend.read([['chunk', '', 'd']]))[0]!.length + lose.length;
    const facts = { label: 'old', size: image.length, generation: 3, born: 1, modified: 1 };
    await put(HEAD, { version: 1, ...facts, chunks });
  }

  test('any one flipped bit of any chunk is noticed, and at most one sector is lost by it', async () => {
    const image = noise(SIZE);
    await keep(image);
    const places = fc.tuple(fc.nat(89), fc.nat(CHUNK_BYTES + 127));
    await fc.assert(
      fc.asyncProperty(places, async ([n, at]) => {
        await flip(chunk(n), at);
        const { image: found, damage } = await recovered();
        assert.lengthOf(damage!.ranges, 1);
        const { offset, length } = damage!.ranges[0]!;
        assert.equal(length, 512);
        const sector = at < CHUNK_BYTES ? Math.floor(at / 512) : Math.floor((at - CHUNK_BYTES) / 4);
        assert.equal(offset, n * CHUNK_BYTES + sector * 512);
        found.set(image.subarray(offset, offset + length), offset);
        sameBytes(found, image, 'beside it');
        await flip(chunk(n), at);
      }),
      { numRuns: 25 },
    );
    assert.isUndefined((await recovered()).damage);
  });

  test('a missing chunk is named by its tracks, and reads as zeros', async () => {
    const image = noise(SIZE);
    await keep(image);
    await clear(chunk(2));
    const { image: found, damage } = await recovered();
    assert.deepEqual(damage?.ranges, [{ offset: 2 * CHUNK_BYTES, length: CHUNK_BYTES }]);
    assert.equal(
      damage?.words,
      '32 sectors of it cannot be read (track 1 side 1, track 2 side 0, track 2 side 1)',
    );
    image.fill(0, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES);
    sameBytes(found, image);
    const error = await refusal((await open()).read());
    assert.match(error.message, /^The kept disk is damaged: 32 sectors/);
  });

  test('a chunk of an earlier generation, sound in itself, is not believed', async () => {
    const disk = await keep(noise(SIZE));
    const before = await value(chunk(5));
    await disk.commit([{ offset: 5 * CHUNK_BYTES, bytes: noise(700, 9) }]);
    await put(chunk(5), before);
    const { damage } = await recovered();
    assert.deepEqual(damage?.ranges, [{ offset: 5 * CHUNK_BYTES, length: CHUNK_BYTES }]);
  });

  test('a chunk that should not be there is not shown', async () => {
    await keep(new Uint8Array(SIZE).fill(1, 0, 512));
    await put(chunk(40), noise(CHUNK_BYTES));
    sameBytes((await recovered()).image, new Uint8Array(SIZE).fill(1, 0, 512));
  });

  const CHANGES: [string, object][] = [
    ['another size', { size: 737_280 }],
    ['another generation', { generation: 77 }],
    ['an unknown version', { version: 9 }],
    ['the old version', { version: 1, size: 737_280 }],
    ['no sums', { sums: undefined }],
    ['other sums', { sums: new Uint32Array(90) }],
  ];
  for (const [name, change] of CHANGES) {
    test(`a record with ${name} is not accepted: its copy counts`, async () => {
      const image = noise(SIZE);
      await keep(image);
      await put(HEAD, { ...((await value(HEAD)) as object), ...change });
      const { image: found, damage } = await recovered();
      sameBytes(found, image);
      assert.match(damage?.words ?? '', /copy of it was used/);
    });
  }

  test('both records lost: the chunks tell how long the disk was', async () => {
    const image = noise(SIZE);
    await keep(image);
    await put(HEAD, 'nonsense');
    await clear(SPARE);
    const { image: found, damage } = await recovered();
    sameBytes(found, image);
    assert.match(damage?.words ?? '', /record was lost/);
    const disk = await open();
    await disk.recover();
    const error = await refusal(disk.commit([{ offset: 0, bytes: noise(9) }]));
    assert.equal(error.code, 'corrupt', 'nothing is built upon a guess');
  });

  test('damage stays with its sectors until they are written whole', async () => {
    const image = noise(SIZE);
    await keep(image);
    await flip(chunk(0), 600);
    const disk = await open();
    const { image: found, damage } = (await disk.recover())!;
    const inChunk = { offset: 100, bytes: noise(10, 4) };
    assert.equal((await refusal(disk.commit([inChunk]))).code, 'corrupt', 'it gets no sound sum');
    assert.equal(await disk.commit([{ offset: 40_000, bytes: noise(10) }]), 2, 'others may');
    await disk.replace(found, 'label', { damaged: damage!.ranges });
    await disk.commit([inChunk, { offset: 512, bytes: noise(100) }]);
    assert.deepEqual((await recovered()).damage?.ranges, [{ offset: 512, length: 512 }]);
    await disk.commit([{ offset: 512, bytes: noise(512) }]);
    assert.isUndefined((await recovered()).damage);
  });

  test('an old disk without sums is opened, and has them after its first change', async () => {
    const image = noise(SIZE).fill(0, 100_000, 300_000);
    await keepOld(image);
    const disk = await open();
    sameBytes(await disk.read(), image);
    assert.equal(await disk.check(), 'same');
    await disk.commit([{ offset: 9, bytes: Uint8Array.of(1) }]);
    image[9] = 1;
    sameBytes(await (await open()).read(), image);
    await flip(chunk(0), 9);
    assert.deepEqual((await recovered()).damage?.ranges, [{ offset: 0, length: 512 }]);
  });

  test('of an old disk that lost a part everything that may be it is named', async () => {
    const image = noise(SIZE).fill(0, 5 * CHUNK_BYTES, 6 * CHUNK_BYTES);
    await keepOld(image, [3]);
    const { damage } = await recovered();
    const ranges = [3, 5].map((n) => ({ offset: n * CHUNK_BYTES, length: CHUNK_BYTES }));
    assert.deepEqual(damage?.ranges, ranges);
  });

  test('an old record that its chunks gainsay is not accepted', async () => {
    await keepOld(noise(SIZE));
    await put(HEAD, { ...((await value(HEAD)) as object), size: 737_280 });
    const { image, damage } = await recovered();
    sameBytes(image, noise(SIZE));
    assert.match(damage?.words ?? '', /record was lost/);
  });

  test('whatever lies there, it is an image or a StoreError', async () => {
    const parts = fc.tuple(
      fc.anything(),
      fc.anything(),
      fc.dictionary(fc.nat(200).map(String), fc.anything()),
    );
    await fc.assert(
      fc.asyncProperty(parts, async ([head, spare, chunks]) => {
        backend = createMemoryBackend();
        const bytes = (found: unknown) =>
          typeof found === 'string' ? new TextEncoder().encode(found) : JSON.stringify(found);
        await put(HEAD, plain(head));
        await put(SPARE, plain(spare));
        for (const [n, found] of Object.entries(chunks)) await put(chunk(Number(n)), bytes(found));
        const disk = await open();
        try {
          await disk.recover();
        } catch (error) {
          assert.instanceOf(error, StoreError);
        }
        await disk.check();
        await disk.replace(noise(512));
        sameBytes(await disk.read(), noise(512));
      }),
      { numRuns: 60 },
    );
  });

  test('what a running hold is told of the store', async () => {
    const disk = await keep(noise(SIZE));
    assert.equal(await disk.check(), 'same');
    await flip(chunk(7), 3);
    assert.equal(await disk.check(), 'damaged');
    await disk.replace(noise(SIZE));
    assert.equal(await disk.check(), 'same');
    await clear(HEAD);
    assert.equal(await disk.check(), 'damaged', 'its copy is there still');
    await clear(HEAD, SPARE, ['chunk', '', 'd']);
    assert.equal(await disk.check(), 'gone');
    assert.equal(await disk.replace(noise(SIZE)), 3);
    const other = await open();
    await other.replace(noise(SIZE, 3), 'other');
    assert.equal(await disk.check(), 'other');
    const change = [{ offset: 40_000, bytes: noise(512, 9) }];
    assert.equal((await refusal(disk.commit(change))).code, 'conflict', 'two disks never mix');
    assert.equal((await refusal(disk.mark({ label: 'mine' }))).code, 'conflict');
    sameBytes((await recovered()).image, noise(SIZE, 3));
  });

  test('a disk whose record is missing is listed, and one that was deleted is not', async () => {
    await keep(noise(SIZE));
    const listed = async () => (await createDiskStore({ backend }).list()).map(({ name }) => name);
    await clear(HEAD);
    assert.deepEqual(await listed(), ['d'], 'there is a copy of the record');
    await put(HEAD, 'nonsense');
    await put(SPARE, 'nonsense');
    const [found] = await createDiskStore({ backend }).list();
    assert.deepInclude(found, { name: 'd', size: SIZE, damaged: true });
    await clear(HEAD, ['chunk', '', 'd']);
    assert.deepEqual(await listed(), []);
  });

  test('files that are hit are named, and what else of the file system is', async () => {
    const files = {
      'ONE.TXT': noise(2000),
      'DIR/TWO.TXT': noise(3000, 5),
      'THREE.TXT': noise(9),
      'A longer name of a file, schön.txt': noise(700, 9),
    };
    const image = await makeImage({ kib: 1440, files });
    const at = (bytes: Uint8Array): number => {
      for (let offset = 0; offset < image.length; offset += 512)
        if (bytes.subarray(0, 9).every((byte, i) => image[offset + i] === byte)) return offset;
      throw new Error('not there');
    };
    const hit = (...offsets: number[]) =>
      damagedFiles(
        image,
        offsets.map((offset) => ({ offset, length: 512 })),
      );
    assert.deepEqual(hit(at(files['ONE.TXT'])), ['ONE.TXT']);
    assert.sameMembers(hit(at(files['DIR/TWO.TXT']), 0), ['the boot sector', 'DIR\\TWO.TXT']);
    const long = 'A longer name of a file, schön.txt';
    assert.deepEqual(hit(at(files[long])), [long]);
    assert.deepEqual(hit(512), ['the file table']);
    assert.deepEqual(hit(SIZE - 512), [], 'free space');
    assert.deepEqual(damagedFiles(noise(SIZE), [{ offset: 0, length: 512 }]), []);
  });
});

/** What structured cloning takes. */
function plain(found: unknown): unknown {
  try {
    return structuredClone(found);
  } catch {
    return null;
  }
}
