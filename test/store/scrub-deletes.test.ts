/**
 * No byte of a deleted file in a link: mtools writes, writes over and deletes at random, and what
 * comes out of the link is judged by it and by fsck.fat.
 */
import { assert } from 'chai';
import fc from 'fast-check';
import { buildLink } from '../../web/store/share/link-build.ts';
import { openLink } from '../../web/store/share/link.ts';
import { parseFatGeometry } from '../../web/store/share/fat-geometry.ts';
import { scrubImage } from '../../web/store/share/scrub.ts';
import {
  fsck,
  listFiles,
  makeImage,
  type MakeImageOptions,
  makeMtoolsImage,
  readFile,
  runSteps,
  type ToolStep,
} from '../support/mtools.ts';
import { noise, sameBytes } from './backends.ts';

const BASE = 'https://site.example/';
const latin = new TextDecoder('latin1');

/** Text that says in every 32 bytes whose it is. */
const body = (owner: string, length: number): Uint8Array =>
  new TextEncoder().encode(`[${owner}: this is what it says] `.repeat(length)).subarray(0, length);

/** As a piece of a long name has it. */
const wide = (text: string): string => [...text].map((letter) => `${letter}\0`).join('');

interface Step {
  kind: 'write' | 'delete';
  slot: number;
  length: number;
}

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('write', 'write', 'delete'),
    slot: fc.nat(9),
    length: fc.integer({ min: 40, max: 6000 }),
  }),
  { minLength: 4, maxLength: 24 },
);

/** All of one length, so that no owner's name ends as another's does (T6S8 and T16S8). */
const ownerOf = (slot: number, turn: number): string => `T${String(turn).padStart(2, '0')}S${slot}`;

/** Half of the names are long; those in D are in a directory that grows. */
const nameOf = (slot: number, turn: number): string => {
  const own = ownerOf(slot, turn);
  const name = slot % 2 ? `${own} is the name of a letter.txt` : `${own}.TXT`;
  return slot % 3 ? name : `D/${name}`;
};

interface Played {
  image: Uint8Array;
  live: Map<string, Uint8Array>;
  /** Owners of what was deleted or written over. */
  gone: string[];
}

/** One round trip: all of mtools' commands together. */
async function play(empty: Uint8Array, plan: readonly Step[]): Promise<Played> {
  const commands: ToolStep[] = [{ tool: 'mmd', args: ['-i', 'IMAGE', '::/D'] }];
  const slots = new Map<number, { path: string; bytes: Uint8Array; owner: string }>();
  const gone: string[] = [];
  plan.forEach(({ kind, slot, length }, turn) => {
    const old = slots.get(slot);
    if (old) {
      commands.push({ tool: 'mdel', args: ['-i', 'IMAGE', `::/${old.path}`] });
      gone.push(old.owner);
      slots.delete(slot);
    }
    if (kind === 'delete') return;
    const owner = ownerOf(slot, turn);
    const path = nameOf(slot, turn);
    const bytes = body(owner, length);
    commands.push({
      tool: 'mcopy',
      args: ['-i', 'IMAGE', 'FILE:f', `::/${path}`],
      files: { f: bytes },
    });
    slots.set(slot, { path, bytes, owner });
  });
  const { status, stderr, image } = await runSteps(commands, empty);
  assert.equal(status, 0, stderr);
  return {
    image,
    gone,
    live: new Map([...slots.values()].map(({ path, bytes }) => [path, bytes])),
  };
}

const traces = (image: Uint8Array, owner: string): string[] => {
  const text = latin.decode(image);
  // The first five characters of a long name lie together; a deleted short name lacks its first.
  const looked = [`[${owner}:`, `${owner.slice(1)} `, wide(owner)];
  return looked.filter((what) => text.includes(what));
};

async function throughLink(image: Uint8Array): Promise<Uint8Array> {
  const opened = await openLink(await buildLink(BASE, { disks: { a: { image } } }));
  const disk = opened.disks.a;
  if (disk?.kind !== 'inline') throw new Error(opened.errors.join());
  return disk.image;
}

