/** Many disks in one file and back; a disk in the format that it came in; labels and tabs. */
import { assert } from 'chai';
import { BackupWriter, type GetFile, openBackup } from '../../web/store/box/backup.ts';
import type { DiskContents } from '../../web/store/box/contents.ts';
import { writeOriginal } from '../../web/store/box/original.ts';
import { openZip } from '../../web/store/box/unzip.ts';
import { ZipWriter } from '../../web/store/box/zip.ts';
import { createDiskStore } from '../../web/store/disks.ts';
import { ImageError } from '../../web/store/errors.ts';
import { importImage } from '../../web/store/images.ts';
import { createMemoryBackend } from '../../web/store/memory.ts';

const FLOPPY = 737_280;
const DAY = Date.UTC(2001, 5, 4, 12);

function noise(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    return state >> 16;
  });
}

const disk = (more: Partial<DiskContents> = {}): DiskContents => ({
  label: 'NOTES.IMG',
  image: noise(FLOPPY),
  modified: DAY,
  ...more,
});

async function refusal(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => assert.fail('it was taken'),
    (error: Error) => error,
  );
}

suite('store/box/zip', () => {
  test('what is written is read again, also names of any kind and one that is there twice', async () => {
    const zip = new ZipWriter();
    const files = {
      'a.img': noise(1000),
      'größe/日本.img': new Uint8Array(50_000),
      empty: noise(0),
    };
    for (const [path, bytes] of Object.entries(files))
      assert.equal(await zip.add(path, bytes, DAY), path);
    assert.equal(await zip.add('A.img', noise(10), DAY), 'A (2).img');
    const found = await openZip(zip.finish());
    assert.deepEqual([...found.keys()], [...Object.keys(files), 'A (2).img']);
    for (const [path, bytes] of Object.entries(files))
      assert.deepEqual(await found.get(path)!(60_000), bytes, path);
  });

  test('a cut or spoilt archive is refused in words, and no file of it is another', async () => {
    const zip = new ZipWriter();
    const image = noise(5000);
    await zip.add('a.img', image, DAY);
    const whole = new Uint8Array(await zip.finish().arrayBuffer());
    const cuts = [0, 1, 21, 22, 100, whole.length - 1].map((length) => whole.slice(0, length));
    const flips = Array.from({ length: 200 }, (_, i) => {
      const spoilt = whole.slice();
      spoilt[(i * 7919) % spoilt.length]! ^= 1 << (i % 8);
      return spoilt;
    });
    let refused = 0;
    for (const bytes of [...cuts, ...flips]) {
      try {
        const files = await openZip(new Blob([bytes]));
        const read = await files.get('a.img')?.(1 << 20);
        if (read) assert.deepEqual(read, image);
      } catch (error) {
        assert.instanceOf(error, ImageError);
        refused++;
      }
    }
    assert.isAbove(refused, 150);
  });

  test('a file is not unpacked beyond what it may be', async () => {
    const zip = new ZipWriter();
    await zip.add('bomb', new Uint8Array(2_000_000), DAY);
    const error = await refusal((await openZip(zip.finish())).get('bomb')!(1_000_000));
    assert.match(error.message, /larger than it can be/);
  });
});

suite('store/box/backup', () => {
  async function filesOf(disks: readonly DiskContents[]): Promise<Map<string, Uint8Array>> {
    const files = new Map<string, Uint8Array>();
    const writer = new BackupWriter(async (path, bytes) => {
      files.set(path, bytes);
      return path;
    });
    for (const [i, one] of disks.entries()) await writer.add(`disk ${i}`, one);
    await writer.finish();
    return files;
  }
  const getOf =
    (files: ReadonlyMap<string, Uint8Array>): GetFile =>
    async (path) =>
      files.get(path);

  test('everything of a disk comes back', async () => {
    const full = disk({
      damaged: [{ offset: 512, length: 1024 }],
      tracks: noise(77),
      origin: { formats: ['gzip', 'one-byte'], comment: 'box 3', header: noise(1) },
      writeProtected: true,
    });
    const [found] = await openBackup(getOf(await filesOf([full])));
    assert.equal(found!.name, 'disk 0');
    assert.deepEqual(await found!.read(), full);
  });

  test('an image that is not what it was is refused, and hinders no other', async () => {
    const files = await filesOf([disk(), disk({ label: 'other', image: noise(FLOPPY, 2) })]);
    files.get('disks/NOTES.img')![9]! ^= 1;
    const [first, second] = await openBackup(getOf(files));
    assert.match((await refusal(first!.read())).message, /not what it was/);
    assert.equal((await second!.read()).label, 'other');
  });

  test('lists that are none, and lists that lie, are refused in words', async () => {
    const lists = ['', '{', '[]', '{"box":2,"disks":[]}', '{"box":1,"disks":7}', 'null'];
    for (const text of lists) {
      const files = new Map([['box.json', new TextEncoder().encode(text)]]);
      assert.match((await refusal(openBackup(getOf(files)))).message, /no backup of a box/, text);
    }
    const odd = [null, 7, {}, { image: 7 }, { image: 'a', sum: 1, damaged: [{ offset: -1 }] }];
    const text = JSON.stringify({ box: 1, disks: odd });
    const files = new Map([['box.json', new TextEncoder().encode(text)]]);
    for (const one of await openBackup(getOf(files)))
      assert.instanceOf(await refusal(one.read()), ImageError);
  });
});

