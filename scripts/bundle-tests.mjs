/**
 * The browser tests, bundled: a page then asks for a handful of files instead of two hundred
 * modules.
 *
 *   bundleTests(files)   build/tests/<path>.js for each test/**\/*.test.ts; resolves to these paths
 *
 * What tests have in common is in chunks that all of them share. `import.meta.url` is the
 * source's address: workers of tests are served as they stand.
 */
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './process.mjs';

const FOLDER = 'build/tests';

const ownAddress = {
  name: 'own-address',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import.meta.url')) return undefined;
      const address = JSON.stringify(`/${relative(ROOT, path)}`);
      const url = `new URL(${address}, location.origin).href`;
      return { contents: text.replaceAll('import.meta.url', url), loader: 'ts' };
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

export async function bundleTests(files) {
  rmSync(join(ROOT, FOLDER), { recursive: true, force: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: files,
    outdir: FOLDER,
    outbase: '.',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    sourcemap: 'inline',
    sourcesContent: false,
    conditions: ['production'],
    chunkNames: 'chunks/[hash]',
    external: ['/build/*', 'node:*'],
    plugins: [ownAddress, inlineCss],
    logLevel: 'warning',
  });
  return files.map((file) => `${FOLDER}/${file.replace(/\.ts$/, '.js')}`);
}
