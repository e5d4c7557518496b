/**
 * What the bench for drivers links against, and what it begins with: build/bench/library.json.
 *
 *   buildDriverLibrary()
 *       { exports: { module: [name] }, code, starters: { name: source }, helpers: the same }
 *
 * A driver of the bench may import what a driver of the system may: `wdm`, and as `rtl/NAME` those
 * modules of personality/rtl that one of them imports. The code is a script that defines `Neptune`,
 * an object of these modules. A starter is a driver of the system, with those names for its
 * imports and a device of its own where it stands beside the original; or it is in
 * web/workbench/starters. Helpers are drivers that the bench's faults load.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './process.mjs';

const WDM = 'personality/wdm/index.ts';
const RTL = /from '(?:\.\.\/)+personality\/rtl\/([\w-]+)\.ts'/g;

/** Source, and what is otherwise in the starter. */
const STARTERS = {
  null: [
    'drivers/base/null/index.ts',
    [
      ['\\Device\\Null:', '\\Device\\Mine:'],
      ['\\\\Device\\\\Null', '\\\\Device\\\\Mine'],
    ],
  ],
  beep: [
    'drivers/base/beep/index.ts',
    [
      [
        /^const MICROSECONDS/m,
        "export const rights = { ports: [[0x61, 1]], id: 'PNP0800' };\n\n$&",
      ],
    ],
  ],
  ramdisk: ['web/workbench/starters/ramdisk.ts', []],
};

const HELPERS = { hog: ['web/workbench/starters/hog.ts', []] };

const read = (path) => readFileSync(join(ROOT, path), 'utf8');

function modules() {
  const files = readdirSync(join(ROOT, 'drivers'), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts'));
  const names = files.flatMap((file) =>
    [...read(`drivers/${file}`).matchAll(RTL)].map(([, name]) => name),
  );
  const rtl = [...new Set(names)].sort();
  return {
    wdm: WDM,
    ...Object.fromEntries(rtl.map((n) => [`rtl/${n}`, `personality/rtl/${n}.ts`])),
  };
}

const common = {
  absWorkingDir: ROOT,
  bundle: true,
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  minify: true,
  write: false,
  external: ['node:*'],
  logLevel: 'warning',
};

async function exportsOf(path) {
  const { metafile } = await build({
    ...common,
    format: 'esm',
    outdir: 'build/bench',
    entryPoints: [path],
    metafile: true,
  });
  return Object.values(metafile.outputs)[0].exports.sort();
}

async function codeOf(all) {
  const lines = Object.entries(all).map(
    ([name, path]) => `export * as ${JSON.stringify(name)} from './${path}';`,
  );
  const { outputFiles } = await build({
    ...common,
    format: 'iife',
    globalName: 'Neptune',
    stdin: { contents: lines.join('\n'), resolveDir: ROOT },
  });
  return outputFiles[0].text.trim();
}

function starter([path, changes]) {
  let text = read(path)
    .replaceAll(/from '(?:\.\.\/)+personality\/wdm\/index\.ts'/g, "from 'wdm'")
    .replaceAll(RTL, "from 'rtl/$1'");
  for (const [from, to] of changes) text = text.replace(from, to);
  return text;
}

const sourcesOf = (table) =>
  Object.fromEntries(Object.entries(table).map(([name, each]) => [name, starter(each)]));

export async function buildDriverLibrary() {
  const all = modules();
  const names = Object.entries(all).map(async ([name, path]) => [name, await exportsOf(path)]);
  const library = {
    exports: Object.fromEntries(await Promise.all(names)),
    code: await codeOf(all),
    starters: sourcesOf(STARTERS),
    helpers: sourcesOf(HELPERS),
  };
  mkdirSync(join(ROOT, 'build/bench'), { recursive: true });
  writeFileSync(join(ROOT, 'build/bench/library.json'), JSON.stringify(library));
}
