/** Writing: clusters allocated, sizes, times, and a disk that is full. */
import { assert } from 'chai';
import {
  decodeBasic,
  decodeNetworkOpen,
  decodeStandard,
  encodeBasic,
  encodeLarge,
} from '../../../personality/rtl/information.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { RtlTimeFieldsToTime } from '../../../personality/rtl/time.ts';
import { makeImage, makeMtoolsImage } from '../../support/mtools.ts';
import { assertBytes, check } from './judge.ts';
import { type FatRig, mountImage, NOW, patterned, triplesOf } from './rig.ts';

const TICKS = 10_000_000;

suite('fatfs: writing', () => {
  let rig: FatRig;

  setup(async () => {
    rig = await mountImage(await makeMtoolsImage({ kib: 360 }));
  });

  test('files of all sizes around sector and cluster, read back by mtools', async () => {
    const tree = new Map<string, Uint8Array>();
    for (const size of [0, 1, 511, 512, 513, 1023, 1024, 1025, 2048, 20_000]) {
      tree.set(`F${size}.BIN`, patterned(size, size));
      await rig.writeFile(`F${size}.BIN`, tree.get(`F${size}.BIN`)!);
    }
    await check(rig, tree);
    for (const [name, bytes] of tree) assertBytes(await rig.readFile(name), bytes, name);
  });

  test('a write answers where its region lies and the facts as they are now', async () => {
    const { file } = await rig.make('GROW.BIN');
    const first = await rig.write(file, 0, 1500);
    assert.equal(first.information, 1500);
    assert.deepInclude(first.result, { endOfFile: 1500, allocation: 2048, validData: 0 });
    const second = await rig.write(file, 5000, 10);
    assert.deepInclude(second.result, { endOfFile: 5010, allocation: 5120, validData: 1500 });
    assert.equal(second.result.extents![0], 4096);
    const inside = await rig.write(file, 0, 100);
    assert.deepInclude(inside.result, { endOfFile: 5010, validData: 5010 });
    const nothing = await rig.write(file, 9000, 0);
    assert.deepInclude(nothing.result, { endOfFile: 5010, allocation: 5120 });
    await rig.close(file);
    await check(rig);
  });

  test('a FAT12 entry that lies in two sectors reaches the disk whole', async () => {
    rig = await mountImage(await makeMtoolsImage({ kib: 720 }));
    // Cluster 341 stands in byte 511 of the FAT and the one behind it.
    const first = patterned(339 * 1024, 1);
    await rig.writeFile('FIRST', first);
    await rig.flush();
    await rig.writeFile('SECOND', patterned(1024, 2));
    const { file } = await rig.open('SECOND');
    const { result } = await rig.read(file, 0, 1);
    assert.equal((result.extents![1]! - 14 * 512) / 1024 + 2, 341);
    const fats = [1, 4].flatMap((sector) => [sector, sector + 1]);
    assert.includeMembers([...rig.disk.dirty], fats);
    await check(
      rig,
      new Map([
        ['FIRST', first],
        ['SECOND', patterned(1024, 2)],
      ]),
    );
  });

  test('two files that grow in turn share no cluster', async () => {
    const tree = new Map([
      ['A.BIN', patterned(30_000, 1)],
      ['B.BIN', patterned(30_000, 2)],
    ]);
    const names = [...tree.keys()];
    const files = [(await rig.make(names[0]!)).file, (await rig.make(names[1]!)).file];
    for (let at = 0; at < 30_000; at += 1000)
      for (const [i, name] of names.entries())
        await rig.writeAt(files[i]!, at, tree.get(name)!.subarray(at, at + 1000));
    const extents = await rig.extentsOf(files[0]!, 30_000);
    assert.isAbove([...triplesOf(extents)].length, 5);
    for (const file of files) await rig.close(file);
    await check(rig, tree);
  });

  test('a file grows into a hole behind it that is too small, and takes each cluster once', async () => {
    const tree = new Map([
      ['A.BIN', patterned(20 * 1024, 1)],
      ['C.BIN', patterned(10 * 1024, 3)],
    ]);
    const [a, c] = [tree.get('A.BIN')!, tree.get('C.BIN')!];
    await rig.writeFile('A.BIN', a.subarray(0, 10 * 1024));
    await rig.writeFile('HOLE.BIN', patterned(6 * 1024, 2));
    await rig.writeFile('C.BIN', c);
    assert.equal(await rig.remove('HOLE.BIN'), 0);
    await rig.remount();
    const { file } = await rig.open('A.BIN', { access: nt.FILE_WRITE_DATA });
    // Six clusters are free behind it: the other four fit into them, and must not go there.
    await rig.writeAt(file, 10 * 1024, a.subarray(10 * 1024));
    await rig.close(file);
    await check(rig, tree);
  });

  test('end of file moves both ways, and frees what it leaves', async () => {
    const free = await rig.freeUnits();
    const bytes = patterned(10_000, 3);
    await rig.writeFile('CUT.BIN', bytes);
    const { file } = await rig.open('CUT.BIN', { access: nt.FILE_WRITE_DATA });
    const cut = await rig.set(file, nt.FileEndOfFileInformation, encodeLarge(2049));
    assert.deepInclude(cut.result, { endOfFile: 2049, allocation: 3072 });
    assert.equal(await rig.freeUnits(), free - 3);
    await check(rig, new Map([['CUT.BIN', bytes.slice(0, 2049)]]));
    const grown = await rig.set(file, nt.FileEndOfFileInformation, encodeLarge(4096));
    assert.deepInclude(grown.result, { endOfFile: 4096, allocation: 4096 });
    await rig.set(file, nt.FileEndOfFileInformation, encodeLarge(0));
    assert.equal(await rig.freeUnits(), free);
    await rig.close(file);
    await check(rig, new Map([['CUT.BIN', new Uint8Array(0)]]));
    for (const size of [-1, 2 ** 53]) {
      const { file: again } = await rig.open('CUT.BIN');
      const refused = await rig.set(again, nt.FileEndOfFileInformation, encodeLarge(size));
      assert.equal(refused.status, Status.STATUS_INVALID_PARAMETER);
      const huge = await rig.set(again, nt.FileEndOfFileInformation, encodeLarge(2 ** 32));
      assert.equal(huge.status, Status.STATUS_DISK_FULL);
    }
  });

  test('an allocation is room for growth, until nobody has the file open', async () => {
    const free = await rig.freeUnits();
    const { file, result } = await rig.make('ROOM.BIN', { allocation: 5000 });
    assert.deepInclude(result, { endOfFile: 0, allocation: 5120 });
    const more = await rig.set(file, nt.FileAllocationInformation, encodeLarge(9000));
    assert.deepInclude(more.result, { endOfFile: 0, allocation: 9216 });
    await rig.writeAt(file, 0, patterned(1030));
    assert.equal(await rig.freeUnits(), free - 9);
    await rig.close(file);
    assert.equal(await rig.freeUnits(), free - 2);
    await check(rig, new Map([['ROOM.BIN', patterned(1030)]]));
    const again = await rig.open('ROOM.BIN');
    const less = await rig.set(again.file, nt.FileAllocationInformation, encodeLarge(10));
    assert.deepInclude(less.result, { endOfFile: 10, allocation: 1024 });
    await rig.close(again.file);
    await check(rig, new Map([['ROOM.BIN', patterned(1030).slice(0, 10)]]));
  });

  test('an allocation that is still open at a dismount is trimmed', async () => {
    await rig.make('ROOM.BIN', { allocation: 5000 });
    await rig.remount();
    await check(rig, new Map([['ROOM.BIN', new Uint8Array(0)]]));
  });

  test('a full disk refuses, changes nothing, and has room again after a deletion', async () => {
    const keep = patterned(3000, 4);
    await rig.writeFile('KEEP.BIN', keep);
    const free = await rig.freeUnits();
    const { file } = await rig.make('BIG.BIN');
    const refused = await rig.write(file, 0, (free + 1) * 1024);
    assert.equal(refused.status, Status.STATUS_DISK_FULL);
    assert.equal(await rig.freeUnits(), free);
    await rig.writeAt(file, 0, patterned(free * 1024, 5));
    assert.equal(await rig.freeUnits(), 0);
    assert.equal((await rig.write(file, free * 1024, 1)).status, Status.STATUS_DISK_FULL);
    assert.equal(
      (await rig.create('DIR', { disposition: nt.FILE_CREATE, options: nt.FILE_DIRECTORY_FILE }))
        .status,
      Status.STATUS_DISK_FULL,
    );
    await rig.close(file);
    await check(
      rig,
      new Map([
        ['KEEP.BIN', keep],
        ['BIG.BIN', patterned(free * 1024, 5)],
      ]),
    );
    assert.equal(await rig.remove('BIG.BIN'), 0);
    assert.equal(await rig.freeUnits(), free);
    await check(rig, new Map([['KEEP.BIN', keep]]));
  });

  test('times: what FAT can keep, and what was set', async () => {
    const { file, result } = await rig.make('TIME.TXT');
    const [hundredths, twoSeconds, day] = [TICKS / 100, 2 * TICKS, 86_400 * TICKS];
    const floor = (unit: number) => NOW - (NOW % unit);
    assert.equal(result.created, floor(hundredths));
    assert.equal(result.written, floor(twoSeconds));
    assert.equal(result.accessed, floor(day));
    const created = floor(twoSeconds) - 400 * day;
    const basic = encodeBasic({ created, accessed: 0, written: 0, changed: 0, attributes: 0x03 });
    assert.equal((await rig.set(file, nt.FileBasicInformation, basic)).status, 0);
    await rig.close(file);
    await rig.remount();
    const again = await rig.open('TIME.TXT');
    const facts = decodeBasic(await rig.query(again.file, nt.FileBasicInformation));
    assert.deepInclude(facts, { created, written: floor(twoSeconds), attributes: 0x03 });
    await check(rig);
  });

  test('a time that FAT has no date for is refused, and changes nothing', async () => {
    const { file } = await rig.make('TIME.TXT');
    const before = await rig.query(file, nt.FileBasicInformation);
    const none = { created: 0, accessed: 0, written: 0, changed: 0, attributes: 0x01 };
    const day = { month: 1, day: 1, hour: 0, minute: 0, second: 0, milliseconds: 0 };
    const set = async (field: object) =>
      (await rig.set(file, nt.FileBasicInformation, encodeBasic({ ...none, ...field }))).status;
    for (const year of [1601, 1979, 2108, 9999])
      for (const field of ['created', 'accessed', 'written']) {
        const time = RtlTimeFieldsToTime({ year, ...day, second: 1 });
        assert.equal(await set({ [field]: time }), Status.STATUS_INVALID_PARAMETER, `${year}`);
      }
    assert.deepEqual(await rig.query(file, nt.FileBasicInformation), before);
    const [created, written] = [
      RtlTimeFieldsToTime({ year: 1980, ...day }),
      RtlTimeFieldsToTime({
        ...day,
        year: 2107,
        month: 12,
        day: 31,
        hour: 23,
        minute: 59,
        second: 58,
      }),
    ];
    assert.equal(await set({ created, written }), 0);
    const facts = decodeBasic(await rig.query(file, nt.FileBasicInformation));
    assert.deepInclude(facts, { created, written });
  });

  test('information says what is known', async () => {
    await rig.writeFile('INFO.BIN', patterned(1500));
    const { file } = await rig.open('INFO.BIN');
    const facts = { allocation: 2048, endOfFile: 1500 };
    assert.deepEqual(decodeStandard(await rig.query(file, nt.FileStandardInformation)), {
      ...facts,
      links: 1,
      deletePending: false,
      directory: false,
    });
    const open = decodeNetworkOpen(await rig.query(file, nt.FileNetworkOpenInformation));
    assert.deepInclude(open, { ...facts, attributes: nt.FILE_ATTRIBUTE_ARCHIVE });
    const unknown = await rig.set(file, 999, new Uint8Array(8));
    assert.equal(unknown.status, Status.STATUS_INVALID_INFO_CLASS);
    const short = await rig.set(file, nt.FileBasicInformation, new Uint8Array(8));
    assert.equal(short.status, Status.STATUS_INFO_LENGTH_MISMATCH);
    const asDirectory = encodeBasic({
      created: 0,
      accessed: 0,
      written: 0,
      changed: 0,
      attributes: nt.FILE_ATTRIBUTE_DIRECTORY,
    });
    const turned = await rig.set(file, nt.FileBasicInformation, asDirectory);
    assert.equal(turned.status, Status.STATUS_INVALID_PARAMETER);
  });
});

