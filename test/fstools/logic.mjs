/**
 * The FAT logic of the disk programs in Node: made into one module, on images in memory, and judged
 * by fsck.fat.
 *
 *   logic                  all that the pure folders of personality/fstools export
 *   diskOf(image, size)    an image as a disk; `bad` sectors raise an error with a status
 *   check(image)           { problems, text, result }; repair(image) the same, and writes
 *   mkfs(kib, ...args), mtools(image, tool, ...args)   images by other people's programs
 *   fsck(image)            undefined where fsck.fat -n has nothing to say
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../scripts/process.mjs';

const PARTS = [
  'fat/disk',
  'fat/geometry',
  'fat/table',
  'fat/slots',
  'fat/volume',
  'check/check',
  'make/format',
  'undelete/undelete',
  'defrag/defrag',
];

async function load() {
  const contents = PARTS.map((part) => `export * from './personality/fstools/${part}.ts';`);
  const { outputFiles } = await build({
    stdin: { contents: contents.join('\n'), resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${code}`);
}

export const logic = await load();
export const NOW = 0x5b7c_6000;
const UNREADABLE = 0xc000_009c;

export function diskOf(image, sectorSize = 512, bad = new Set()) {
  const range = (sector, count) => {
    for (let at = sector; at < sector + count; at++)
      if (bad.has(at)) throw Object.assign(new Error('unreadable'), { status: UNREADABLE });
    if (sector < 0 || (sector + count) * sectorSize > image.length) throw new Error('outside');
    return [sector * sectorSize, (sector + count) * sectorSize];
  };
  return {
    sectorSize,
    sectors: Math.floor(image.length / sectorSize),
    writes: 0,
    async read(sector, count) {
      return image.slice(...range(sector, count));
    },
    async write(sector, bytes) {
      range(sector, bytes.length / sectorSize);
      this.writes++;
      image.set(bytes, sector * sectorSize);
    },
  };
}

export async function check(image, bad = undefined) {
  const volume = await logic.openVolume(diskOf(image, 512, bad));
  if (!volume) return { problems: -1, text: ['no FAT'] };
  const text = [];
  const result = await logic.checkVolume(volume, { say: (line) => text.push(line), now: NOW });
  return { problems: result.problems, text, result };
}

export async function repair(image) {
  const found = await check(image);
  if (found.problems > 0) await logic.repairVolume(found.result, async () => undefined);
  return found;
}

/** Runs `body` with a folder of its own. */
export function inFolder(body) {
  const folder = mkdtempSync(join(tmpdir(), 'fstools-'));
  try {
    return body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function mkfs(kib, ...args) {
  return inFolder((folder) => {
    const path = join(folder, 'disk.img');
    execFileSync('mkfs.fat', ['-C', ...args, path, String(kib)], { stdio: 'pipe' });
    return new Uint8Array(readFileSync(path));
  });
}

const ENV = { ...process.env, MTOOLS_SKIP_CHECK: '1' };

/** IMAGE in `args` stands for the image, FILE for `input`; the image is changed in place. */
export function mtools(image, tool, args, input = undefined) {
  return inFolder((folder) => {
    const path = join(folder, 'disk.img');
    const file = join(folder, 'input');
    writeFileSync(path, image);
    if (input !== undefined) writeFileSync(file, input);
    const words = ['-i', path, ...args.map((arg) => (arg === 'FILE' ? file : arg))];
    const { stdout, stderr, status } = spawnSync(tool, words, { env: ENV, timeout: 20_000 });
    if (status !== 0) throw new Error(`${tool}: ${String(stderr)}`);
    image.set(new Uint8Array(readFileSync(path)));
    return stdout;
  });
}

/** Files by path, directories made on the way. */
export function fill(image, files) {
  return inFolder((folder) => {
    const path = join(folder, 'disk.img');
    writeFileSync(path, image);
    const made = new Set();
    for (const [name, contents] of Object.entries(files)) {
      const parts = name.split('/');
      for (let depth = 1; depth < parts.length; depth++) {
        const directory = parts.slice(0, depth).join('/');
        if (made.has(directory)) continue;
        made.add(directory);
        // One that is there is no failure.
        spawnSync('mmd', ['-D', 's', '-i', path, `::${directory}`], { env: ENV });
      }
      if (contents === undefined) continue;
      const file = join(folder, 'input');
      writeFileSync(file, contents);
      execFileSync('mcopy', ['-i', path, file, `::${name}`], { env: ENV, stdio: 'pipe' });
    }
    image.set(new Uint8Array(readFileSync(path)));
    return image;
  });
}

export function fsck(image) {
  return inFolder((folder) => {
    const path = join(folder, 'disk.img');
    writeFileSync(path, image);
    const { stdout, status } = spawnSync('fsck.fat', ['-n', path], { timeout: 20_000 });
    const lines = String(stdout)
      .split('\n')
      .filter((line) => line !== '' && !/^fsck\.fat \d|files, .* clusters$/.test(line));
    return status === 0 && lines.length === 0 ? undefined : `${status}: ${lines.join('; ')}`;
  });
}

/** A generator of numbers below `limit` that a seed determines. */
export function random(seed) {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * limit);
  };
}

export function text(length, seed) {
  const next = random(seed);
  return Uint8Array.from({ length }, () => 32 + next(90));
}
