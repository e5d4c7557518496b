/**
 * Odd disks, as people have them: each opens with its files, can be written, flushed, exported and
 * ejected; or it is refused in one clear line. All are made here, by mtools and mkfs.fat.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { exec, exportDisk, insertDisk, messages, readText, withSite, writeText } from './site.mjs';

const BIG = Buffer.from(Array.from({ length: 20_000 }, (_, i) => i % 251));
const env = { ...process.env, MTOOLS_SKIP_CHECK: '1', MTOOLSRC: '/dev/null' };

/** An image that `make` formats as `disk`, with the files that each of them has. */
function disk(make) {
  const folder = mkdtempSync(join(tmpdir(), 'odd-'));
  const run = (tool, ...args) => execFileSync(tool, args, { cwd: folder, env, stdio: 'pipe' });
  try {
    make(run, (bytes) => writeFileSync(join(folder, 'disk'), Buffer.alloc(bytes)));
    writeFileSync(join(folder, 'README.TXT'), 'odd disk\r\n');
    writeFileSync(join(folder, 'BIG.BIN'), BIG);
    run('mcopy', '-i', 'disk', 'README.TXT', '::/README.TXT');
    run('mmd', '-i', 'disk', '::/SUB');
    run('mcopy', '-i', 'disk', 'BIG.BIN', '::/SUB/BIG.BIN');
    run('mcopy', '-i', 'disk', 'README.TXT', '::/A long name.txt');
    return readFileSync(join(folder, 'disk'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const mformat = (bytes, ...args) =>
  disk((run, blank) => {
    blank(bytes);
    run('mformat', '-i', 'disk', ...args, '::');
  });
const mkfs = (bytes, ...args) =>
  disk((run, blank) => {
    blank(bytes);
    run('mkfs.fat', ...args, 'disk');
  });

function patched(image, ...changes) {
  const bytes = Buffer.from(image);
  for (const [at, value] of changes) Buffer.from(value).copy(bytes, at);
  return bytes;
}

const whole = disk((run) => run('mformat', '-C', '-i', 'disk', '-f', '1440', '::'));

const opens = {
  '1,024-byte sectors': mformat(
    1_261_568,
    '-t',
    '77',
    '-h',
    '2',
    '-s',
    '8',
    '-S',
    '3',
    '-M',
    '1024',
  ),
  '512-byte sectors on such a disk': mkfs(1_261_568, '-F', '12', '-S', '512'),
  '83 tracks of 10': mformat(849_920, '-t', '83', '-h', '2', '-s', '10'),
  '80 tracks of 23': mformat(1_884_160, '-t', '80', '-h', '2', '-s', '23'),
  'no multiple of 512': mkfs(1_000_000, '-F', '12'),
  '1,728 sectors': mkfs(884_736, '-F', '12', '-s', '4'),
  'trailing zeros not stored': whole.subarray(0, 179_200),
  'both totals': patched(whole, [0x20, [0x40, 0x0b, 0, 0]]),
  'junk in the large total': patched(whole, [0x20, [0xde, 0xad, 0xbe, 0x5f]]),
  'junk in the hidden sectors': patched(whole, [0x1c, [0, 0, 0xd0, 0xed]]),
  'no signature': patched(whole, [0x1fe, [0, 0]]),
  'longer than its medium': patched(whole, [0x13, [0xb8, 0x0b]]),
  'media byte 0': patched(whole, [0x15, [0]], [0x200, [0, 0xff, 0xff]]),
};

async function openAndUse(page, name, bytes) {
  await insertDisk(page, 'A:', bytes, { persist: false });
  assert.equal(await readText(page, 'A:\\README.TXT'), 'odd disk\r\n', name);
  assert.equal(await readText(page, 'A:\\A long name.txt'), 'odd disk\r\n', name);
  assert.ok(await isBig(page), name);
  await writeText(page, 'A:\\SUB\\NEW.TXT', 'written');
  const { status, output } = await exec(page, 'sync');
  assert.equal(status, 0, `${name}: ${output}`);
  const exported = await exportDisk(page, 'A:');
  assert.ok(exported.length >= bytes.length, name);
  const ejected = await page.evaluate(
    async () => (await document.querySelector('neptune-os').ejectDisk('A:')).size,
  );
  assert.equal(ejected, exported.length, name);
}

const isBig = (page) =>
  page.evaluate(async () => {
    const bytes = await document.querySelector('neptune-os').readFile('A:\\SUB\\BIG.BIN');
    return bytes.length === 20_000 && bytes.every((byte, at) => byte === at % 251);
  });

suite('e2e/odd', () => {
  test('odd disks open, are written, exported and ejected, or are refused in one line', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      for (const [name, bytes] of Object.entries(opens)) await openAndUse(page, name, bytes);
      assert.ok((await messages(page)).some((text) => /zero bytes were added/.test(text)));

      // Cut in the middle of the data: what is missing is an error, and never zeros.
      await insertDisk(page, 'A:', whole.subarray(0, 20_000), { persist: false });
      assert.equal(await readText(page, 'A:\\README.TXT'), 'odd disk\r\n');
      await assert.rejects(readText(page, 'A:\\SUB\\BIG.BIN'), /STATUS_CRC_ERROR/);

      const short = patched(whole, [0x16, [8, 0]]);
      await insertDisk(page, 'A:', short, { persist: false });
      const { output } = await exec(page, 'dir A:');
      assert.match(output, /^[^\n]+\(STATUS_DISK_CORRUPT_ERROR\)\.?\n$/);

      await assert.rejects(insertDisk(page, 'A:', whole.subarray(0, 300)), /less than one sector/);
      const text = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(60_000, 0x41)]);
      await assert.rejects(insertDisk(page, 'A:', text), /No floppy disk has 60,009 bytes/);
      await insertDisk(page, 'A:', Buffer.alloc(1_474_560, 0xf6), { persist: false });
      assert.match((await exec(page, 'dir A:')).output, /STATUS_UNRECOGNIZED_VOLUME/);
    });
  });
});
