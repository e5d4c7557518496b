/** The sample disks, judged by mtools and fsck.fat. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { makeDisk } from '../../disks/fat12.mjs';
import { shortAlias } from '../../disks/fat-names.mjs';
import { makeDisks, packText } from '../../disks/make.mjs';

const TOUR = fileURLToPath(new URL('../../disks/tour', import.meta.url));
const DATE = new Date('2026-01-02T03:04:00Z');
const bytesOf = (text) => new TextEncoder().encode(text);

function run(tool, ...args) {
  const env = {
    ...process.env,
    MTOOLSRC: '/dev/null',
    PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
  };
  const result = spawnSync(tool, args, { env, timeout: 20_000, maxBuffer: 4 << 20 });
  assert.ifError(result.error);
  return { status: result.status, stdout: result.stdout, all: `${result.stdout}${result.stderr}` };
}

function assertClean(image) {
  const { status, all } = run('fsck.fat', '-n', '-v', image);
  assert.equal(status, 0, all);
}

function read(image, path) {
  const { status, stdout, all } = run('mtype', '-i', image, `::/${path}`);
  assert.equal(status, 0, all);
  return stdout;
}

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
}

suite('disks', () => {
  let folder;

  /** The image as a file, for the tools. */
  function save(image) {
    const path = join(folder, 'trial.img');
    writeFileSync(path, image);
    return path;
  }

  before(() => (folder = mkdtempSync(join(tmpdir(), 'neptune-disks-'))));
  after(() => rmSync(folder, { recursive: true }));

  test('each disk is made, is clean, and is the same bytes each time', () => {
    const made = makeDisks(join(folder, 'one'));
    const again = makeDisks(join(folder, 'two'));
    const names = made.map((path) => basename(path)).sort();
    assert.deepEqual(names, ['blank.img', 'driver.img', 'tour.img']);
    for (const [index, path] of made.entries()) {
      const image = readFileSync(path);
      assert.equal(image.length, 1_474_560, path);
      assert.ok(image.equals(readFileSync(again[index])), path);
      assertClean(path);
      assert.ok(gunzipSync(readFileSync(`${path}.gz`)).equals(image), `${path}, as it travels`);
    }
  });

  test('mtools finds every file of the tour under its name, with CR LF', () => {
    const image = makeDisks(join(folder, 'names')).find((path) => path.endsWith('tour.img'));
    const listed = run('mdir', '-i', image, '-/', '-b', '::/').all;
    const names = filesUnder(TOUR);
    assert.ok(names.length > 10);
    for (const name of names) {
      assert.ok(listed.includes(`::/${name}\n`), name);
      const text = readFileSync(join(TOUR, name), 'latin1');
      assert.equal(read(image, name).toString('latin1'), text.replaceAll('\n', '\r\n'), name);
    }
    assert.match(run('mdir', '-i', image, '::/').all, /Volume in drive : is TOUR/);
  });

  test('every file that the texts of the tour name is there', () => {
    const listed = filesUnder(TOUR).map((name) => `\\${name.replaceAll('/', '\\')}`);
    let named = 0;
    for (const name of filesUnder(TOUR)) {
      const text = readFileSync(join(TOUR, name), 'latin1');
      for (const [, path] of text.matchAll(/type ([\\0-9A-Z-]+\.TXT)/g)) {
        if (path === 'NOBODY.TXT') continue; // named to show an error
        named++;
        assert.ok(
          listed.some((known) => known.endsWith(`\\${path.replace(/^\\/, '')}`)),
          path,
        );
      }
    }
    assert.ok(named >= 7, `${named} named`);
  });

  test('sizes around a cluster, directories over several, and deep ones', () => {
    const files = [0, 1, 511, 512, 513, 5000].map((size) => ({
      path: `S${size}.BIN`,
      bytes: Uint8Array.from({ length: size }, (_, i) => i % 253),
    }));
    for (let i = 0; i < 60; i++) {
      files.push({ path: `many/A quite long name, number ${i}.txt`, bytes: bytesOf(`${i}`) });
    }
    files.push({ path: 'A/B/C/D/E.TXT', bytes: bytesOf('deep') });
    files.push({ path: 'exactly13.txt', bytes: bytesOf('13') });
    files.push({ path: 'exactly twenty-six.letters', bytes: bytesOf('26') });
    const image = save(makeDisk({ label: 'TRIAL', files, date: DATE }));
    assertClean(image);
    for (const { path, bytes } of files)
      assert.deepEqual(read(image, path), Buffer.from(bytes), path);
    assert.match(run('mdir', '-i', image, '::/S1.BIN').all, /2026-01-02 +3:04/);
  });

  test('short aliases differ from each other and from plain names', () => {
    const files = ['LONGNA~1.TXT', 'long name a.txt', 'long name b.txt', 'long.name.c.txt'];
    const disk = files.map((path) => ({ path, bytes: bytesOf(path) }));
    const image = save(makeDisk({ label: 'TRIAL', files: disk, date: DATE }));
    assertClean(image);
    for (const path of files) assert.equal(read(image, path).toString(), path);
    assert.equal(shortAlias('.profile', new Set(), ''), 'PROFIL~1   ');
  });

  test('a disk can be filled to its last cluster, and not beyond', () => {
    const file = (size) => [{ path: 'FULL.BIN', bytes: new Uint8Array(size).fill(1) }];
    const full = save(makeDisk({ label: 'FULL', files: file(2847 * 512), date: DATE }));
    assertClean(full);
    assert.equal(read(full, 'FULL.BIN').length, 2847 * 512);
    const make = () => makeDisk({ label: 'FULL', files: file(2847 * 512 + 1), date: DATE });
    assert.throws(make, /FULL\.BIN: the disk is full/);
  });

  test('what cannot be on a disk is refused with its name', () => {
    const make = (...paths) =>
      makeDisk({
        label: 'X',
        files: paths.map((path) => ({ path, bytes: bytesOf('x') })),
        date: DATE,
      });
    assert.throws(() => make('what?.txt'), /what\?\.txt: not a name/);
    assert.throws(() => make('A', 'A/B'), /A is a file/);
    assert.throws(() => make('A', 'A'), /there twice/);
    assert.throws(() => make('D/a', 'D/A'), /there twice/);
    assert.throws(() => make('D/a', 'd/b'), /both D and d/);
    const names = Array.from({ length: 224 }, (_, i) => `F${i}`);
    assert.throws(() => make(...names), /too many names in the root/);
  });

  test('text must fit on a screen', () => {
    assert.equal(new TextDecoder().decode(packText('a\nb\n', 'X.TXT')), 'a\r\nb\r\n');
    assert.throws(() => packText(`ok\n${'x'.repeat(79)}`, 'X.TXT'), /X\.TXT, line 2: 79 columns/);
    assert.throws(() => packText('caf\u00e9', 'X.TXT'), /line 1: not plain ASCII/);
  });

  test('the program exits with an error where it cannot write', () => {
    const make = fileURLToPath(new URL('../../disks/make.mjs', import.meta.url));
    const result = spawnSync(process.execPath, [make, '/dev/null/nowhere']);
    assert.equal(result.status, 1);
    assert.match(String(result.stderr), /^disks: /);
  });
});
