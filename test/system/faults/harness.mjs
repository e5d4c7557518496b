/**
 * Runs lives with a floppy drive that fails (run.ts) in Node, and has mtools and fsck.fat judge
 * what is left on the disk.
 *
 *   const lives = await prepareLives()
 *   await lives.run(seed)    the outcome; throws where something is not as it must be
 *   await lives.slideTab()   a disk whose protection comes and goes (tab.ts)
 *   lives.end()
 *
 * The kernel and the images of the system must have been built.
 */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundled } from '../../../scripts/headless.mjs';

const execute = promisify(execFile);
const BLOCK = 512;
const LONGEST_MS = 120_000;

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

let judged = 0;

/** Where it was put for others to look at. */
async function sound(folder, image) {
  const path = join(folder, `judged-${judged++}.img`);
  writeFileSync(path, image);
  await execute('fsck.fat', ['-n', path]).catch(({ stdout, stderr }) => {
    throw new Error(`fsck.fat: ${stdout}${stderr}`);
  });
  return path;
}

async function judge(folder, { image, foreign, files }, untouched, base) {
  const path = await sound(folder, image);
  const names = ['BASE.BIN', ...Object.keys(files)];
  const out = mkdtempSync(join(folder, 'read-'));
  await execute('mcopy', ['-n', '-i', path, ...names.map((name) => `::${name}`), out]);
  const [found, ...others] = names.map((name) => readFileSync(join(out, name)));
  assert.ok(found.equals(Buffer.from(base)), 'BASE.BIN');
  for (const [at, versions] of Object.values(files).entries()) {
    const bytes = others[at];
    assert.equal(bytes.length, versions.length * BLOCK, names[at + 1]);
    for (const [block, version] of versions.entries())
      assert.equal(bytes.readUInt32LE(block * BLOCK), version, `${names[at + 1]}, block ${block}`);
  }
  assert.ok(Buffer.from(foreign).equals(Buffer.from(untouched)), 'the other disk was written to');
  rmSync(out, { recursive: true });
  rmSync(path);
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
  const { live, baseFile, slideTab } = await bundled('test/system/faults/index.ts', 'faults');
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  const base = baseFile();
  const disk = makeDisk(folder, 'disk.img', '00000001', { 'BASE.BIN': base });
  const foreign = makeDisk(folder, 'other.img', '00000002', { 'OTHER.TXT': 'another disk' });
  return {
    async run(seed) {
      const outcome = await within(LONGEST_MS, live({ seed, disk, foreign }));
      await judge(folder, outcome, foreign, base);
      return outcome;
    },
    slideTab: async () => void (await sound(folder, await within(LONGEST_MS, slideTab(disk)))),
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}
