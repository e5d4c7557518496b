/**
 * How dist/ is made: two builds into one folder, run by scripts/build.mjs.
 *
 *   vite build --mode element    dist/neptune-os.js: the component, one module
 *   vite build --mode site       dist/index.html, dist/embed.html, dist/service-worker.js
 *
 * Rules that the sources keep, so that they run in the tests unbuilt and here alike:
 *  - A worker is named where it is used as `new URL('./some-worker.ts', import.meta.url)`: the
 *    file's name ends in `worker.ts`. Vite by itself knows only `new Worker(new URL(...))`, which a
 *    page of another origin may not call; the plugin below bundles the worker wherever its address
 *    is taken.
 *  - Files beside the code (kernel.wasm, disk images) are named the same way, and copied.
 *
 * Every address in the output is relative to the file that holds it: dist/ works from any folder,
 * and the component from another origin's page. No script is inline, so that a page may forbid it
 * (CSP).
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin, type UserConfig } from 'vite';

const WORKER_ADDRESS =
  /new URL\(\s*(['"])(\.{1,2}\/[^'"]*worker\.ts)\1,\s*import\.meta\.url,?\s*\)/g;

/** The kernel's library loads from files where it runs in Node: never asked for in a page. */
const NODE = [/^node:/];

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Disk images keep their names: people see them, and what is kept of them is known by address. */
const assetFileNames = ({ names }: { names: string[] }) =>
  names[0]?.endsWith('.img') ? 'disks/[name][extname]' : 'assets/[name]-[hash][extname]';

/** Bundles every worker whose address is taken, and puts the bundle's address in its place. */
function workerAddresses(): Plugin {
  return {
    name: 'neptune-worker-addresses',
    enforce: 'pre',
    transform(code, id) {
      if (!id.split('?')[0]?.endsWith('.ts') || !code.includes('worker.ts')) return undefined;
      const imports: string[] = [];
      const changed = code.replace(WORKER_ADDRESS, (_whole, _quote, file: string) => {
        const name = `workerAddress${imports.length}`;
        imports.push(`import ${name} from ${JSON.stringify(`${file}?worker&url`)};`);
        return `new URL(${name}, import.meta.url)`;
      });
      // On one line with the first statement: line numbers in source maps stay as they are.
      return imports.length > 0 ? { code: imports.join('') + changed, map: null } : undefined;
    },
  };
}

const common: UserConfig = {
  base: './',
  publicDir: false,
  plugins: [workerAddresses()],
  worker: {
    format: 'es',
    plugins: () => [workerAddresses()],
    rolldownOptions: { external: NODE },
  },
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
