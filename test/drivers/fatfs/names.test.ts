/** Names: long ones at their limits, the short ones made for them, and characters of all sorts. */
import { assert } from 'chai';
import { encodeOem } from '../../../personality/rtl/codepage.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { makeImage, runMtools } from '../../support/mtools.ts';
import { check } from './judge.ts';
import { type FatRig, mountImage, patterned } from './rig.ts';

suite('fatfs: names', () => {
  let rig: FatRig;

  setup(async () => {
    rig = await mountImage(await makeImage({ kib: 720, rootEntries: 512 }));
  });

  async function make(name: string): Promise<void> {
    await rig.close((await rig.make(name)).file);
  }

  async function shortNames(): Promise<Record<string, string>> {
    return Object.fromEntries((await rig.list('')).map(({ name, shortName }) => [name, shortName]));
  }

  test('long names on both sides of each limit, found by mtools', async () => {
    const tree = new Map<string, Uint8Array>();
    for (const length of [9, 12, 13, 14, 25, 26, 27, 39, 254, 255]) {
      const name = `${length}`.padEnd(length, 'abcdefghijklm');
      tree.set(name, patterned(length));
      await rig.writeFile(name, patterned(length));
    }
    await check(rig, tree);
    await rig.remount();
    for (const name of tree.keys()) assert.equal((await rig.create(name.toUpperCase())).status, 0);
    const tooLong = await rig.create('x'.repeat(256), { disposition: nt.FILE_CREATE });
    assert.equal(tooLong.status, Status.STATUS_OBJECT_NAME_INVALID);
  });

  test('a short name is made by the rules, and only where one is needed', async () => {
    const expected: Record<string, string> = {
      'PLAIN.TXT': '',
      'lower.txt': '',
      'UPPER.txt': '',
      'lower.C': '',
      'Mixed.Txt': 'MIXED.TXT',
      'two words.text': 'TWOWOR~1.TEX',
      'two wordy.text': 'TWOWOR~2.TEX',
      'no extension at all': 'NOEXTE~1',
      '.profile': 'PROFIL~1',
      'archive.tar.gz': 'ARCHIV~1.GZ',
      'plus+sign.txt': 'PLUS_S~1.TXT',
      'eight+.[x]': 'EIGHT_~1._X_',
      日本語: '___~1',
      'été.txt': 'ÉT~1.TXT',
      'Ж.TXT': '_~1.TXT',
    };
    // In code page 437 there is a capital e acute, but no way to tell its case by a bit.
    expected['été.txt'] = 'ÉTÉ.TXT';
    for (const name of Object.keys(expected)) await make(name);
    assert.deepEqual(await shortNames(), expected);
    for (const short of Object.values(expected))
      if (short) assert.equal((await rig.create(short)).status, 0, short);
    await check(rig);
    const listing = await runMtools('mdir', ['-i', 'IMAGE', '::'], rig.image);
    const text = new TextDecoder('latin1').decode(listing.stdout);
    for (const line of ['TWOWOR~2 TEX', 'PROFIL~1 ', 'MIXED    TXT', 'lower    txt'])
      assert.include(text, line);
  });

  test('four numbers, and then a checksum of the long name before the number', async () => {
    for (let i = 0; i < 101; i++) await make(`collision ${i}`);
    const shorts = Object.values(await shortNames());
    assert.equal(new Set(shorts).size, 101);
    assert.includeMembers(shorts, ['COLLIS~1', 'COLLIS~2', 'COLLIS~3', 'COLLIS~4']);
    for (const short of shorts.slice(4)) assert.match(short, /^CO[0-9A-F]{4}~[1-9]$/);
    await check(rig);
  });

  test('names whose checksums are the same too get different short names', async () => {
    // Found by trying: all of them begin alike, and have one sum of 16 bits.
    const alike = sameChecksum('collision ', 8);
    for (let i = 0; i < 4; i++) await make(`collisions${i}.`.slice(0, -1));
    for (const name of alike) await make(name);
    const shorts = await shortNames();
    const tails = alike.map((name) => shorts[name]!);
    assert.equal(new Set(tails).size, alike.length);
    assert.equal(new Set(tails.map((short) => short.slice(0, 6))).size, 1);
    await check(rig);
  });

  test('a name that is another file’s short name is taken', async () => {
    await make('collision 1');
    const again = await rig.create('COLLIS~1', { disposition: nt.FILE_CREATE });
    assert.equal(again.status, Status.STATUS_OBJECT_NAME_COLLISION);
    await rig.remove('collision 1');
    await make('COLLIS~1');
    await make('collision 1');
    assert.equal((await shortNames())['collision 1'], 'COLLIS~2');
    await check(rig);
  });

  test('compared without case, outside ASCII too', async () => {
    await make('Größe Ærø Ωmega.txt');
    assert.equal((await rig.create('GRÖßE ÆRØ ωMEGA.TXT')).status, 0);
    assert.equal((await rig.create('GROßE ÆRØ ωMEGA.TXT')).status, 0xc0000034);
    await make('istanbul');
    assert.equal((await rig.create('ıstanbul')).status, Status.STATUS_OBJECT_NAME_NOT_FOUND);
  });

  test('invalid names', async () => {
    const names = ['a*b', 'a?b', 'a<b', 'a|b', 'a:b', 'a"b', 'a/b', 'dot.', 'blank ', 'a\u0001b'];
    for (const name of names) {
      const { status } = await rig.create(name, { disposition: nt.FILE_OPEN_IF });
      assert.equal(status, Status.STATUS_OBJECT_NAME_INVALID, name);
    }
    // What old disks have can be opened, but no more is made.
    for (const name of ['NUL', 'con.txt', 'Aux', 'COM1', 'lpt9.a.b']) {
      const { status } = await rig.create(name, { disposition: nt.FILE_OPEN_IF });
      assert.equal(status, Status.STATUS_OBJECT_NAME_INVALID, name);
      assert.equal((await rig.create(name)).status, Status.STATUS_OBJECT_NAME_NOT_FOUND, name);
    }
    assert.deepEqual(await rig.list(''), []);
  });

  test('E5 as a first letter is not a deleted entry', async () => {
    const root = rootOf(rig.image);
    rig.image.set(entry(encodeOem('\u00e5BC     TXT')!, 0x20), root);
    // Byte 05 stands for E5, which in code page 437 is a small sigma.
    rig.image.set(entry(Uint8Array.of(5, 0x41, ...new Uint8Array(9).fill(32)), 0x20), root + 32);
    rig.image.set(entry(Uint8Array.of(0xe5, 0x42, ...new Uint8Array(9).fill(32)), 0x20), root + 64);
    rig.executive.cache.add(7, rig.image);
    await rig.remount();
    assert.deepEqual(Object.keys(await shortNames()), ['åBC.TXT', 'σA']);
    assert.equal(await rig.rename('σA', 'renamed'), 0);
    assert.equal(await rig.remove('åBC.TXT'), 0);
    await check(rig, new Map([['renamed', new Uint8Array(0)]]));
  });

  test('pieces of a long name that are not its own are passed over', async () => {
    await make('A long name that stays');
    await rig.flush();
    const root = rootOf(rig.image);
    // Another short name: the checksum no longer fits.
    rig.image.set(encodeOem('OTHER   XYZ')!, root + 2 * 32);
    rig.executive.cache.add(7, rig.image);
    await rig.remount();
    assert.deepEqual(await shortNames(), { 'OTHER.XYZ': '' });
    assert.equal((await rig.create('A long name that stays')).status, 0xc0000034);
  });
});

/** The same sum as shortname.ts, written again. */
function sameChecksum(prefix: string, count: number): string[] {
  const bySum = new Map<number, string[]>();
  for (let i = 0; ; i++) {
    const name = prefix + i.toString(36);
    let sum = 0x811c_9dc5;
    for (let at = 0; at < name.length; at++)
      sum = Math.imul(sum ^ name.charCodeAt(at), 0x0100_0193) >>> 0;
    const folded = (sum >>> 16) ^ (sum & 0xffff);
    const names = [...(bySum.get(folded) ?? []), name];
    if (names.length === count) return names;
    bySum.set(folded, names);
  }
}

function rootOf(image: Uint8Array): number {
  const view = new DataView(image.buffer);
  return (view.getUint16(14, true) + image[16]! * view.getUint16(22, true)) * 512;
}

function entry(name: Uint8Array, attributes: number): Uint8Array {
  const raw = new Uint8Array(32);
  raw.set(name);
  raw[11] = attributes;
  return raw;
}
