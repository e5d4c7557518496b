/**
 * How dist/ is made: builds into one folder, run by scripts/build.mjs.
 *
 *   vite build --mode element    dist/neptune-os.js: the component, one module
 *   vite build --mode files      dist/neptune-files.js, and so on for each of scripts/elements.mjs
 *   vite build --mode frame      dist/frame.html, dist/frame.js: workers for strict pages
 *   vite build --mode site       dist/index.html, dist/embed.html, and what scripts/guide.mjs makes
 *                                the guide's pages of
 *   vite build --mode bench      dist/bench.html: what files cost (test/bench/fs)
 *   vite build --mode linked     dist/bench/linked.js: a contestant of it
 *
 * A rule that the sources keep, so that they run in the tests unbuilt and here alike: a file that
 * is needed beside the code (kernel.wasm, disk images, the built workers and images of
 * scripts/code.mjs) is named as `new URL('../../build/...', import.meta.url)`, and is copied.
 *
 * Every address in the output is relative to the file that holds it: dist/ works from any folder,
 * and the component from another origin's page. No script is inline, so that a page may forbid it
 * (CSP).
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin, type UserConfig } from 'vite';
import { linkedPlugin } from './scripts/bench/linked.mjs';
import { ELEMENTS } from './scripts/elements.mjs';
import { shortPrivateNames } from './scripts/mangle.mjs';

/** The kernel's library loads from files where it runs in Node: never asked for in a page. */
const NODE = [/^node:/];

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Disk images keep their names: people see them, and what is kept of them is known by address. */
const assetFileNames = ({ names }: { names: string[] }) =>
  /\.img(\.gz)?$/.test(names[0] ?? '') ? 'disks/[name][extname]' : 'assets/[name]-[hash][extname]';

/** What the plugin below needs of Rollup's output. */
type Bundle = Readonly<
  Record<
    string,
    { type: string; code: string; imports: string[]; dynamicImports: string[] } | undefined
  >
>;

/** How large each file is that the system begins with, for web/host/progress.ts. */
function bytesOfCode(): Record<string, number> {
  const folders = ['workers', 'images', 'packs', ''].map((name) => path(`./build/${name}`));
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.(js|wasm|txt)$/.test(name))
      .map((name) => [name, statSync(`${folder}/${name}`).size] as const),
  );
  return Object.fromEntries(files);
}

const common: UserConfig = {
  base: './',
  publicDir: false,
  define: { NEPTUNE_BYTES: JSON.stringify(bytesOfCode()) },
};

/** These modules' files, and those of all that they import. */
function withImports(bundle: Bundle, names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const file = bundle[name];
    if (file?.type !== 'chunk' || found.has(name)) return;
    found.add(name);
    file.imports.forEach(visit);
  };
  names.forEach(visit);
  return found;
}

/**
 * The pages ask for all modules at once that their first script will import, and know how large
 * these are (web/site/loading.ts). What only links need the script asks for itself; what
 * the code that begins the system imports so (web/host/hold.ts) comes when it is wanted.
 */
const preloadStart: Plugin = {
  name: 'neptune-preload-start',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle = {}, chunk }) {
      const files = bundle as Bundle;
      const first = withImports(files, chunk ? [chunk.fileName] : []);
      const next = [...first]
        .filter((name) => !/\/first-[^/]*$/.test(name))
        .flatMap((name) => files[name]?.dynamicImports ?? [])
        .filter((name) => !/\/link-[^/]*$/.test(name));
      const later = [...withImports(files, next)].filter((name) => !first.has(name));
      return later.map((name) => ({
        tag: 'link',
        attrs: {
          rel: 'modulepreload',
          crossorigin: true,
          href: `./${name}`,
          'data-bytes': String(Buffer.byteLength(files[name]!.code)),
        },
        injectTo: 'head' as const,
      }));
    },
  },
};

const buildOptions = {
  outDir: path('./dist'),
  // scripts/build.mjs empties it once, before all builds.
  emptyOutDir: false,
  target: 'es2022',
  sourcemap: true,
  assetsInlineLimit: 0,
  modulePreload: { polyfill: false },
} as const;

