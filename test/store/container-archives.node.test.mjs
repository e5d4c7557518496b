/** ZIP archives: one image, several, none, and those that lie. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, suite, test } from 'node:test';
import { crc32, deflateRawSync, gunzipSync } from 'node:zlib';
import { loadStore, refused } from './container/module.mjs';

const fixture = (name) =>
  gunzipSync(readFileSync(new URL(`./container/fixtures/${name}.gz`, import.meta.url)));
const raw = fixture('plain.img');
let store;

/** `files`: name, bytes, and what the archive says of them otherwise. */
function zip(files) {
  const parts = [];
  const directory = [];
  let at = 0;
  for (const [name, bytes, lies = {}] of files) {
    const packed = lies.stored ? bytes : deflateRawSync(bytes);
    const method = lies.method ?? (lies.stored ? 0 : 8);
    const facts = { flags: 0, size: bytes.length, crc: checkSum(bytes), at, ...lies };
    const common = Buffer.alloc(26);
    common.writeUInt16LE(facts.flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(facts.crc, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(facts.size, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(facts.at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\0'), common, rest, Buffer.from(name));
    parts.push(local);
    at += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...parts, entries, end]));
}

/** Node's own from version 22; by gzip's trailer before. */
function checkSum(bytes) {
  if (crc32) return crc32(bytes);
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

const TEXT = ['README.TXT', Buffer.from('no disk')];

suite('store/container: ZIP', () => {
  before(async () => (store = await loadStore()));

  test('the one image in it, stored or deflated, beside what is none', async () => {
    for (const stored of [true, false]) {
      const { image } = await store.importImage(zip([TEXT, ['A.IMG', raw, { stored }]]));
      assert.ok(raw.equals(image));
    }
  });

  test('an image is known by its name, by its size, or by what is in it', async () => {
    for (const [name, bytes] of [
      ['disk.td0', fixture('plain.td0')],
      ['DISK1', raw],
      ['DISK1', fixture('plain.imd')],
    ]) {
      const { image } = await store.importImage(zip([TEXT, [name, bytes]]));
      assert.ok(raw.equals(image), name);
    }
  });

  test('of several none is taken unless one is named', async () => {
    const other = Buffer.alloc(368_640, 7);
    const archive = zip([['one.img', raw], TEXT, ['two\u202e.img', other]]);
    const error = await refused(store.importImage(archive));
    assert.equal(error.code, 'several');
    assert.equal(error.names.length, 2);
    assert.match(
      error.message,
      /^The ZIP archive has 2 disk images \(one\.img, [^\n]*say which\.$/,
    );
    for (const [i, bytes] of [raw, other].entries()) {
      const { image } = await store.importImage(archive, { pick: error.names[i] });
      assert.ok(bytes.equals(image));
    }
    const missing = await refused(store.importImage(archive, { pick: 'three.img' }));
    assert.match(missing.message, /has no image three\.img/);
  });

  test('what is in none, locked, spoilt, too large or lied about is said', async () => {
    const huge = Buffer.alloc(20 << 20);
    const image = (lies, bytes = raw) => zip([['A.IMG', bytes, lies]]);
    const cases = [
      [zip([TEXT]), /no disk image in it/],
      [image({ flags: 1 }), /A\.IMG is encrypted/],
      [image({ crc: 1 }), /A\.IMG is damaged/],
      [image({ method: 6 }), /by a method \(6\)/],
      [image({ size: 1000 }), /A\.IMG is damaged/],
      [image({}, huge), /A\.IMG is larger than any disk image/],
      [image({ size: 737_280 }, huge), /A\.IMG is damaged/],
      [image({ at: 0x7fffffff }), /cut short/],
      [image({ at: 5 }), /directory is damaged/],
      [image({}).subarray(0, 500), /cut short/],
    ];
    for (const [archive, words] of cases) {
      const error = await refused(store.importImage(archive));
      assert.match(error.message, words);
      assert.equal(error.name, 'ImageError');
      assert.doesNotMatch(error.message, /\n/);
    }
  });
});
