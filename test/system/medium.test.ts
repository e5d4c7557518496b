/**
 * What a damaged disk still gives, from the request of a page down to the medium: whose its sectors
 * are, what is left of a file, what was deleted.
 */
import { assert } from 'chai';
import type { DeletedFile, DiskAreas } from '../../personality/fstools/answers.ts';
import type { Area } from '../../personality/fstools/map/areas.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { fsck, makeImage, readFile } from '../support/mtools.ts';
import { bootRig, type Rig } from '../support/rig.ts';

const SECTOR = 512;
const DATA = 33 * SECTOR;

function pattern(length: number, seed = 1): Uint8Array {
  return new Uint8Array(length).map((_, i) => 1 + ((i * seed + (i >>> 8)) % 251));
}

const whole = pattern(5000, 7);
const torn = pattern(20_000, 3);

/** Where a file's first bytes are in the image. */
function placeOf(image: Uint8Array, bytes: Uint8Array): number {
  for (let at = 0; at < image.length; at += SECTOR)
    if (bytes.subarray(0, SECTOR).every((byte, i) => image[at + i] === byte)) return at;
  throw new Error('not there');
}

const json = <T>(bytes: Uint8Array): T => JSON.parse(new TextDecoder().decode(bytes)) as T;

async function refused(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return String(error);
  }
  return 'not refused';
}

