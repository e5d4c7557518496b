/** Disks of every size, as mtools and mkfs.fat make them, through the whole system. */
import { assert } from 'chai';
import { fsck, makeImage, makeMtoolsImage, readFile, runMtools } from '../support/mtools.ts';
import { bootRig, type Rig } from '../support/rig.ts';
import { pattern } from './commands.suite.ts';

interface Sample {
  name: string;
  make(files: Record<string, Uint8Array>): Promise<Uint8Array>;
}

const byMtools = (kib: number): Sample => ({
  name: `${kib}K by mformat`,
  make: (files) => makeMtoolsImage({ kib, files }),
});

const samples: Sample[] = [
  byMtools(360),
  byMtools(720),
  byMtools(1200),
  byMtools(1440),
  byMtools(2880),
  {
    name: '1440K, clusters of one sector, by mkfs.fat',
    make: (files) => makeImage({ kib: 1440, sectorsPerCluster: 1, files }),
  },
  {
    name: '2880K, FAT16, by mkfs.fat',
    make: (files) => makeImage({ kib: 2880, fat: 16, sectorsPerCluster: 1, files }),
  },
];

/** Sizes around the cluster, the sector and the page. */
const FILES: Record<string, Uint8Array> = {
  'EMPTY.BIN': new Uint8Array(),
  'ONE.BIN': pattern(1, 11),
  'SECTOR.BIN': pattern(512, 12),
  'CLUSTER.BIN': pattern(1024, 13),
  'PAGE.BIN': pattern(4096, 14),
  'ODD.BIN': pattern(4097, 15),
  'BIG.BIN': pattern(60_001, 16),
  'DIR/SUB/DEEPER/LEAF.TXT': pattern(700, 17),
  'DIR/Long name, with a comma and 30 letters.data': pattern(2500, 18),
  'DIR/Ünïcödé – 名前.txt': pattern(1500, 19),
};

const FILLERS = Object.fromEntries(
  Array.from({ length: 24 }, (_, i) => [`F${i}.TMP`, pattern(1024, i)]),
);

/** Every other filler is deleted, so that what comes next lies in pieces. */
async function fragment(image: Uint8Array): Promise<Uint8Array> {
  const odd = Object.keys(FILLERS).filter((_, i) => i % 2 === 0);
  const holes = await runMtools('mdel', ['-i', 'IMAGE', ...odd.map((name) => `::/${name}`)], image);
  assert.equal(holes.status, 0, holes.stderr);
  const pieces = { 'PIECES.BIN': pattern(30_000, 99) };
  const copy = ['-i', 'IMAGE', 'FILE:PIECES.BIN', '::/PIECES.BIN'];
  const filled = await runMtools('mcopy', copy, holes.image, pieces);
  assert.equal(filled.status, 0, filled.stderr);
  return filled.image;
}

const ask = (rig: Rig, path: string): Promise<Uint8Array> =>
  rig.ask({ op: 'readFile', path: `A:\\${path.replaceAll('/', '\\')}` });

for (const sample of samples) {
  suite(`system/media: ${sample.name}`, function () {
    this.timeout(90_000);

    test('every file byte for byte; what comes out is sound', async () => {
      const image = await fragment(await sample.make({ ...FILES, ...FILLERS }));
      const rig = await bootRig({ disks: [image] });
      const files = { ...FILES, 'PIECES.BIN': pattern(30_000, 99) };
      for (const [path, bytes] of Object.entries(files))
        assert.deepEqual(await ask(rig, path), bytes, path);
      await rig.run('md NEW');
      await rig.run('copy BIG.BIN "NEW\\a copy of the big one.bin"');
      await rig.run('copy DIR\\*.* NEW');
      await rig.run('del F1.TMP F3.TMP');
      await rig.run('move PIECES.BIN NEW\\MOVED.BIN');
      const more = pattern(9000, 5);
      await rig.ask({ op: 'writeFile', path: 'A:\\NEW\\MORE.BIN', data: more });
      await rig.run('sync');
      const after = rig.image();
      const verdict = await fsck(after);
      assert.isTrue(verdict.clean, verdict.output);
      const expected: [string, Uint8Array][] = [
        ['NEW/a copy of the big one.bin', FILES['BIG.BIN']!],
        ['NEW/Long name, with a comma and 30 letters.data', pattern(2500, 18)],
        ['NEW/MOVED.BIN', pattern(30_000, 99)],
        ['NEW/MORE.BIN', more],
        ['BIG.BIN', FILES['BIG.BIN']!],
      ];
      for (const [path, bytes] of expected)
        assert.deepEqual(await readFile(after, path), bytes, path);
      rig.end();
    });
  });
}