suite('store/box/original', () => {
  const boot = (): Uint8Array<ArrayBuffer> => {
    const image = noise(FLOPPY);
    image.set([0xeb, 0x3c, 0x90]);
    image.set([0, 2, 2, 1, 0, 2, 112, 0, 0xa0, 5, 0xf9, 3, 0, 9, 0, 2, 0], 11);
    return image;
  };

  for (const [formats, ending, header] of [
    [['gzip'], /\.img\.gz$/, 0],
    [['zip'], /\.zip$/, 0],
    [['msa'], /\.msa$/, 0],
    [['imd'], /\.imd$/, 0],
    [['zip', 'imd'], /\.zip$/, 0],
    [['one-byte'], /\.img$/, 1],
    [['diskdupe'], /\.ddi$/, 4608],
  ] as const) {
    test(`${formats.join(' in ')}: written, and read again as the same disk`, async () => {
      const image = boot();
      const origin = { formats, comment: '', ...(header > 0 && { header: noise(header, 5) }) };
      const written = await writeOriginal(disk({ image, origin }));
      assert.equal(written.why, '');
      assert.match(written.name, ending);
      const found = await importImage(written.bytes);
      assert.deepEqual(found.image, image);
      assert.deepEqual(found.origin!.formats, [...formats]);
      assert.deepEqual(found.origin!.header, header > 0 ? noise(header, 5) : undefined);
    });
  }

  test('the ending of the file that it came in is kept', async () => {
    const origin = { formats: ['zip'], comment: '' };
    assert.equal((await writeOriginal(disk({ label: 'LETTERS.IMZ', origin }))).name, 'LETTERS.IMZ');
  });

  test('what ImageDisk says of sectors is written: deleted, with an error, not read', async () => {
    const image = boot();
    const plain = await writeOriginal(disk({ image, origin: { formats: ['imd'], comment: 'c' } }));
    const kinds = plain.bytes.slice();
    // The first track: mode, cylinder, head, count, size, nine numbers, then kind and data.
    const first = kinds.indexOf(0x1a) + 1 + 5 + 9;
    for (const [sector, kind] of [3, 5, 7].entries()) kinds[first + sector * 513] = kind;
    const found = await importImage(kinds);
    assert.isDefined(found.tracks);
    const again = await writeOriginal({ ...disk({ image }), ...found, modified: DAY });
    assert.equal(again.why, '');
    assert.deepEqual((await importImage(again.bytes)).tracks, found.tracks);
    assert.deepEqual((await importImage(again.bytes)).image, found.image);
  });

  test('what is not written here is the plain image, and it is said', async () => {
    const written = await writeOriginal(disk({ origin: { formats: ['td0'], comment: '' } }));
    assert.equal(written.name, 'NOTES.img');
    assert.deepEqual(written.bytes, noise(FLOPPY));
    assert.match(written.why, /TeleDisk \(TD0\) is not written here: this is the plain image/);
  });
});

suite('store/box/marks', () => {
  test('label and tab change, and not a byte, the date, or what it came in', async () => {
    const store = createDiskStore({ backend: createMemoryBackend() });
    const hold = await store.open('one');
    const origin = { formats: ['imd'], comment: 'c', header: noise(3) };
    await hold.replace(noise(4096), 'old', { origin, modified: DAY });
    assert.equal(await hold.mark({ label: 'new', writeProtected: true }), 2);
    const [info] = await store.list();
    assert.deepInclude(info, { label: 'new', writeProtected: true, modified: DAY, generation: 2 });
    assert.deepEqual(info!.origin, origin);
    assert.deepEqual(await hold.read(), noise(4096));
    assert.equal(await hold.check(), 'same');
    await hold.commit([{ offset: 0, bytes: noise(512, 3) }]);
    assert.isTrue((await store.list())[0]!.writeProtected, 'a commit leaves the tab');
    await hold.mark({ writeProtected: false });
    assert.notProperty((await store.list())[0], 'writeProtected');
    await hold.close();
  });

  test('who does not own it cannot', async () => {
    const store = createDiskStore({ backend: createMemoryBackend() });
    const first = await store.open('one', { prefix: 'p' });
    await first.replace(noise(512));
    const second = await store.open('one', { prefix: 'p' });
    assert.propertyVal(await refusal(second.mark({ label: 'mine' })), 'code', 'read-only');
    assert.deepEqual([...(await store.inUse({ prefix: 'p' }))], ['one']);
    assert.deepEqual([...(await store.inUse({ prefix: 'q' }))], []);
    await first.close();
    assert.deepEqual([...(await store.inUse({ prefix: 'p' }))], []);
    await second.close();
  });
});
