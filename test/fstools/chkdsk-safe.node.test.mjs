/**
 * What chkdsk /f may not do: change a file that was whole, even where it is stopped in the middle.
 *
 * Each damage is repaired once to the end and once up to every write, the last one torn, and then
 * by a second chkdsk. NEPTUNE_SOAK=1000 makes that many random damages.
 */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { diskOf, fill, fsck, logic, mkfs, NOW, random, text } from './logic.mjs';
import { readTree } from './reader.mjs';

/** With `.` and `..` as many as two sectors hold. */
const MANY = Array.from({ length: 30 }, (_, at) => [`MANY/M${at}.TXT`, text(90 + at, 50 + at)]);
const FILES = {
  'SHORT.TXT': text(1500, 1),
  'LONG.TXT': text(6000, 2),
  'SUB/OTHER.TXT': text(4000, 3),
  ...Object.fromEntries(MANY),
};
const sound = {
  12: fill(mkfs(1440), FILES),
  16: fill(mkfs(2300, '-F', '16', '-s', '1'), FILES),
};

/** Without directories, which would tell where clusters begin. */
const flat = fill(
  mkfs(1440),
  Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`F${at}.TXT`, text(90 + at * 99, at)])),
);

async function open(type) {
  const image = sound[type].slice();
  const { table, geometry } = await logic.openVolume(diskOf(image));
  const view = new DataView(image.buffer);
  const find = (name) => {
    const at = Buffer.from(image).indexOf(name.padEnd(11), geometry.rootStart, 'latin1');
    assert.ok(at >= 0, name);
    return at;
  };
  const start = (name) => view.getUint16(find(name) + 26, true);
  const link = (cluster, next) => {
    table.set(cluster, next);
    for (let copy = 0; copy < geometry.fats; copy++)
      image.set(table.bytes, geometry.fatStart + copy * geometry.fatSize);
  };
  const at = (cluster) => logic.clusterOffset(geometry, cluster);
  return { image, view, geometry, table, find, start, link, at };
}

/** Up to `most` writes, the last one half; how many there were. */
async function repair(image, most = Infinity) {
  const disk = diskOf(image);
  const { write } = disk;
  let count = 0;
  disk.write = async (sector, bytes) => {
    const half = Math.floor(bytes.length / 1024) * 512;
    const part = count++ < most ? bytes : bytes.subarray(0, half);
    if (part.length > 0) await write.call(disk, sector, part);
    if (count > most) throw Object.assign(new Error('stopped'), { stopped: true });
  };
  const result = await logic.checkVolume(await logic.openVolume(disk), {
    say: () => undefined,
    now: NOW,
  });
  assert.equal(count, 0, 'a check writes nothing');
  assert.equal(result.unrepairable, 0);
  try {
    if (result.problems > 0) await logic.repairVolume(result, async () => undefined);
  } catch (error) {
    if (!error.stopped) throw error;
  }
  return { count, problems: result.problems };
}

/**
 * The same on a disk that is cached: at a flush sectors are written in their order, and `most` of
 * them all in all.
 */
async function repairCached(image, most = Infinity) {
  const disk = diskOf(image);
  const pending = new Map();
  const { read } = disk;
  disk.read = async (sector, count) => {
    const bytes = await read.call(disk, sector, count);
    for (let at = 0; at < count; at++)
      if (pending.has(sector + at)) bytes.set(pending.get(sector + at), at * 512);
    return bytes;
  };
  disk.write = async (sector, bytes) => {
    for (let at = 0; at < bytes.length; at += 512)
      pending.set(sector + at / 512, bytes.slice(at, at + 512));
  };
  let count = 0;
  const flush = async () => {
    for (const sector of [...pending.keys()].sort((one, other) => one - other)) {
      if (count++ >= most) throw Object.assign(new Error('stopped'), { stopped: true });
      image.set(pending.get(sector), sector * 512);
    }
    pending.clear();
  };
  const options = { say: () => undefined, now: NOW };
  const result = await logic.checkVolume(await logic.openVolume(disk), options);
  try {
    if (result.problems > 0) await logic.repairVolume(result, flush);
  } catch (error) {
    if (!error.stopped) throw error;
  }
  return { count, problems: result.problems };
}