suite('fatfs: writing to FAT16', () => {
  const formats = {
    '2880 KiB, one-sector clusters': { kib: 2880, fat: 16, sectorsPerCluster: 1 },
    '16 MiB': { kib: 16 * 1024, fat: 16, sectorsPerCluster: 4 },
  } as const;
  for (const [name, options] of Object.entries(formats))
    test(name, async function (this: Mocha.Context) {
      this.timeout(60_000);
      const rig = await mountImage(await makeImage(options));
      const tree = new Map<string, Uint8Array | undefined>([
        ['DIR/', undefined],
        ['DIR/A.BIN', patterned(100_000, 1)],
        ['B.BIN', patterned(70_001, 2)],
      ]);
      await rig.makeDirectory('DIR');
      await rig.writeFile('DIR\\A.BIN', patterned(100_000, 9));
      await rig.writeFile('GONE.BIN', patterned(50_000, 3));
      await rig.writeFile('B.BIN', tree.get('B.BIN')!);
      assert.equal(await rig.remove('GONE.BIN'), 0);
      await rig.writeFile('DIR\\A.BIN', tree.get('DIR/A.BIN')!);
      await check(rig, tree);
      assertBytes(await rig.readFile('DIR\\A.BIN'), tree.get('DIR/A.BIN')!, 'A.BIN');
    });
});