suite('a disk beyond its files', function () {
  this.timeout(60_000);
  let rig: Rig;
  let image: Uint8Array;
  let bad: { offset: number; length: number }[];

  suiteSetup(async () => {
    const files = { 'WHOLE.BIN': whole, 'SUB/A torn file.bin': torn, 'SUB/DEEP/X.TXT': 'x' };
    image = await makeImage({ kib: 1440, files });
    const at = placeOf(image, torn);
    bad = [3, 4, 30].map((sector) => ({ offset: at + sector * SECTOR, length: SECTOR }));
    rig = await bootRig({});
    await rig.prompt();
  });
  suiteTeardown(() => rig.end());
  /** Nothing is remembered of the disk before, which may look like this one. */
  const swap = async (disk: Uint8Array, damaged: typeof bad = []) => {
    await rig.ask({ op: 'dismount', drive: 'A:' });
    await rig.eject(0);
    rig.insert(0, disk, false, damaged);
  };
  setup(() => swap(image, bad));

  const areasOf = async (drive = 'A:') => json<DiskAreas>(await rig.ask({ op: 'areas', drive }));

  test('whose sectors are: files, directories, tables, what is free, bad, lost', async () => {
    const marked = image.slice();
    // Clusters 2000 (bad) and 2001 (in use, nobody's), in both tables; each is 12 bits.
    for (const table of [SECTOR, 10 * SECTOR]) marked.set([0xf7, 0xff, 0xff], table + 3000);
    await swap(marked);
    const { shape, sectors, areas } = await areasOf();
    assert.equal(sectors, 2880);
    assert.deepInclude(shape!, { cylinders: 80, tracksPerCylinder: 2, sectorsPerTrack: 18 });
    const end = areas.reduce((at, area) => {
      assert.equal(area.offset, at);
      return at + area.length;
    }, 0);
    assert.equal(end, marked.length);
    const of = (file: string): Area[] => areas.filter((area) => area.file === file);
    const bytesOf = (file: string) => {
      const parts = of(file).map((one) => marked.subarray(one.offset, one.offset + one.length));
      return parts.reduce<number[]>((all, part) => [...all, ...part], []);
    };
    assert.deepEqual(bytesOf('\\WHOLE.BIN').slice(0, whole.length), [...whole]);
    assert.deepEqual(bytesOf('\\SUB\\A torn file.bin').slice(0, torn.length), [...torn]);
    assert.deepEqual(of('\\'), [
      { offset: 19 * SECTOR, length: 14 * SECTOR, kind: 'directory', file: '\\' },
    ]);
    assert.equal(of('\\SUB\\DEEP')[0]?.kind, 'directory');
    assert.deepEqual(areas[0], { offset: 0, length: 19 * SECTOR, kind: 'system' });
    const kindAt = (at: number) => areas.find((one) => at < one.offset + one.length)?.kind;
    assert.equal(kindAt(DATA + 1998 * SECTOR), 'unusable');
    assert.equal(kindAt(DATA + 1999 * SECTOR), 'lost');
    assert.equal(kindAt(DATA + 2000 * SECTOR), 'free');
  });

  test('a disk without a file system has a shape and no areas; an empty drive is refused', async () => {
    await swap(new Uint8Array(737_280).fill(0xf6));
    const { shape, areas } = await areasOf();
    assert.deepEqual(areas, []);
    assert.equal(shape?.sectorsPerTrack, 9);
    const small = await makeImage({ kib: 720, files: { 'X.TXT': 'x' } });
    await swap(small, [{ offset: 0, length: small.length }]);
    assert.deepEqual((await areasOf()).areas, [], 'nothing of it can be read');
    await rig.eject(0);
    assert.include(await refused(areasOf()), 'STATUS_NO_MEDIA_IN_DEVICE');
    assert.include(await refused(areasOf('X:')), 'STATUS_OBJECT_NAME_NOT_FOUND');
  });

  test('a file over bad sectors is an error; salvaged, it lacks these and nothing else', async () => {
    const path = 'A:\\SUB\\A torn file.bin';
    assert.include(await refused(rig.ask({ op: 'readFile', path })), 'STATUS_CRC_ERROR');
    const left = torn.slice();
    for (const sector of [3, 4, 30]) left.fill(0, sector * SECTOR, (sector + 1) * SECTOR);
    const { size, data, missing } = await rig.ask({
      op: 'salvage',
      path,
      offset: 0,
      length: 0x8000,
      known: 0,
    });
    assert.equal(size, torn.length);
    assert.deepEqual(data, left);
    assert.deepEqual(missing, [
      { offset: 3 * SECTOR, length: 2 * SECTOR },
      { offset: 30 * SECTOR, length: SECTOR },
    ]);
    const behind = await rig.ask({
      op: 'salvage',
      path,
      offset: torn.length,
      length: 512,
      known: 0,
    });
    assert.deepEqual([...behind.data, behind.missing.length], [0]);
    const sound = await rig.ask({
      op: 'salvage',
      path: 'A:\\WHOLE.BIN',
      offset: 0,
      length: 9999,
      known: 0,
    });
    assert.deepEqual(sound, { size: whole.length, data: whole, missing: [] });
    assert.include(
      await refused(rig.ask({ op: 'salvage', path: 'A:\\SUB', offset: 0, length: 512, known: 0 })),
      'STATUS_FILE_IS_A_DIRECTORY',
    );
  });

  test('one request ends after sixteen bad sectors; a chain that ends early is missing', async () => {
    const at = placeOf(image, torn);
    const length = torn.length;
    await swap(image, [{ offset: at, length }]);
    const path = 'A:\\SUB\\A torn file.bin';
    const first = await rig.ask({ op: 'salvage', path, offset: 0, length: 0x8000, known: 0 });
    assert.deepEqual(first.missing, [{ offset: 0, length: 16 * SECTOR }]);
    assert.equal(first.data.length, 16 * SECTOR);

    const cut = image.slice();
    const cluster = (at - DATA) / SECTOR + 2 + 9;
    for (const table of [SECTOR, 10 * SECTOR]) {
      const entry = table + cluster + (cluster >> 1);
      if (cluster & 1) cut.set([cut[entry]! | 0xf0, 0xff], entry);
      else cut.set([0xff, cut[entry + 1]! | 0x0f], entry);
    }
    await swap(cut);
    const { data, missing } = await rig.ask({
      op: 'salvage',
      path,
      offset: 0,
      length: 0x2000,
      known: 0,
    });
    assert.deepEqual(data.subarray(0, 10 * SECTOR), torn.subarray(0, 10 * SECTOR));
    assert.deepEqual(missing, [{ offset: 10 * SECTOR, length: 6 * SECTOR }]);
  });

  test('a file that claims 4 GB is as long as its volume, and what its chain has is there', async () => {
    const lying = image.slice();
    const name = [...'WHOLE   BIN'].map((letter) => letter.charCodeAt(0));
    const entry = lying.findIndex((_, at) => name.every((code, i) => lying[at + i] === code));
    lying.set([0xff, 0xff, 0xff, 0xff], entry + 28);
    await swap(lying);
    const path = 'A:\\WHOLE.BIN';
    assert.include(await refused(rig.ask({ op: 'readFile', path })), 'STATUS_FILE_CORRUPT_ERROR');
    const { size, data, missing } = await rig.ask({
      op: 'salvage',
      path,
      offset: 0,
      length: 0x2000,
      known: 0,
    });
    assert.equal(size, 2847 * SECTOR);
    assert.deepEqual(data.subarray(0, whole.length), whole);
    assert.deepEqual(missing, [{ offset: 10 * SECTOR, length: 6 * SECTOR }]);
  });

  test('the volume is asked for its size once a file', async () => {
    await swap(image);
    const piece = { op: 'salvage', path: 'A:\\WHOLE.BIN', offset: 512, length: 512 } as const;
    const asked = async (known: number): Promise<[number, number]> => {
      const count = async () => (await rig.counters())['io.irp.fatfs.query_volume'] ?? 0;
      const before = await count();
      const { size } = await rig.ask({ ...piece, known });
      return [size, (await count()) - before];
    };
    await rig.ask({ ...piece, known: 0 }); // mounts the disk
    assert.deepEqual(await asked(0), [whole.length, 1]);
    assert.deepEqual(await asked(whole.length), [whole.length, 0]);
    assert.deepEqual(await asked(whole.length + 1), [whole.length, 1], 'it is another file now');
  });

  test('recover: says what is missing, and copies the rest to another disk', async () => {
    const told = await rig.exec('recover "A:\\SUB\\A torn file.bin"');
    assert.equal(statusName(told.status), 'STATUS_PARTIAL_COPY');
    assert.include(told.output, 'A:\\SUB\\A torn file.bin: 18,464 of 20,000 bytes\n');
    assert.include(told.output, '    1,024 bytes are missing at 1,536\n');
    assert.include(told.output, '    512 bytes are missing at 15,360\n');
    const same = await rig.exec('recover A:\\WHOLE.BIN /to:A:\\SUB');
    assert.equal(statusName(same.status), 'STATUS_INVALID_PARAMETER');
    const nothing = await rig.exec('recover A:\\NO.BIN');
    assert.equal(statusName(nothing.status), 'STATUS_OBJECT_NAME_NOT_FOUND');
    const nowhere = await rig.exec('recover A:\\WHOLE.BIN /to:B:\\NO');
    assert.equal(statusName(nowhere.status), 'STATUS_NO_MEDIA_IN_DEVICE');

    rig.insert(1, await makeImage({ kib: 720 }));
    const copied = await rig.exec('recover A:\\ /to:B:\\');
    assert.equal(statusName(copied.status), 'STATUS_PARTIAL_COPY');
    assert.match(copied.output, /^3 files copied; 1,536 bytes missing in 1\.$/m);
    await rig.run('sync B:');
    const other = rig.image(1);
    assert.equal((await fsck(other)).status, 0);
    assert.deepEqual(await readFile(other, 'WHOLE.BIN'), whole);
    const left = torn.slice();
    for (const sector of [3, 4, 30]) left.fill(0, sector * SECTOR, (sector + 1) * SECTOR);
    assert.deepEqual(await readFile(other, 'SUB/A torn file.bin'), left);
    const again = await rig.exec('recover A:\\WHOLE.BIN /to:B:\\');
    assert.include(again.output, 'as B:\\WHOLE-1.BIN');
    assert.equal(again.status, 0);
    await rig.eject(1);
  });

  test('deleted files: those of a directory, or of all below; back by their id', async () => {
    await rig.run('copy A:\\WHOLE.BIN A:\\SUB\\GONE.BIN');
    await rig.run('copy A:\\WHOLE.BIN A:\\TOO.BIN');
    await rig.run('sync A:');
    await rig.run('del A:\\SUB\\GONE.BIN A:\\TOO.BIN');
    const deleted = async (path: string, below = false) =>
      json<DeletedFile[]>(await rig.ask({ op: 'deleted', path, below }));
    const [gone, ...others] = await deleted('A:\\sub');
    assert.deepEqual(others, []);
    assert.deepInclude(gone, {
      directory: 'A:\\SUB',
      name: '?ONE.BIN',
      size: 5000,
      chance: 'good',
    });
    const names = (await deleted('a:/', true)).map((one) => `${one.directory} ${one.name}`);
    assert.sameMembers(names, ['A:\\ ?OO.BIN', 'A:\\SUB ?ONE.BIN']);
    const { id } = gone!;
    assert.deepEqual(await rig.ask({ op: 'readDeleted', drive: 'A:', id }), whole);
    await rig.run('copy A:\\WHOLE.BIN A:\\SUB\\NEW.BIN');
    const late = await refused(rig.ask({ op: 'readDeleted', drive: 'A:', id }));
    assert.include(late, 'STATUS_OBJECT_NAME_NOT_FOUND');
    assert.deepEqual(rig.faults, []);
  });
});