suite('store/share/scrub, random deletes', () => {
  const kinds: Record<string, MakeImageOptions> = {
    FAT12: { kib: 720 },
    'FAT12 of large clusters': { kib: 720, sectorsPerCluster: 8 },
    FAT16: { kib: 2400, fat: 16, sectorsPerCluster: 1 },
  };
  for (const [what, options] of Object.entries(kinds)) {
    test(`no byte of a deleted file in a link, and all of the others: ${what}`, async function () {
      this.timeout(60_000);
      const empty = await makeImage(options);
      let found = 0;
      await fc.assert(
        fc.asyncProperty(steps, async (plan) => {
          const { image, live, gone } = await play(empty, plan);
          found += gone.filter((owner) => traces(image, owner).length > 0).length;
          const arrived = options.fat === 16 ? scrubImage(image).image : await throughLink(image);
          for (const owner of gone) assert.deepEqual(traces(arrived, owner), [], owner);
          const verdict = await fsck(arrived);
          assert.isTrue(verdict.clean, verdict.output);
          assert.deepEqual(await listFiles(arrived), await listFiles(image));
          for (const [path, bytes] of live) sameBytes(await readFile(arrived, path), bytes, path);
        }),
        { numRuns: 5, includeErrorInReport: true },
      );
      assert.isAbove(found, 0, 'there was something to find');
    });
  }

  test('also of a disk of the first PCs, which has no parameters in its boot sector', async () => {
    const owner = 'T01S2';
    const plan: Step[] = [
      { kind: 'write', slot: 1, length: 900 },
      { kind: 'write', slot: 2, length: 3000 },
      { kind: 'delete', slot: 2, length: 0 },
    ];
    const { image } = await play(await makeMtoolsImage({ kib: 360 }), plan);
    image.fill(0, 0, 512);
    assert.isNotEmpty(traces(image, owner));
    assert.isDefined(parseFatGeometry(image));
    const arrived = await throughLink(image);
    assert.deepEqual(traces(arrived, owner), []);
    assert.isNotEmpty(traces(arrived, 'T00S1'));
  });

  test('what a larger format had behind the end of a smaller one goes', async () => {
    const small = await makeMtoolsImage({ kib: 720, files: { 'A.TXT': 'a' } });
    const image = new Uint8Array(1_474_560);
    image.fill(0x41, 800_000);
    image.set(small);
    const { image: scrubbed } = scrubImage(image);
    sameBytes(scrubbed.subarray(0, small.length), small);
    assert.isTrue(scrubbed.subarray(small.length).every((byte) => byte === 0));
  });

  test('also of FAT32, though no program makes such floppies', async () => {
    const image = await makeImage({ kib: 2880, fat: 32, sectorsPerCluster: 1 });
    const fat = parseFatGeometry(image)!;
    assert.equal(fat.bits, 32);
    const offset = (cluster: number): number => fat.dataStart + (cluster - 2) * fat.clusterBytes;
    const chain = (cluster: number): void => {
      for (const copy of [0, 1]) {
        const at = fat.fatStart + copy * fat.fatBytes + cluster * 4;
        image.set([0xff, 0xff, 0xff, 0x0f], at);
      }
    };
    const entry = (slot: number, name: string, cluster: number): void => {
      const at = offset(fat.rootCluster) + slot * 32;
      image.set(new TextEncoder().encode(name), at);
      image.set([cluster & 255, cluster >> 8, 0, 2, 0, 0], at + 26);
    };
    entry(0, 'STAYS   BIN', 3000);
    chain(3000);
    entry(1, 'GONE    BIN', 4000);
    image[offset(fat.rootCluster) + 32] = 0xe5;
    image.set(noise(512), offset(3000));
    image.set(body('T01S1', 512), offset(4000));
    image.set(body('T02S2', 300), offset(fat.rootCluster) + 4 * 32);
    const { image: scrubbed, scrubbed: walked } = scrubImage(image);
    assert.isTrue(walked);
    assert.notInclude(latin.decode(scrubbed), 'this is what');
    assert.notInclude(latin.decode(scrubbed), 'ONE    BIN');
    sameBytes(scrubbed.subarray(offset(3000), offset(3001)), noise(512));
    assert.equal((await fsck(scrubbed)).output.match(/STAYS|corrupt/g), null);
  });

  test('a long name whose short entry another system deleted goes; the others stay', async () => {
    const files = {
      'A very private letter.txt': 'a',
      'Another name, which stays here.txt': 'b',
    };
    const image = await makeImage({ kib: 1440, files });
    // As DOS deletes, which sees only the short entry.
    const short = latin.decode(image).indexOf('AVERYP~1TXT');
    assert.isAbove(short, 0);
    image[short] = 0xe5;
    const { image: scrubbed } = scrubImage(image);
    assert.include(latin.decode(image), wide('y priv'));
    assert.notInclude(latin.decode(scrubbed), wide('y priv'));
    assert.notInclude(latin.decode(scrubbed), 'VERYP~1');
    assert.deepEqual(await listFiles(scrubbed), ['Another name, which stays here.txt']);
    sameBytes(scrubImage(scrubbed).image, scrubbed, 'a second time changes nothing');
  });

  test('a volume that claims more than its medium has, as the system takes it, is scrubbed', async () => {
    const plan: Step[] = [
      { kind: 'write', slot: 1, length: 900 },
      { kind: 'write', slot: 2, length: 3000 },
      { kind: 'delete', slot: 2, length: 0 },
    ];
    const { image } = await play(await makeImage({ kib: 1440 }), plan);
    const cut = image.slice(0, 737_280);
    assert.isNotEmpty(traces(cut, 'T01S2'));
    const { image: scrubbed, scrubbed: walked } = scrubImage(cut);
    assert.isTrue(walked);
    assert.deepEqual(traces(scrubbed, 'T01S2'), []);
    assert.isNotEmpty(traces(scrubbed, 'T00S1'));
  });
});
