/**
 * npm pack: the package that others depend on, in lib/.
 *
 *   node scripts/package.mjs [--no-build]     builds everything first, unless told not to
 *
 *   makePackage()    of dist/ as it is: the elements that there are (elements.mjs), the files that
 *                    they name, their types, their manifest, the chapters of the guide for authors
 *
 * What goes in is what its modules import, or name as `new URL(..., import.meta.url)`, and nothing
 * else: no site, no maps (they hold all of the sources). A bundler that knows that form finds it
 * all. The frame is for pages whose policy refuses workers: it has to be served as it is.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { elementsThere } from './elements.mjs';
import { packDocs } from './package/docs.mjs';
import { emitDeclarations, rollUp } from './package/declarations.mjs';
import { reactTypes, vueTypes } from './package/frameworks.mjs';
import { makeManifest } from './package/manifest.mjs';
import { ROOT } from './process.mjs';

const DIST = join(ROOT, 'dist');
const LIB = join(ROOT, 'lib');
const FRAME = ['frame.html', 'frame.js'];

/** The bundler's roundabout way of naming a file, in the plain form that all bundlers know. */
const plainly = (code) =>
  code
    .replace(
      /new URL\(new URL\(`([^`]+)`,import\.meta\.url\)\.href,``\+import\.meta\.url\)/g,
      (_, name) => `new URL(${JSON.stringify(`./${name}`)},import.meta.url)`,
    )
    // A module that is loaded when it is asked for (web/parts).
    .replace(/import\(new URL\(("\.\/[^"]+"),import\.meta\.url\)\.href\)/g, 'import($1)');

/** The files that a module names, relative to itself. */
function namedFiles(code) {
  const named = code.matchAll(/(?:new URL|import)\("\.\/([^"]+)"(?:,import\.meta\.url)?\)/g);
  return [...new Set([...named].map(([, name]) => name))];
}

function put(name, content) {
  mkdirSync(dirname(join(LIB, name)), { recursive: true });
  writeFileSync(join(LIB, name), content);
}

/** A built module in the plain form, and the files that it names. */
function putModule(module) {
  const built = readFileSync(join(DIST, module), 'utf8');
  const code = plainly(built).replace(/\n\/\/# sourceMappingURL=.*/, '');
  put(module, code);
  for (const name of namedFiles(code)) {
    if (!existsSync(join(DIST, name))) throw new Error(`package: dist/ has no ${name}`);
    cpSync(join(DIST, name), join(LIB, name));
  }
}

function putTypes(elements) {
  const files = emitDeclarations(elements);
  const [machine, ...others] = elements;
  const first = rollUp(files, machine);
  const all = [first, ...others.map((element) => rollUp(files, element, first))];
  for (const { module, text } of all) put(`${module}.d.ts`, text);
  const manifest = makeManifest(files, elements);
  put('custom-elements.json', `${JSON.stringify(manifest, null, 2)}\n`);
  put('react.d.ts', reactTypes(manifest));
  put('vue.d.ts', vueTypes(manifest));
}

export function makePackage() {
  rmSync(LIB, { recursive: true, force: true });
  const elements = elementsThere();
  const [page, script] = FRAME;
  for (const { module } of elements) putModule(`${module}.js`);
  putModule(script);
  cpSync(join(DIST, page), join(LIB, page));
  putTypes(elements);
  for (const [name, text] of packDocs()) put(`docs/${name}`, text);
}

async function main(args) {
  if (!args.includes('--no-build')) await build();
  makePackage();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
