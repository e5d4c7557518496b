/**
 * Runs lives with a floppy drive that fails (run.ts) in Node, and has mtools and fsck.fat judge what
 * is left on the disk.
 *
 *   const lives = await prepareLives()
 *   await lives.run(seed)    the outcome; throws where something is not as it must be
 *   await lives.slideTab()   a disk whose protection comes and goes (tab.ts)
 *   lives.end()
 *
 * The kernel and the images of the system must have been built.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { ROOT } from '../../../scripts/process.mjs';

const BLOCK = 512;
const LONGEST_MS = 120_000;
/** As deep below the root as the sources, which say where the build is by their own place. */
const BUNDLE = join(ROOT, 'build/faults/run.mjs');

/** Node fetches no files. */
function fetchFiles() {
  const { fetch } = globalThis;
  globalThis.fetch = (address, ...rest) =>
    String(address).startsWith('file:')
      ? Promise.resolve(new Response(readFileSync(fileURLToPath(address))))
      : fetch(address, ...rest);
}

function tool(name, ...args) {
  execFileSync(name, args, { stdio: 'pipe', env: { ...process.env, MTOOLSRC: '/dev/null' } });
}

function makeDisk(folder, name, serial, files) {
  const path = join(folder, name);
  tool('mkfs.fat', '-C', '-i', serial, path, '1440');
  for (const [file, bytes] of Object.entries(files)) {
    const source = join(folder, file);
    writeFileSync(source, bytes);
    tool('mcopy', '-i', path, source, `::${file}`);
  }
  return new Uint8Array(readFileSync(path));
}

/** Where it was put for others to look at. */
function sound(folder, image) {
  const path = join(folder, 'judged.img');
  writeFileSync(path, image);
  const verdict = spawnSync('fsck.fat', ['-n', path], { encoding: 'utf8' });
  assert.equal(verdict.status, 0, `fsck.fat: ${verdict.stdout}${verdict.stderr}`);
  return path;
}

function judge(folder, { image, foreign, files }, untouched, base) {
  const path = sound(folder, image);
  const read = (name) => execFileSync('mtype', ['-i', path, `::${name}`], { maxBuffer: 1 << 22 });
  assert.deepEqual(new Uint8Array(read('BASE.BIN')), base, 'BASE.BIN');
  for (const [name, versions] of Object.entries(files)) {
    const bytes = read(name);
    assert.equal(bytes.length, versions.length * BLOCK, name);
    for (const [block, version] of versions.entries())
      assert.equal(bytes.readUInt32LE(block * BLOCK), version, `${name}, block ${block}`);
  }
  assert.ok(Buffer.from(foreign).equals(Buffer.from(untouched)), 'the other disk was written to');
}

async function within(ms, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing in ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export async function prepareLives() {
  fetchFiles();
  await build({
    entryPoints: [join(ROOT, 'test/system/faults/index.ts')],
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  const { live, baseFile, slideTab } = await import(pathToFileURL(BUNDLE).href);
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  const base = baseFile();
  const disk = makeDisk(folder, 'disk.img', '00000001', { 'BASE.BIN': base });
  const foreign = makeDisk(folder, 'other.img', '00000002', { 'OTHER.TXT': 'another disk' });
  return {
    async run(seed) {
      const outcome = await within(LONGEST_MS, live({ seed, disk, foreign }));
      judge(folder, outcome, foreign, base);
      return outcome;
    },
    slideTab: async () => void sound(folder, await within(LONGEST_MS, slideTab(disk))),
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}
