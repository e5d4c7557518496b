/**
 * The code of workers and images: one file each, a module that imports nothing.
 *
 *   buildCode()    build/workers/*.worker.js, build/images/*.js, each with its map; and
 *                  build/packs/*.txt, a topology's workers and the images of the boot in one file;
 *                  build/parts/*.js, what the element loads when it is asked for (web/parts);
 *                  build/bench, what drivers written in the page link against
 *                  (driver-library.mjs)
 *   listImages()   name of the image -> its source; the folders say which there are:
 *                    drivers/<class>/<name>/index.ts    <name>.sys
 *                    personality/<name>/index.ts        <name>.exe, where it exports an image
 *                    web/host/<name>.ts                 <name>.exe, the host's own
 *
 * Two images share no object, since each file has a copy of what it imports. In the workers' files
 * the platform's names are the ones that web/host/realm/outside.ts took when the worker started:
 * lockdown removes the global ones.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { buildDriverLibrary } from './driver-library.mjs';
import { buildWithParts } from './parts.mjs';
import { ROOT } from './process.mjs';

/** The agent's file has the shell's image too. */
const HOST_PROGRAMS = ['agent'];
const WITH_THE_AGENT = ['ntcmd'];

/** An image whose larger half comes when it is wanted. */
const AGENT = {
  firsts: { 'agent.exe': 'web/host/agent.ts' },
  later: 'agent.later',
  parts: { shell: 'personality/ntcmd/later.ts', agent: 'web/host/agent-work.ts' },
};

/** The same of the workers that run the Executive. */
const EXECUTIVE = {
  firsts: {
    'single.worker': 'web/host/single.worker.ts',
    'executive.worker': 'web/host/executive.worker.ts',
  },
  later: 'executive.later',
  parts: { executive: 'personality/ntos/later.ts' },
};

/** What a worker loads as it loads an image, and is none. */
const LATER = { 'time.part': 'web/host/record/time-part.ts' };

/** What web/host/code.ts begins with. One that is missing here is fetched by itself. */
const WORKERS = {
  isolated: ['executive.worker.js', 'machine.worker.js', 'processor.worker.js'],
  single: ['single.worker.js'],
};
const BOOT = ['agent.exe.js', 'smss.exe.js', 'serial.sys.js'];

/** What is in a pack (packBoot), as names without `.js`. */
export const PACKED = [...Object.values(WORKERS).flat(), ...BOOT].map((name) => name.slice(0, -3));

/** Folders of personality/ whose index.ts is a program. */
function programs() {
  return readdirSync(join(ROOT, 'personality'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !WITH_THE_AGENT.includes(entry.name))
    .map(({ name }) => ({ name, source: `personality/${name}/index.ts` }))
    .filter(({ source }) => existsSync(join(ROOT, source)))
    .filter(({ source }) =>
      /^export const image\b/m.test(readFileSync(join(ROOT, source), 'utf8')),
    );
}

export function listImages() {
  const images = {};
  const kinds = readdirSync(join(ROOT, 'drivers'), { withFileTypes: true });
  for (const { name: kind } of kinds.filter((entry) => entry.isDirectory())) {
    for (const name of readdirSync(join(ROOT, 'drivers', kind))) {
      const source = `drivers/${kind}/${name}/index.ts`;
      if (existsSync(join(ROOT, source))) images[`${name}.sys`] = source;
    }
  }
  for (const { name, source } of programs()) images[`${name}.exe`] = source;
  for (const name of HOST_PROGRAMS) images[`${name}.exe`] = `web/host/${name}.ts`;
  return images;
}

/** By the element, by address: web/element/sharing.ts. */
function listParts() {
  const names = readdirSync(join(ROOT, 'web/parts')).filter((name) => name.endsWith('.ts'));
  return Object.fromEntries(names.map((name) => [name.slice(0, -3), `web/parts/${name}`]));
}

const common = {
  absWorkingDir: ROOT,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  // The maps lead stacks and debuggers back to the code that people read.
  minify: true,
  sourcemap: 'external',
  external: ['node:*'],
  logLevel: 'warning',
};

/** What a session follows from: web/host/record/build.ts. */
const SESSION = ['kernel-as', 'personality', 'drivers', 'web/machine', 'web/store', 'web/host'];

/** Of the sources as they are now. */
export function buildId() {
  const hash = createHash('sha256');
  for (const folder of SESSION) {
    const names = readdirSync(join(ROOT, folder), { recursive: true }).map(String).sort();
    for (const name of names.filter((each) => each.endsWith('.ts'))) {
      hash.update(`${folder}/${name.replaceAll('\\', '/')}\n`);
      hash.update(readFileSync(join(ROOT, folder, name)));
    }
  }
  return hash
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
    .slice(0, 16);
}

/** How a build's name begins that was none: tests run the sources unbuilt. */
export const SOURCES = 'sources';
export const sourcesId = () => `${SOURCES}-${buildId()}`;

/** Sources of images, by name, into a folder: also for programs that are not the system's own. */
export async function buildImages(images, outdir) {
  mkdirSync(join(ROOT, outdir), { recursive: true });
  const entryPoints = Object.entries(images).map(([name, source]) => ({ in: source, out: name }));
  await build({ ...common, entryPoints, outdir });
}

async function buildSystemImages(outdir) {
  const images = listImages();
  mkdirSync(join(ROOT, outdir), { recursive: true });
  await buildWithParts(common, { ...AGENT, outdir });
  for (const name of Object.keys(AGENT.firsts)) delete images[name];
  await buildImages({ ...images, ...LATER }, outdir);
}

const nameOf = (source) => basename(source, '.ts');

async function buildWorkers(sources, outdir) {
  const inject = ['web/host/realm/outside.ts'];
  const define = { NEPTUNE_BUILD: JSON.stringify(buildId()) };
  const options = { ...common, inject, define };
  const whole = sources.filter((source) => !EXECUTIVE.firsts[nameOf(source)]);
  await build({ ...options, entryPoints: whole, outdir });
  mkdirSync(join(ROOT, outdir), { recursive: true });
  await buildWithParts(options, { ...EXECUTIVE, outdir, own: true });
}

export async function buildCode() {
  for (const folder of ['build/workers', 'build/images', 'build/parts', 'build/packs'])
    rmSync(join(ROOT, folder), { recursive: true, force: true });
  const workers = readdirSync(join(ROOT, 'web/host')).filter((name) => name.endsWith('.worker.ts'));
  await buildWorkers(
    workers.map((name) => `web/host/${name}`),
    'build/workers',
  );
  await buildSystemImages('build/images');
  await buildImages(listParts(), 'build/parts');
  await buildDriverLibrary();
  packBoot();
}

/** web/host/boot-pack.ts reads them. */
function packBoot() {
  mkdirSync(join(ROOT, 'build/packs'), { recursive: true });
  const read = (folder) => (name) => [name, readFileSync(join(ROOT, 'build', folder, name))];
  const images = BOOT.map(read('images'));
  for (const [topology, workers] of Object.entries(WORKERS)) {
    const files = [...workers.map(read('workers')), ...images];
    const contents = files.map(([name, code]) => [name, code.length]);
    const parts = [Buffer.from(`${JSON.stringify(contents)}\n`), ...files.map(([, code]) => code)];
    writeFileSync(join(ROOT, `build/packs/${topology}.txt`), Buffer.concat(parts));
  }
}
