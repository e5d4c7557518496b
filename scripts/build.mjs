/**
 * npm run build: everything that is made of the sources.
 *
 *   node scripts/build.mjs [kernel] [code] [disks] [web]     all of them where none is named
 *
 *   kernel   kernel-as -> build/kernel.wasm (asc, asconfig.json)
 *   code     workers and images -> build/workers, build/images (code.mjs)
 *   disks    disks -> build/disks/*.img, *.img.gz (disks/make.mjs)
 *   web      web/element -> dist/neptune-os.js, web/site -> dist/*.html (vite.config.ts),
 *            test/bench/fs -> dist/bench.html, docs -> dist/guide (guide.mjs), and of all that
 *            dist/service-worker.js (offline.mjs);
 *            takes the others' results, so they come first
 *
 *   build(parts)   the same for other scripts; throws an Error that names the part that failed
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { benchLicences } from './bench/licences.mjs';
import { buildCode, buildImages } from './code.mjs';
import { ELEMENTS, entryOf } from './elements.mjs';
import { buildGuide } from './guide.mjs';
import { buildOffline } from './offline.mjs';
import { NODE, ROOT, binary, runProgram } from './process.mjs';

const DISKS = join(ROOT, 'dist/disks');

async function mustRun(part, args) {
  if ((await runProgram(NODE, args)) !== 0) throw new Error(`build: ${part} failed`);
}

async function buildKernel() {
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  await mustRun('kernel', [binary('assemblyscript', 'asc'), '--target', 'release']);
}

async function buildDisks() {
  mkdirSync(join(ROOT, 'build/disks'), { recursive: true });
  await mustRun('disks', ['disks/make.mjs']);
}

/** The maps of workers and images, beside them: where code.ts says that they are. */
function copyMaps() {
  const assets = join(ROOT, 'dist/assets');
  for (const folder of ['build/workers', 'build/images', 'build/parts'])
    for (const name of readdirSync(join(ROOT, folder)))
      if (name.endsWith('.map')) copyFileSync(join(ROOT, folder, name), join(assets, name));
}

/** As they are too: for addresses that people write, and for other programs. */
function copyDisks() {
  for (const name of readdirSync(join(ROOT, 'build/disks')))
    if (name.endsWith('.img')) copyFileSync(join(ROOT, 'build/disks', name), join(DISKS, name));
}

async function buildWeb() {
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
  for (const [mode, entry] of [
    ...ELEMENTS.map((element) => [element.folder, entryOf(element)]),
    ['frame', 'web/site/frame.html'],
    ['site', 'web/site/index.html'],
    ['bench', 'test/bench/fs/bench.html'],
    ['linked', 'test/bench/fs/linked/main.ts'],
  ]) {
    if (!existsSync(join(ROOT, entry))) {
      console.log(`build: no ${entry} yet, so no ${mode}`);
      continue;
    }
    await mustRun(mode, [binary('vite'), 'build', '--mode', mode, '--logLevel', 'warn']);
  }
  await buildImages({ 'bench.exe': 'test/bench/fs/program.ts' }, 'dist/bench');
  writeFileSync(join(ROOT, 'dist/bench/LICENSES.txt'), benchLicences());
  copyMaps();
  copyDisks();
  buildGuide();
  // Knows all that is there.
  await buildOffline();
}

const PARTS = { kernel: buildKernel, code: buildCode, disks: buildDisks, web: buildWeb };

export async function build(names = Object.keys(PARTS)) {
  for (const name of names) {
    if (!Object.hasOwn(PARTS, name)) throw new Error(`build: there is no part ${name}`);
  }
  for (const name of Object.keys(PARTS)) {
    if (names.includes(name)) await PARTS[name]();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const names = process.argv.slice(2);
  build(names.length > 0 ? names : undefined).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
