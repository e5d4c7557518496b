/**
 * The last step of the build: which files the site needs without a network, and the service worker
 * that knows them (web/site/service-worker.ts).
 *
 *   buildOffline({ dist })   dist/service-worker.js; and the version is written into each page
 *   filesNeeded(dist)        names of the files, relative to dist/
 *
 * A file is needed if it is a page of the site or of the guide, or the component, or if its name
 * occurs in one that is. Not needed: maps, benchmarks, raw disks (their packed form is there),
 * workers and images that are in a pack too (our own pages run blobs), and frame.html, which
 * belongs to components on pages of other origins: their workers must be of the component's
 * version, not of ours.
 *
 * The version is a hash of all of these files and of the service worker's code, so it changes if
 * and only if something of them does.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { PACKED } from './code.mjs';
import { ROOT } from './process.mjs';

const VERSION_LENGTH = 16;
const ROOTS =
  /^(index\.html|embed\.html|neptune-[a-z]+\.js|manifest\.webmanifest|guide\/.*\.html)$/;
const NEVER = /^(bench|frame\.|service-worker\.js)|\.(map|img)$|(^|\/)LICENSES?\b/;
const TEXT = /\.(html|js|css|webmanifest)$/;
const VERSION = /(<meta charset="utf-8" ?\/?>)(\s*<meta name="version" content="[^"]*" \/>)?/;

/** `assets/agent.exe-DL4UsYZT.js` */
const isPacked = (name) => PACKED.includes(/^assets\/(.+)-[\w-]{8}\.js$/.exec(name)?.[1]);

const hashOf = (bytes) => createHash('sha256').update(bytes).digest('base64url');

export function filesNeeded(dist) {
  const all = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, path, name }) => join(parentPath ?? path, name))
    .map((file) => file.slice(dist.length + 1).replaceAll('\\', '/'))
    .filter((name) => !NEVER.test(name) && !isPacked(name));
  const needed = new Set(all.filter((name) => ROOTS.test(name)));
  // What is added while the set is walked is walked too.
  for (const name of needed) {
    if (!TEXT.test(name)) continue;
    const text = readFileSync(join(dist, name), 'utf8');
    for (const other of all) if (text.includes(basename(other))) needed.add(other);
  }
  return [...needed].sort();
}

/** As one classic script: not every browser takes a module for a service worker. */
async function bundle(manifest) {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['web/site/service-worker.ts'],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    minify: true,
    legalComments: 'none',
    define: { NEPTUNE_MANIFEST: JSON.stringify(manifest) },
    write: false,
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

function writeVersion(file, version) {
  const text = readFileSync(file, 'utf8');
  if (!VERSION.test(text)) throw new Error(`offline: ${file} has no place for its version`);
  writeFileSync(file, text.replace(VERSION, `$1<meta name="version" content="${version}" />`));
}

const readAll = (dist, names) => names.map((name) => [name, readFileSync(join(dist, name))]);

export async function buildOffline({ dist = join(ROOT, 'dist') } = {}) {
  const names = filesNeeded(dist);
  const pages = names.filter((name) => name.endsWith('.html'));
  for (const page of pages) writeVersion(join(dist, page), '');
  const code = await bundle({ version: '', files: {} });
  const hashes = readAll(dist, names).map(([name, bytes]) => `${name} ${hashOf(bytes)}`);
  const version = hashOf([...hashes, hashOf(code)].join('\n')).slice(0, VERSION_LENGTH);
  for (const page of pages) writeVersion(join(dist, page), version);
  const manifest = {
    version,
    files: Object.fromEntries(readAll(dist, names).map(([name, bytes]) => [name, hashOf(bytes)])),
  };
  writeFileSync(join(dist, 'service-worker.js'), await bundle(manifest));
  return manifest;
}
