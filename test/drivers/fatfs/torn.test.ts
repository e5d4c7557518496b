/** Sectors of tables, directories and the boot sector that cannot be read. */
import { assert } from 'chai';
import { decodeDirectory } from '../../../personality/rtl/directoryinformation.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { statusName } from '../../../personality/rtl/statustext.ts';
import { fsck, makeImage } from '../../support/mtools.ts';
import { assertSameFats, check } from './judge.ts';
import { FatRig, mount, mountImage, patterned, startFat } from './rig.ts';

const SECTOR = 512;
const STORAGE = 7;
const FAT = 1;
/** Of a 1.44M disk with clusters of one sector. */
const SECTORS_PER_FAT = 9;
const ROOT = FAT + 2 * SECTORS_PER_FAT;
const { STATUS_CRC_ERROR, STATUS_FLOPPY_ID_MARK_NOT_FOUND: NO_MARK } = Status;

/** A volume of this image, mounted where these sectors cannot be read. */
async function mountTorn(image: Uint8Array, bad: Record<number, number>): Promise<FatRig> {
  const executive = await startFat();
  const disk = executive.cache.add(STORAGE, image);
  for (const [sector, status] of Object.entries(bad)) {
    disk.bad.set(Number(sector), status);
    // With no mark at all nothing of it comes over the cable.
    if (status === NO_MARK)
      disk.cache.fill(0, Number(sector) * SECTOR, (Number(sector) + 1) * SECTOR);
  }
  const { status, volume } = await mount(executive);
  if (status !== 0) throw new Error(status.toString(16));
  return new FatRig(executive, volume);
}

