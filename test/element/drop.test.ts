/** Files dropped onto the element: where each goes, and what is said of one that is no image. */
import { assert } from 'chai';
import { crc32 } from '../../web/store/share/crc32.ts';
import { FakeDisk, fakeFolder } from './dropped.ts';
import { freshPrefix, pattern, removeAll, running, until } from './fixture.ts';
import { action, found, lines, offer, press, row } from './person.ts';

function drop(target: Element, files: Record<string, Uint8Array>): void {
  const dataTransfer = new DataTransfer();
  for (const [name, bytes] of Object.entries(files))
    dataTransfer.items.add(new File([bytes as Uint8Array<ArrayBuffer>], name));
  for (const type of ['dragover', 'drop'])
    target.dispatchEvent(
      new DragEvent(type, { dataTransfer, bubbles: true, composed: true, cancelable: true }),
    );
}

/** A ZIP archive of what is stored in it as it is. */
function archive(files: Record<string, Uint8Array>): Uint8Array {
  const bytes: number[] = [];
  const directory: number[] = [];
  const word = (value: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => Math.floor(value / 256 ** i) % 256);
  const text = (value: string): number[] => [...new TextEncoder().encode(value)];
  for (const [name, data] of Object.entries(files)) {
    const sizes = [...word(data.length, 4), ...word(data.length, 4), ...word(name.length, 2)];
    const common = [...word(20, 2), ...word(0, 8), ...word(crc32(data), 4), ...sizes, 0, 0];
    const at = bytes.length;
    bytes.push(...text('PK\x03\x04'), ...common, ...text(name));
    for (const byte of data) bytes.push(byte);
    directory.push(...text('PK\x01\x02'), 20, 0, ...common, ...word(0, 10), ...word(at, 4));
    directory.push(...text(name));
  }
  const count = word(Object.keys(files).length, 2);
  const end = [...word(0, 4), ...count, ...count, ...word(directory.length, 4)];
  const tail = [...text('PK\x05\x06'), ...end, ...word(bytes.length, 4), 0, 0];
  return Uint8Array.from([...bytes, ...directory, ...tail]);
}