/** A file may have another name afterwards; what it says must be there. */
function assertNotWorse(type, before, after, message) {
  const [whole, then, now] = [sound[type], before, after].map(
    (image) => new Set([...readTree(image).values()].map((bytes) => bytes.toString('latin1'))),
  );
  for (const contents of then)
    if (whole.has(contents)) assert.ok(now.has(contents), `${message}: ${contents.slice(0, 20)}`);
}

async function assertSafe(type, before, stops, message) {
  const image = before.slice();
  const { count, problems } = await repair(image);
  assert.ok(problems > 0, `${message}: nothing found`);
  const judge = async (repaired, what) => {
    assert.equal(fsck(repaired), undefined, what);
    assertNotWorse(type, before, repaired, what);
    assert.equal((await repair(repaired)).problems, 0, `${what}: the second time`);
  };
  await judge(image, message);
  const cached = await repairCached(before.slice());
  const ways = [
    [repair, count],
    [repairCached, cached.count],
  ];
  for (const [way, end] of ways)
    for (const most of stops(end)) {
      const what = `${message}, ${way.name} stopped at ${most} of ${end}`;
      const stopped = before.slice();
      await way(stopped, most);
      assertNotWorse(type, before, stopped, what);
      await repair(stopped);
      await judge(stopped, `${what} and repaired`);
    }
}

const all = (count) => Array.from({ length: count }, (_, at) => at);

const damages = [
  [
    'a short file runs into the middle of a long one',
    ({ link, start }) => link(start('SHORT   TXT'), start('LONG    TXT') + 1),
  ],
  [
    'a short file runs into the begin of a long one',
    ({ link, start }) => link(start('SHORT   TXT'), start('LONG    TXT')),
  ],
  [
    'a name leads into another file',
    ({ view, find, start }) => view.setUint16(find('SHORT   TXT') + 26, start('LONG    TXT'), true),
  ],
  [
    'a directory runs into a file whose name is in it',
    ({ link, start }) => link(start('SUB'), start('OTHER   TXT')),
  ],
  [
    "a full directory has neither '.' nor '..'",
    ({ image, start, at }) =>
      [0, 32].forEach((slot) => {
        image.fill(0, at(start('MANY')) + slot, at(start('MANY')) + slot + 32);
        image.set(Buffer.from(`EMPTY${slot}   `.padEnd(11)), at(start('MANY')) + slot);
      }),
  ],
  [
    'the same, and what it grows by has its entry in another sector of the FAT',
    ({ image, start, at, table, link }) => {
      [0, 32].forEach((slot) => {
        image.fill(0, at(start('MANY')) + slot, at(start('MANY')) + slot + 32);
        image.set(Buffer.from(`EMPTY${slot}   `.padEnd(11)), at(start('MANY')) + slot);
      });
      for (let cluster = 2; cluster < 400; cluster++)
        if (table.get(cluster) === 0) link(cluster, 0x0fff_fff7);
    },
  ],
  [
    'the first sector of a directory is spoiled',
    ({ image, start, at }) => image.set(text(512, 9), at(start('MANY'))),
  ],
  [
    'the same, and the second FAT has lost the directory: less is wrong there, and more is gone',
    ({ image, start, at, table, geometry }) => {
      image.set(text(512, 9), at(start('MANY')));
      const second = logic.FatTable.parse(table.bytes, geometry);
      second.set(start('MANY'), 0);
      image.set(second.bytes, geometry.fatStart + geometry.fatSize);
    },
  ],
];