/** An element as one module, which others load from anywhere. */
function element(name: string, folder: string): UserConfig {
  return {
    ...common,
    root: path(`./web/${folder}`),
    plugins: [shortPrivateNames()],
    build: {
      ...buildOptions,
      rolldownOptions: {
        external: NODE,
        input: { [name]: path(`./web/${folder}/index.ts`) },
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js', codeSplitting: false, assetFileNames },
      },
    },
  };
}

/** A script of its own: what frames it needs nothing of the site. */
function frame(): UserConfig {
  return {
    ...common,
    root: path('./web/site'),
    build: {
      ...buildOptions,
      rolldownOptions: {
        external: NODE,
        input: { frame: path('./web/site/frame.html') },
        output: { entryFileNames: '[name].js', codeSplitting: false, assetFileNames },
      },
    },
  };
}

/** With what the first script begins the system (web/host/ahead.ts); others use it later. */
const FIRST =
  /web\/host\/(ahead|begin|services-later|boot-pack|empty-worker|origin|refusals|policy|progress|trusted|code|kernel-module|later-names|sharing|notes|spawn|isolated|single|agent-line|sound-line)\.ts|personality\/sel4\/(boot|bus|intrinsics)\.ts|kernel-as\/(layout|abi)\.ts|node_modules\/comlink|vite\/preload-helper/;
/** What the start has in common with what is loaded later. */
const SHARED =
  /(web\/store\/(errors|formats|sizes|capped|sector-set|names|bin|chunks|head|failures|times|indexeddb|record|edits|let-go|salvage|kept-disk|locks|disks|drives|patience|container\/gzip|share\/(visible|crc32))|web\/element\/(types|arguments|palette|prompt|shelf)|web\/page\/(dialog-styles|download|page-element)|web\/site\/(address|first-visit|beside)|web\/host\/(system|agent-\w+|framed|trace)|personality\/rtl\/(ntstatus|status|fat-layout))\.ts|node_modules\/(lit|@lit|idb-keyval)/;

function site(): UserConfig {
  const pages = ['index', 'embed', 'guide'].map(
    (name) => [name, path(`./web/site/${name}.html`)] as const,
  );
  const publicDir = path('./web/site/public');
  return {
    ...common,
    root: path('./web/site'),
    publicDir: existsSync(publicDir) ? publicDir : false,
    plugins: [preloadStart, shortPrivateNames()],
    build: {
      ...buildOptions,
      rolldownOptions: {
        external: NODE,
        // What a file takes of another for its value alone (a status, an offset) it has itself.
        optimization: { inlineConst: { mode: 'all', pass: 2 } },
        input: Object.fromEntries(pages),
        output: {
          assetFileNames,
          // The terminal is most of the page's code: in a file of its own it counts by itself.
          // What the start shares with what is loaded later (web/store/container, web/site/app.ts)
          // is one file, not one for each set of users.
          codeSplitting: {
            groups: [
              { name: 'xterm', test: /@xterm/ },
              { name: 'first', test: FIRST },
              { name: 'shared', test: SHARED },
            ],
          },
          entryFileNames: 'assets/[name]-[hash].js',
        },
      },
    },
  };
}

function bench(): UserConfig {
  return {
    ...common,
    root: path('./test/bench/fs'),
    build: {
      ...buildOptions,
      sourcemap: false,
      rolldownOptions: {
        external: NODE,
        input: { bench: path('./test/bench/fs/bench.html') },
        output: {
          entryFileNames: 'bench/[name]-[hash].js',
          chunkFileNames: 'bench/[name]-[hash].js',
          assetFileNames,
        },
      },
    },
  };
}

function linked(): UserConfig {
  return {
    ...common,
    root: path('./test/bench/fs/linked'),
    plugins: [linkedPlugin()],
    build: {
      ...buildOptions,
      sourcemap: false,
      rolldownOptions: {
        external: NODE,
        input: { linked: path('./test/bench/fs/linked/main.ts') },
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: 'bench/[name].js', codeSplitting: false, assetFileNames },
      },
    },
  };
}

const MODES: Readonly<Record<string, () => UserConfig>> = {
  ...Object.fromEntries(
    ELEMENTS.map(({ module, folder }) => [folder, () => element(module, folder)]),
  ),
  frame,
  site,
  bench,
  linked,
};

export default defineConfig(({ mode }) => MODES[mode]!());
