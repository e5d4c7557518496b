/**
 * The browser tests, bundled: a page then asks for a handful of files instead of two hundred
 * modules, and has the tests of several files: a page of its own costs two seconds of a core.
 *
 *   bundleTests(files)   build/tests/pages/<folder>-<n>.js of test/**\/*.test.ts; resolves to these
 *                        paths
 *
 * What a test draws by chance follows from NEPTUNE_SEED, or SEED; `random` is another seed each
 * time.
 *
 * NEPTUNE_SEEDS is for those whose events come in any order (test/support/seeds.ts).
 *
 * What tests have in common is in chunks that all of them share. Workers of tests, which name their
 * file as `new URL('./x.ts', import.meta.url)`, are bundled beside them. Any other
 * `import.meta.url` is the source's address.
 */
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { sourcesId } from './code.mjs';
import { ROOT } from './process.mjs';
import { hasOwnPage } from './side-by-side.mjs';

const FOLDER = 'build/tests';
/** One for all runs, so that a commit which passed passes again. */
const SEED = 20261129;
/** Files a page. More make it long, and at the end one core waits for the other's page. */
const A_PAGE = 5;
const WORKER = /new URL\(\s*'(\.[^']*)\.ts',\s*import\.meta\.url\)/g;
const isSource = (name) => name.endsWith('.ts');

/** Workers that any source of the tests names. */
function workersOf() {
  const sources = readdirSync(join(ROOT, 'test'), { recursive: true }).filter(isSource);
  const found = sources.flatMap((source) => {
    const path = join(ROOT, 'test', source);
    const named = readFileSync(path, 'utf8').matchAll(WORKER);
    return [...named].map(([, name]) => relative(ROOT, join(dirname(path), `${name}.ts`)));
  });
  return [...new Set(found)];
}

const ownAddress = {
  name: 'own-address',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import.meta.url')) return undefined;
      const at = (address) => `new URL('/${address}', location.origin)`;
      const contents = text
        .replace(WORKER, (_, name) =>
          at(`${FOLDER}/${relative(ROOT, join(dirname(path), name))}.js`),
        )
        .replaceAll('import.meta.url', `${at(relative(ROOT, path))}.href`);
      return { contents, loader: 'ts' };
    });
  },
};

/** `import css from './x.css?inline'`, as the site's bundler understands it: the sheet's text. */
const inlineCss = {
  name: 'inline-css',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /\.css\?inline$/ }, ({ path, importer }) => ({
      path: createRequire(importer).resolve(path.replace('?inline', '')),
      namespace: 'inline-css',
    }));
    onLoad({ filter: /.*/, namespace: 'inline-css' }, ({ path }) => ({
      contents: readFileSync(path, 'utf8'),
      loader: 'text',
    }));
  },
};

/** What is on each page, by the page's name; its files are of one folder. */
function pagesOf(files) {
  const pages = new Map();
  const counts = new Map();
  for (const file of files) {
    if (hasOwnPage(file)) {
      pages.set(relative('test', file).replaceAll('/', '-'), [file]);
      continue;
    }
    const folder = dirname(relative('test', file)).replaceAll('/', '-');
    const before = counts.get(folder) ?? 0;
    counts.set(folder, before + 1);
    const name = `${folder}-${1 + Math.floor(before / A_PAGE)}`;
    pages.set(name, [...(pages.get(name) ?? []), file]);
  }
  return pages;
}

/** What comes before the tests of each page. */
const FIRST = ['test/support/seed.ts', 'test/support/keep-failed.ts'];

/** A page's source imports its files. */
const pageSources = (pages) => ({
  name: 'page-sources',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^page:/ }, ({ path }) => ({
      path: path.replace('page:', ''),
      namespace: 'page',
    }));
    onLoad({ filter: /.*/, namespace: 'page' }, ({ path }) => ({
      contents: [...FIRST, ...pages.get(path)].map((file) => `import './${file}';\n`).join(''),
      resolveDir: ROOT,
    }));
  },
});

export async function bundleTests(files) {
  rmSync(join(ROOT, FOLDER), { recursive: true, force: true });
  const pages = pagesOf(files);
  await build({
    absWorkingDir: ROOT,
    entryPoints: [
      ...[...pages.keys()].map((name) => ({ in: `page:${name}`, out: `pages/${name}` })),
      ...workersOf().map((file) => ({ in: file, out: file.replace(/\.ts$/, '') })),
    ],
    outdir: FOLDER,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    sourcemap: 'inline',
    sourcesContent: false,
    conditions: ['production'],
    define: {
      NEPTUNE_SEED: JSON.stringify(process.env.NEPTUNE_SEED ?? String(SEED)),
      NEPTUNE_SEEDS: JSON.stringify(process.env.NEPTUNE_SEEDS ?? ''),
      NEPTUNE_BUILD: JSON.stringify(sourcesId()),
    },
    chunkNames: 'chunks/[hash]',
    external: ['/build/*', 'node:*'],
    plugins: [pageSources(pages), ownAddress, inlineCss],
    logLevel: 'warning',
  });
  return [...pages.keys()].map((name) => `${FOLDER}/pages/${name}.js`);
}