suite('fatfs: torn sectors', function () {
  this.timeout(30_000);
  const files: Record<string, Uint8Array> = { 'DIR/INNER.BIN': patterned(1500, 3) };
  for (let i = 0; i < 40; i++) files[`FILE${i}.BIN`] = patterned(4000 + i * 10, i + 1);
  let base: Uint8Array;

  suiteSetup(async () => {
    base = await makeImage({ kib: 1440, sectorsPerCluster: 1, files });
  });

  async function readsAll(rig: FatRig, but: string[] = []): Promise<void> {
    for (const [path, bytes] of Object.entries(files))
      if (!but.includes(path))
        assert.deepEqual(await rig.readFile(path.replace('/', '\\')), bytes, path);
  }

  test('either table is written again from the other, at every sector', async () => {
    for (let copy = 0; copy < 2; copy++)
      for (let at = 0; at < SECTORS_PER_FAT; at++)
        for (const status of [STATUS_CRC_ERROR, NO_MARK]) {
          const sector = FAT + copy * SECTORS_PER_FAT + at;
          const image = base.slice();
          image.fill(0xe5, sector * SECTOR, (sector + 1) * SECTOR);
          const rig = await mountTorn(image, { [sector]: status });
          assert.isTrue(rig.disk.dirty.has(sector), `sector ${sector}`);
          await rig.flush();
          assert.deepEqual(rig.image, base);
        }
  });

  test('different sectors of both tables at a time', async () => {
    const image = base.slice();
    for (const sector of [FAT, FAT + SECTORS_PER_FAT + 1])
      image.fill(0xe5, sector * SECTOR, (sector + 1) * SECTOR);
    const rig = await mountTorn(image, {
      [FAT]: STATUS_CRC_ERROR,
      [FAT + SECTORS_PER_FAT + 1]: STATUS_CRC_ERROR,
    });
    await readsAll(rig);
    await rig.writeFile('NEW.BIN', patterned(3000));
    await check(rig);
  });

  test('a file whose last link cannot be read does not grow, and takes no cluster', async () => {
    // The last cluster's entry is the first of the second sector of the table.
    const bytes = patterned((342 - 2) * SECTOR);
    const image = await makeImage({ kib: 1440, sectorsPerCluster: 1, files: { 'A.BIN': bytes } });
    const bad = Object.fromEntries(
      [1, 1 + SECTORS_PER_FAT].map((at) => [FAT + at, STATUS_CRC_ERROR]),
    );
    const rig = await mountTorn(image, bad);
    const free = await rig.freeUnits();
    const { file } = await rig.open('A.BIN');
    const { status } = await rig.write(file, bytes.length, 1000);
    assert.equal(status, STATUS_CRC_ERROR);
    assert.equal(await rig.freeUnits(), free);
    assert.deepEqual(await rig.readFile('A.BIN'), bytes);
  });

  for (const gone of [STATUS_CRC_ERROR, NO_MARK])
    test(`the same sector of both, ${statusName(gone)}: an error for the files whose chains it has alone`, async () => {
      const rig = await mountTorn(base.slice(), { [FAT]: gone, [FAT + SECTORS_PER_FAT]: gone });
      let failed = 0;
      for (const [path, bytes] of Object.entries(files)) {
        const { status } = await rig.create(path.replace('/', '\\'));
        if (status === 0) assert.deepEqual(await rig.readFile(path.replace('/', '\\')), bytes);
        else assert.equal(status, gone);
        if (status !== 0) failed++;
      }
      // A sector of the table has 341 entries.
      assert.isAbove(failed, 30);
      assert.isBelow(failed, Object.keys(files).length);
      await rig.writeFile('NEW.BIN', patterned(3000));
      assert.deepEqual(await rig.readFile('NEW.BIN'), patterned(3000));
      assert.isFalse(rig.disk.dirty.has(FAT));
      assert.isFalse(rig.disk.dirty.has(FAT + SECTORS_PER_FAT));
    });

  test('a directory’s sector with a wrong checksum: what makes sense in it is read and can be changed', async () => {
    const rig = await mountTorn(base.slice(), { [ROOT]: STATUS_CRC_ERROR });
    await readsAll(rig);
    assert.equal(rig.disk.dirty.size, 0, 'nothing is written because of it');
    assert.equal(await rig.remove('FILE3.BIN'), 0);
    await rig.flush();
    assert.equal(rig.disk.bad.size, 0);
    assert.isTrue((await fsck(rig.image)).clean);
  });

  test('FAT16: a failure of the disk is marked in the table, and told at the next mount', async () => {
    const made = {
      kib: 3000,
      fat: 16 as const,
      sectorsPerCluster: 1,
      files: { 'DIR/A.BIN': patterned(9) },
    };
    const rig = await mountImage(await makeImage(made));
    const view = () => new DataView(rig.image.buffer);
    const mark = () => view().getUint16(view().getUint16(14, true) * SECTOR + 2, true) & 0x4000;
    // The directory: '.' and '..' begin its sector.
    let place = 0;
    while (rig.image[place] !== 0x2e || rig.image[place + 33] !== 0x2e) place += SECTOR;
    rig.disk.bad.set(place / SECTOR, NO_MARK);
    rig.disk.cache.fill(0, place, place + SECTOR);
    await rig.flush();
    assert.notEqual(mark(), 0);
    const refused = rig.make('DIR\\NEW.BIN').then(
      () => 'made',
      () => 'refused',
    );
    assert.equal(await refused, 'refused');
    await rig.flush();
    assert.equal(mark(), 0);
  });

  test('nonsense in such a sector is nobody’s file', async () => {
    const image = base.slice();
    image.set(patterned(SECTOR / 2, 99), ROOT * SECTOR + SECTOR / 2);
    const rig = await mountTorn(image, { [ROOT]: STATUS_CRC_ERROR });
    const names = (await rig.list('')).map(({ name }) => name);
    for (const name of names) assert.match(name, /^(DIR|FILE\d+\.BIN)$/);
    assert.isAbove(names.length, 30);
  });

  test('one that cannot be read at all: the rest is listed, and a name that may be there says why not', async () => {
    const rig = await mountTorn(base.slice(), { [ROOT]: NO_MARK });
    const lost = Object.keys(files).filter((_, i) => i < 18);
    const root = await rig.open('');
    const found: string[] = [];
    let status = 0;
    while (status === 0) {
      const answer = await rig.directory(root.file);
      ({ status } = answer);
      if (status === 0) {
        found.push(...decodeDirectory(answer.result.data!).map(({ name }) => name));
      }
    }
    assert.equal(status, NO_MARK);
    assert.isAbove(found.length, 20);
    for (const name of found) assert.deepEqual(await rig.readFile(name), files[name]!);
    for (const name of lost)
      if (!found.includes(name)) assert.equal((await rig.create(name)).status, NO_MARK);
    const made = await rig.create('NEW.BIN', { disposition: 2 });
    assert.equal(made.status, NO_MARK);
  });

  test('a free cluster that cannot be read is as good as any other', async () => {
    const rig = await mountTorn(base.slice(), {});
    for (let sector = 1000; sector < 2880; sector++) rig.disk.bad.set(sector, STATUS_CRC_ERROR);
    for (let i = 0; i < 40; i++) await rig.makeDirectory(`DIR\\New directory ${i}`);
    rig.disk.bad.clear();
    await check(rig);
  });

  test('a boot sector with a wrong checksum mounts if it makes sense', async () => {
    const rig = await mountTorn(base.slice(), { 0: STATUS_CRC_ERROR });
    await readsAll(rig);
    assert.equal(await rig.setLabel('MENDED'), 0);
    await rig.flush();
    assert.equal(rig.disk.bad.size, 0);
    assertSameFats(rig.image);
    assert.isTrue((await fsck(rig.image)).clean);
  });

  test('a chain that is damaged behind the file’s end does not keep it from being read', async () => {
    const rig = await mountImage(base.slice());
    const opened = await rig.open('FILE0.BIN');
    const extents = await rig.extentsOf(opened.file, 4000);
    const last = (extents.at(-2)! + extents.at(-1)! - SECTOR) / SECTOR - 33 + 2;
    const image = base.slice();
    for (const start of [FAT, FAT + SECTORS_PER_FAT]) {
      const at = start * SECTOR + last + (last >> 1);
      const view = new DataView(image.buffer);
      const pair = view.getUint16(at, true);
      view.setUint16(at, last & 1 ? (pair & 15) | (1 << 4) : (pair & 0xf000) | 1, true);
    }
    const again = await mountImage(image);
    assert.deepEqual(await again.readFile('FILE0.BIN'), files['FILE0.BIN']!);
    assert.equal(await again.remove('FILE0.BIN'), Status.STATUS_FILE_CORRUPT_ERROR);
  });
});