suite('system/media', function () {
  this.timeout(60_000);

  async function oneLine(rig: Rig, line: string): Promise<string> {
    const { status, output } = await rig.exec(line);
    assert.notEqual(status, 0, line);
    assert.equal(output.trimEnd().split('\n').length, 1, output);
    return output;
  }

  test('garbage, zeros and a foreign boot sector: one clear line, and the system lives', async () => {
    const foreign = new Uint8Array(1_474_560);
    foreign.set([0xeb, 0x3c, 0x90]);
    for (const disk of [pattern(1_474_560, 77), new Uint8Array(737_280), foreign]) {
      const rig = await bootRig({ disks: [disk] });
      assert.include(await oneLine(rig, 'dir A:'), '(STATUS_UNRECOGNIZED_VOLUME)');
      assert.include(await rig.run('ver'), 'Neptune');
      rig.end();
    }
  });

  test('a write-protected disk is read, and refuses every change at once', async () => {
    const disk = await makeImage({ kib: 1440, files: { 'A.TXT': 'text' } });
    const rig = await bootRig({ disks: [disk], writeProtected: true });
    assert.equal(await rig.run('type A.TXT'), 'text\n');
    for (const line of [
      'del A.TXT',
      'md D',
      'ren A.TXT B.TXT',
      'copy A.TXT C.TXT',
      'echo x> N.TXT',
    ])
      assert.include(await oneLine(rig, line), '(STATUS_MEDIA_WRITE_PROTECTED)', line);
    await rig.run('sync');
    assert.deepEqual(rig.image(), disk);
    rig.end();
  });

  test('a bad sector is an error for its file alone; once bad and then good is none', async () => {
    const files = { 'BAD.BIN': pattern(20_000, 1), 'GOOD.BIN': pattern(5000, 2) };
    const rig = await bootRig({ disks: [await makeImage({ kib: 1440, files })] });
    await rig.run('dir');
    rig.machine.fault.badSector(0, 40, Infinity);
    const { status } = await rig.exec('copy BAD.BIN COPY.BIN');
    assert.equal(status, 0xc000003f);
    assert.deepEqual(await ask(rig, 'GOOD.BIN'), pattern(5000, 2));
    rig.machine.fault.clear();
    assert.deepEqual(await ask(rig, 'BAD.BIN'), pattern(20_000, 1));
    rig.end();
  });

  test('another disk is in the drive: after an orderly change its files are shown', async () => {
    const first = await makeImage({ kib: 1440, label: 'FIRST', files: { 'ONE.TXT': '1' } });
    const second = await makeImage({ kib: 720, label: 'SECOND', files: { 'TWO.TXT': '2' } });
    const rig = await bootRig({ disks: [first] });
    assert.include(await rig.run('dir'), 'ONE.TXT');
    await rig.run('echo kept> NEW.TXT');
    await rig.ask({ op: 'dismount', drive: 'A:' });
    const out = (await rig.eject(0))!;
    assert.equal(new TextDecoder().decode(await readFile(out, 'NEW.TXT')), 'kept\r\n');
    assert.include(await oneLine(rig, 'dir'), '(STATUS_NO_MEDIA_IN_DEVICE)');
    rig.insert(0, second);
    const output = await rig.run('dir');
    assert.include(output, 'TWO.TXT');
    assert.include(output, 'SECOND');
    rig.end();
  });

  test('a flush that cannot be kept says so, and keeps what it has', async () => {
    let room = false;
    const rig = await bootRig({
      disks: [await makeImage({ kib: 1440 })],
      commit: () => Promise.resolve(room ? 'kept' : 'full'),
    });
    await rig.run('echo data> A.TXT');
    assert.match(await oneLine(rig, 'sync'), /\(STATUS_[A-Z_]+\)/);
    room = true;
    await rig.run('sync');
    assert.equal(await rig.run('type A.TXT'), 'data\n');
    rig.end();
  });
});
