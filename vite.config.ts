/**
 * How dist/ is made: two builds into one folder, run by scripts/build.mjs.
 *
 *   vite build --mode element    dist/neptune-os.js: the component, one module
 *   vite build --mode site       dist/index.html, dist/embed.html, dist/service-worker.js
 *
 * A rule that the sources keep, so that they run in the tests unbuilt and here alike: a file that
 * is needed beside the code (kernel.wasm, disk images, the built workers and images of
 * scripts/code.mjs) is named as `new URL('../../build/...', import.meta.url)`, and is copied.
 *
 * Every address in the output is relative to the file that holds it: dist/ works from any folder,
 * and the component from another origin's page. No script is inline, so that a page may forbid it
 * (CSP).
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from 'vite';

/** The kernel's library loads from files where it runs in Node: never asked for in a page. */
const NODE = [/^node:/];

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Disk images keep their names: people see them, and what is kept of them is known by address. */
const assetFileNames = ({ names }: { names: string[] }) =>
  names[0]?.endsWith('.img') ? 'disks/[name][extname]' : 'assets/[name]-[hash][extname]';

const common: UserConfig = {
  base: './',
  publicDir: false,
};

const buildOptions = {
  outDir: path('./dist'),
  // scripts/build.mjs empties it once, before both builds.
  emptyOutDir: false,
  target: 'es2022',
  sourcemap: true,
  assetsInlineLimit: 0,
  modulePreload: { polyfill: false },
} as const;

function element(): UserConfig {
  return {
    ...common,
    root: path('./web/element'),
    build: {
      ...buildOptions,
      rolldownOptions: {
        external: NODE,
        input: { 'neptune-os': path('./web/element/index.ts') },
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js', codeSplitting: false, assetFileNames },
      },
    },
  };
}

function site(): UserConfig {
  const serviceWorker = path('./web/site/service-worker.ts');
  const pages = ['index', 'embed'].map((name) => [name, path(`./web/site/${name}.html`)] as const);
  const inputs = [...pages, ['service-worker', serviceWorker] as const];
  const publicDir = path('./web/site/public');
  return {
    ...common,
    root: path('./web/site'),
    publicDir: existsSync(publicDir) ? publicDir : false,
    build: {
      ...buildOptions,
      rolldownOptions: {
        external: NODE,
        input: Object.fromEntries(inputs.filter(([, file]) => existsSync(file))),
        output: {
          assetFileNames,
          // Its address is its identity, and its folder is what it may serve.
          entryFileNames: ({ name }) =>
            name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js',
        },
      },
    },
  };
}

export default defineConfig(({ mode }) => (mode === 'element' ? element() : site()));