suite('chkdsk /f is safe', () => {
  for (const [name, damage] of damages)
    test(name, async () => {
      for (const type of [12, 16]) {
        const disk = await open(type);
        damage(disk);
        await assertSafe(type, disk.image, all, `FAT${type}`);
      }
    });

  /** [what is wrong, offset in the boot sector, value, what is said, of which FATs] */
  const wrong = [
    ['reserved sectors', 14, 4, /No FAT is where it should be/],
    ['root entries', 17, 2048, /No directory is where its name leads/],
    ['sectors', 19, 60, /go on behind the last cluster/, [12]],
  ];
  for (const [name, offset, value, expected, types = [12, 16]] of wrong)
    test(`a wrong number of ${name} in the boot sector: nothing is repaired`, async () => {
      for (const type of types) {
        const { image, view } = await open(type);
        view.setUint16(offset, value, true);
        const said = [];
        const { unrepairable } = await logic.checkVolume(await logic.openVolume(diskOf(image)), {
          say: (line) => said.push(line),
          now: NOW,
        });
        assert.match(said.join(), expected, `FAT${type}`);
        assert.ok(unrepairable > 0, `FAT${type}`);
      }
    });

  /** [what is wrong, offset in the boot sector, its bytes, value] */
  const fitting = [
    ['FATs', 16, 1, 3],
    ['root entries', 17, 2, 240],
    ['sectors of a FAT', 22, 2, 6],
    ['sectors of a cluster', 13, 1, 2],
  ];
  for (const [name, offset, length, value] of fitting)
    test(`another number of ${name} would fit better: nothing is repaired`, async () => {
      const image = flat.slice();
      for (let at = 0; at < length; at++) image[offset + at] = value >> (8 * at);
      const look = async (trusts) => {
        const said = [];
        const say = (line) => said.push(line);
        const volume = await logic.openVolume(diskOf(image));
        const { unrepairable } = await logic.checkVolume(volume, { say, now: NOW, trusts });
        return { unrepairable, text: said.join('\n') };
      };
      const { unrepairable, text: said } = await look(false);
      assert.match(said, new RegExp(`The number of ${name} is perhaps wrong`));
      assert.equal(unrepairable, 1);
      assert.equal((await look(true)).unrepairable, 0, 'who knows better is believed');
    });

  test('a lost copy of a directory is a file: its names are not there twice', async () => {
    for (const type of [12, 16]) {
      const { image, view, table, link, at, start } = await open(type);
      const [one, two] = [start('MANY'), table.get(start('MANY'))];
      link(table.last - 1, table.last);
      link(table.last, 0x0fff_ffff);
      image.copyWithin(at(table.last - 1), at(one), at(one) + 512);
      image.copyWithin(at(table.last), at(two), at(two) + 512);
      view.setUint16(at(table.last - 1) + 26, table.last - 1, true);
      await repair(image);
      const names = [...readTree(image).keys()];
      assert.deepEqual(
        names.filter((name) => name.includes('CHK')),
        ['FILE0000CHK'],
      );
      assert.equal(fsck(image), undefined);
    }
  });

  test('random links and starts', async () => {
    const many = Number(process.env.NEPTUNE_SOAK ?? 16);
    const first = Number(process.env.NEPTUNE_SEED ?? 1);
    for (let seed = first; seed < first + many; seed++) {
      const type = seed % 2 ? 12 : 16;
      const disk = await open(type);
      const next = random(seed * 7919);
      next(2);
      const used = all(disk.table.last + 1).filter((at) => at > 1 && disk.table.get(at) !== 0);
      const any = () => used[next(used.length)];
      for (let count = 1 + next(3); count > 0; count--)
        if (next(3) > 0) disk.link(any(), any());
        else disk.view.setUint16(disk.find(`M${next(24)}`.padEnd(8) + 'TXT') + 26, any(), true);
      const stops = (count) => [next(count), next(count)];
      await assertSafe(type, disk.image, stops, `seed ${seed}`);
    }
  });
});
