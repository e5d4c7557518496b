/**
 * A plugin of vite: the terminal's own private names, which its package writes out in full, made
 * short; a sixth of its code.
 *
 * What begins with `_` is private there. Its addon and web/element/terminal-styles.ts reach into it
 * by such names (`_core`), so all of them go through here, with one list of names made before.
 */
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { transform } from 'esbuild';
import { ROOT } from './process.mjs';

const MODULES = [
  'node_modules/@xterm/xterm/lib/xterm.mjs',
  'node_modules/@xterm/addon-fit/lib/addon-fit.mjs',
  'web/element/terminal-styles.ts',
].map((name) => join(ROOT, name));
const PRIVATE = /^_[a-zA-Z]/;

function shorten(code, id, mangleCache) {
  const loader = extname(id) === '.ts' ? 'ts' : 'js';
  const common = { loader, format: 'esm', target: 'es2022', legalComments: 'none' };
  return transform(code, { ...common, mangleProps: PRIVATE, mangleCache, sourcemap: true });
}

async function namesOf(files) {
  let names = {};
  for (const id of files)
    ({ mangleCache: names } = await shorten(readFileSync(id, 'utf8'), id, names));
  return names;
}

export function shortPrivateNames() {
  let names;
  return {
    name: 'neptune-short-private-names',
    async transform(code, id) {
      if (!MODULES.includes(id)) return undefined;
      names ??= namesOf(MODULES);
      const made = await shorten(code, id, await names);
      return { code: made.code, map: made.map };
    },
  };
}