suite('element/drop', () => {
  teardown(removeAll);

  const text = (element: HTMLElement): string => element.shadowRoot!.textContent!;

  test('on a drive’s row it goes into that drive, anywhere else into A:', async () => {
    const { element, system } = await running({ controls: '' });
    drop(row(element, 'B:'), { 'one.img': pattern(1) });
    await until(() => system.media[1] !== undefined);
    assert.deepEqual(system.media[1], pattern(1));
    assert.isUndefined(system.media[0]);
    drop(element, { 'two.img': pattern(2) });
    await until(() => system.media[0] !== undefined);
    assert.deepEqual(system.media, [pattern(2), pattern(1)]);
  });

  test('while it hovers, the element says where it would go, and hides no row', async () => {
    const { element } = await running({ controls: '' });
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([], 'x'));
    const options = { dataTransfer, bubbles: true, composed: true, cancelable: true };
    row(element, 'B:').dispatchEvent(new DragEvent('dragover', options));
    await element.updateComplete;
    const words = found(element, '#drop')!;
    assert.match(words.textContent, /into B:/);
    assert.equal(getComputedStyle(words).pointerEvents, 'none');
    element.dispatchEvent(new DragEvent('dragleave', options));
    await element.updateComplete;
    assert.isUndefined(found(element, '#drop'));
  });

  for (const persist of [undefined, freshPrefix()]) {
    const where = persist ? 'kept' : 'in this page only';
    test(`of three, the third is on the shelf, ${where}`, async () => {
      const { element, system } = await running({ controls: '', ...(persist && { persist }) });
      drop(element, { 'one.img': pattern(1), 'two.img': pattern(2), 'three.img': pattern(3) });
      await until(() => /three\.img is in no drive: press Insert/.test(text(element)));
      await until(() => system.media[0] !== undefined && system.media[1] !== undefined);
      assert.deepEqual(system.media, [pattern(1), pattern(2)]);
      const insert = action(element, 'insert');
      await until(() => insert.ariaDisabled !== 'true');
      insert.click();
      const list = persist ? '.kept' : '.loose';
      await until(() => found(element, `${list} li`) !== undefined);
      const shelved = found(element, `${list} li`)!;
      assert.include(shelved.textContent, 'three.img');
      shelved.querySelector('button')!.click();
      await until(() => system.media[0]?.[100] === pattern(3)[100]);
      assert.deepEqual(system.media[0], pattern(3));
      assert.isFalse(element.unsaved);
    });
  }

  test('of an archive of two, the first is in the drive and the second on the shelf', async () => {
    const { element, system } = await running({ controls: '' });
    drop(row(element, 'B:'), {
      'box.zip': archive({ 'one.img': pattern(1), 'two.img': pattern(2) }),
    });
    await until(() => /two\.img is in no drive: press Insert/.test(text(element)));
    assert.deepEqual(system.media, [undefined, pattern(1)]);
    assert.include(row(element, 'B:').textContent, 'one.img');
  });

  test('what is no image can be copied onto the disk, and replaces nothing unasked', async () => {
    const { element, system } = await running({ controls: '' });
    const { files, answer } = new FakeDisk();
    system.answers = answer;
    const once = async (label: string): Promise<void> => {
      await press(element, '.message', label);
      assert.notInclude(text(element), label, 'pressed once');
    };
    const letter = (name: string, byte: number): void =>
      drop(row(element, 'B:'), { [name]: new Uint8Array(8).fill(byte) });

    letter('letter.doc', 1);
    await until(() => text(element).includes('Copy it onto B:'));
    assert.match(text(element), /letter\.doc is no disk image\. No floppy disk has 8 bytes/);
    assert.match(text(element), /less than one sector/);
    assert.equal(files.size, 0, 'not unasked');
    await once('Copy it onto B:');
    await until(() => text(element).includes('B:\\letter.doc is written.'));
    letter('LETTER.DOC', 2);
    await until(() => text(element).includes('Copy it onto B:'));
    await once('Copy it onto B:');
    await until(() => text(element).includes('There is a B:\\LETTER.DOC already.'));
    assert.deepEqual([...files.values()], [new Uint8Array(8).fill(1)]);
    await once('Replace it');
    await until(() => files.get('B:\\letter.doc')![0] === 2);
    assert.deepEqual([...files.keys()], ['B:\\letter.doc']);
    letter('LETTER~1.DOC', 3);
    await until(() => text(element).includes('Copy it onto B:'));
    await once('Copy it onto B:');
    await until(() => text(element).includes('There is a B:\\LETTER~1.DOC already.'));
    assert.isUndefined(system.media[1]);
  });

  test('a copy is meant for the disk that was in the drive when it was dropped', async () => {
    const { element, system } = await running({ controls: '' });
    system.answers = new FakeDisk().answer;
    const offered = () => offer(element, 'Copy it onto A:');
    const asked = () => system.calls.filter((call) => call === 'writePart').length;
    await element.insertDisk('A:', pattern(1));
    drop(element, { 'note.txt': new Uint8Array(3) });
    await until(() => offered() !== undefined);
    await element.insertDisk('B:', pattern(9)); // of another drive: it stays
    offered()!.click();
    await until(() => text(element).includes('A:\\note.txt is written.'));
    assert.notInclude(text(element), 'is no disk image', 'what failed before is done');
    drop(element, { 'note.txt': new Uint8Array(3) });
    await until(() => offered() !== undefined);
    const copy = offered()!;
    const changed = element.insertDisk('A:', pattern(2));
    copy.click();
    await changed;
    await until(() => /note\.txt was not copied: it was meant for the disk/.test(text(element)));
    assert.equal(asked(), 1);
  });

  test('several are offered at once; those that are there already are left until it is said', async () => {
    const { element, system } = await running({ controls: '' });
    const { files, answer } = new FakeDisk();
    system.answers = answer;
    files.set('B:\\b.txt', new Uint8Array(5));
    const three = {
      'a.txt': new Uint8Array(8),
      'b.txt': new Uint8Array(9),
      'c?.txt': new Uint8Array(7),
    };
    drop(row(element, 'B:'), three);
    await until(() =>
      text(element).includes('3 of these files are no disk images: a.txt, b.txt, c?.txt.'),
    );
    assert.equal(files.size, 1);
    await press(element, '.message', 'Copy them onto B:');
    await until(() => text(element).includes('c?.txt would be c_.txt on a FAT disk.'));
    assert.equal(files.size, 1, 'told before');
    await press(element, '.message', 'Copy so');
    await until(() => text(element).includes('2 files are written on B:.'));
    assert.deepEqual([...files.keys()], ['B:\\b.txt', 'B:\\a.txt', 'B:\\c_.txt']);
    assert.equal(files.get('B:\\b.txt')!.length, 5);
    assert.include(text(element), 'There is a B:\\b.txt already.');
    await press(element, '.message', 'Replace it');
    await until(() => files.get('B:\\b.txt')!.length === 9);
  });

  test('a folder is copied with all that is in it, without another question', async () => {
    const { element, system } = await running({ controls: '' });
    const disk = new FakeDisk();
    system.answers = disk.answer;
    await element.takeFiles([fakeFolder({ 'one.txt': 3, deep: { 'two.txt': 4 }, none: {} })], 'B:');
    await until(() => text(element).includes('2 files are written on B:.'));
    assert.deepEqual(disk.folders, ['B:\\box', 'B:\\box\\deep', 'B:\\box\\none']);
    assert.deepEqual([...disk.files.keys()], ['B:\\box\\one.txt', 'B:\\box\\deep\\two.txt']);
  });

  test('given up in the middle, it says how many are written; so does what fails there', async () => {
    const { element, system } = await running({ controls: '' });
    const disk = new FakeDisk();
    const begun = (): number => system.calls.filter((call) => call === 'writePart').length;
    const tree = { a: 1, b: 2, c: 3, deep: { d: 4 }, e: 5 };
    // The third is at work when somebody gives it up.
    let far: HTMLProgressElement | undefined;
    system.answers = async (request) => {
      if (request.op === 'writePart' && begun() === 3) {
        await element.updateComplete;
        far = found<HTMLProgressElement>(element, '.message progress');
        await press(element, '.message', 'Cancel');
      }
      return disk.answer(request);
    };
    await element.takeFiles([fakeFolder(tree)], 'B:');
    await element.updateComplete;
    assert.deepEqual([far?.value, far?.max], [3, 15], 'bytes of the first two, of all');
    assert.deepEqual(lines(element), [
      'Copying 5 files onto B: was given up. 3 of 5 files are written.',
    ]);
    assert.deepEqual(disk.folders, ['B:\\box']);

    disk.files.clear();
    system.answers = (request) => {
      if (request.op === 'writePart' && request.path.endsWith('d'))
        throw new Error('The disk is full (STATUS_DISK_FULL).');
      if (request.op === 'remove') disk.folders.splice(disk.folders.indexOf(request.path), 1);
      return disk.answer(request);
    };
    await element.takeFiles([fakeFolder({ ...tree, none: {} })], 'B:');
    await element.updateComplete;
    const words = 'B:\\box\\deep\\d was not copied: The disk is full (STATUS_DISK_FULL).';
    assert.equal(lines(element).at(-1), `${words} 3 of 5 files are written.`);
    assert.deepEqual([...disk.files.keys()], ['B:\\box\\a', 'B:\\box\\b', 'B:\\box\\c']);
    assert.notInclude(disk.folders, 'B:\\box\\deep', 'it was made for that file');
  });

  test('folders with nothing in them are told of, too', async () => {
    const { element, system } = await running({ controls: '' });
    system.answers = new FakeDisk().answer;
    await element.takeFiles([fakeFolder({}, 'one')], 'A:');
    await element.takeFiles([fakeFolder({}, 'one'), fakeFolder({}, 'two')], 'A:');
    await element.updateComplete;
    assert.deepEqual(lines(element), ['one is on A: now.', '2 folders are on A: now.']);
  });

  test('of 60 one after the other is read; the broken ones are named in one line', async () => {
    const { element, system } = await running({ controls: '', persist: freshPrefix() });
    const read: string[] = [];
    let [now, most] = [0, 0];
    const files = Array.from({ length: 60 }, (_, i) => {
      const broken = i % 6 === 3;
      const file = new File([broken ? new Uint8Array(77) : (pattern(i) as BlobPart)], `${i}.img`);
      const { arrayBuffer } = file;
      file.arrayBuffer = async () => {
        read.push(file.name);
        most = Math.max(most, ++now);
        return arrayBuffer.call(file).finally(() => now--);
      };
      return file;
    });
    await element.takeFiles(files);
    assert.equal(most, 1);
    assert.lengthOf(read, 60);
    const broken = [3, 9, 15, 21, 27, 33, 39, 45, 51, 57].map((i) => `${i}.img`).join(', ');
    await element.updateComplete;
    assert.include(text(element), `10 of these files are no disk images: ${broken}.`);
    assert.include(text(element), '48 disks are in no drive');
    assert.notInclude(text(element), 'Taking in', 'it is over');
    assert.lengthOf(await element.kept.list(), 50);
    assert.deepEqual(system.media, [pattern(0), pattern(1)]);
  });

  test('many files that are taken in can be given up', async () => {
    const { element } = await running({ controls: '', persist: freshPrefix() });
    const files = Array.from(
      { length: 30 },
      (_, i) => new File([pattern(i) as BlobPart], `${i}.img`),
    );
    const taken = element.takeFiles(files);
    await press(element, '.message', 'Cancel');
    await taken;
    await element.updateComplete;
    const [, left] = /(\d+) of 30 files were not looked at/.exec(text(element)) ?? [];
    assert.lengthOf(await element.kept.list(), 30 - Number(left));
    assert.isAbove(Number(left), 0);
  });

  test('a drop that succeeds takes back what was said of an earlier one', async () => {
    const { element } = await running({ controls: '' });
    drop(row(element, 'B:'), { 'film.avi': new Uint8Array(3_000_000) });
    drop(element, { 'other.avi': new Uint8Array(3_000_000) });
    // Each is looked at by itself; which is told of first is open.
    for (const name of ['film.avi', 'other.avi'])
      await until(() => text(element).includes(`${name} is no disk image`));
    await element.insertDisk('B:', pattern(1));
    await element.updateComplete;
    assert.notInclude(text(element), 'film.avi');
    assert.include(text(element), 'other.avi', 'of another drive');
  });

  test('what no disk has room for is offered nothing; a refusal of the system is said', async () => {
    const { element, system } = await running({ controls: '' });
    system.answers = () => {
      throw new Error('There is no disk in the drive (STATUS_NO_MEDIA_IN_DEVICE).');
    };
    drop(element, { 'film.avi': new Uint8Array(3_000_000) });
    await until(() => text(element).includes('film.avi is no disk image'));
    assert.notInclude(text(element), 'Copy it');
    drop(element, { 'small.txt': new Uint8Array(3) });
    await until(() => text(element).includes('Copy it onto A:'));
    await press(element, '.message', 'Copy it onto A:');
    await until(() => text(element).includes('STATUS_NO_MEDIA_IN_DEVICE'));
  });
});
