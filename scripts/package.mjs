/**
 * npm pack: the package that others depend on, in lib/.
 *
 *   node scripts/package.mjs [--no-build]     builds everything first, unless told not to
 *
 *   makePackage()    of dist/ as it is: the component, the files that it names, its types, its
 *                    manifest
 *
 * What goes in is what its modules name as `new URL(..., import.meta.url)`, and nothing else: no
 * site, no maps (they hold all of the sources). A bundler that knows that form finds it all. The
 * frame is for pages whose policy refuses workers: it has to be served as it is.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { emitDeclarations, rollUp } from './package/declarations.mjs';
import { makeManifest } from './package/manifest.mjs';
import { ROOT } from './process.mjs';

const DIST = join(ROOT, 'dist');
const LIB = join(ROOT, 'lib');
const MODULE = 'neptune-os.js';
const FRAME = ['frame.html', 'frame.js'];

/** The bundler's roundabout way of naming a file, in the plain form that all bundlers know. */
const plainly = (code) =>
  code.replace(
    /new URL\(new URL\(`([^`]+)`,import\.meta\.url\)\.href,``\+import\.meta\.url\)/g,
    (_, name) => `new URL(${JSON.stringify(`./${name}`)},import.meta.url)`,
  );

/** The files that a module names, relative to itself. */
function namedFiles(module, code) {
  const named = code.matchAll(/new URL\("\.\/([^"]+)",import\.meta\.url\)/g);
  const names = [...new Set([...named].map(([, name]) => name))];
  if (names.length === 0) throw new Error(`package: ${module} names no file`);
  return names;
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
  for (const name of namedFiles(module, code)) {
    if (!existsSync(join(DIST, name))) throw new Error(`package: dist/ has no ${name}`);
    cpSync(join(DIST, name), join(LIB, name));
  }
}

export function makePackage() {
  rmSync(LIB, { recursive: true, force: true });
  const [page, script] = FRAME;
  [MODULE, script].forEach(putModule);
  cpSync(join(DIST, page), join(LIB, page));
  const files = emitDeclarations();
  put('neptune-os.d.ts', rollUp(files));
  put('custom-elements.json', `${JSON.stringify(makeManifest(files, `lib/${MODULE}`), null, 2)}\n`);
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
