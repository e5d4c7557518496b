/**
 * A program in two files: what its start needs, and its parts (personality/rtl/parts.ts), which
 * come when the first of them is wanted.
 *
 *   buildWithParts(options, { source, out, parts })
 *                     esbuild's `options`; `parts`: name -> source. <out>.js, which also exports
 *                     `connect(load)`; and <out with .later>.js, whose default export makes the
 *                     parts of what the first file gives it
 *
 * Neither file imports the other, since both are blobs with addresses that nobody knows before. So
 * the parts are bundled with all modules of the first file left out; what is imported of those
 * becomes a list, which the first file has in the same order. What only names numbers
 * (rtl/ntstatus.ts) each has its own copy of.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, transform } from 'esbuild';
import { ROOT } from './process.mjs';

const PARTS = './personality/rtl/parts.ts';
const FIRST = 'first:';
const IMPORT = /^import (?:\* as (\w+)|\{([^}]*)\}) from "first:([^"]+)";/gm;
const BARE = /^import "first:[^"]+";/gm;
const EXPORT = /^export \{([^}]*)\};/m;

export const laterName = (out) => `${out.replace(/\.\w+$/, '')}.later`;

/** In the first file nobody imports a part: it is asked for by its name. */
const partsApart = {
  name: 'parts-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: `part:${path}`, external: true } : undefined,
    );
  },
};

/** Constants and types alone: esbuild writes their values where they are used. */
function isNumbers(file) {
  const text = readFileSync(file, 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
  return text
    .split(';')
    .every((one) => /^\s*(export const \w+(: \w+)? = -?[\w.]+|$)/.test(one.trim()));
}

/** Leaves out what `first`, a set of files, has. */
function without(first) {
  return {
    name: 'without-the-first',
    setup(builder) {
      builder.onResolve({ filter: /^\./ }, async ({ path, resolveDir, kind, pluginData }) => {
        if (pluginData === FIRST || kind === 'entry-point') return undefined;
        const found = await builder.resolve(path, { resolveDir, kind, pluginData: FIRST });
        const name = found.path.slice(ROOT.length + (ROOT.endsWith('/') ? 0 : 1));
        if (!first.has(name) || isNumbers(found.path)) return found;
        return { path: `${FIRST}./${name}`, external: true };
      });
    },
  };
}

const lines = (text) => text.replace(/[^\n]/g, '');

/** The parts as a function of a list, and where each thing in the list is from. */
function asFunction(code) {
  const given = [];
  const names = [];
  const again = [];
  const body = code
    .replace(BARE, '')
    .replace(IMPORT, (all, space, named, from) => {
      const wanted = space
        ? [['*', space]]
        : named.split(',').map((one) => one.trim().split(' as '));
      for (const [name, as = name] of wanted.filter(([one]) => one)) {
        const known = given.findIndex((one) => one.name === name && one.from === from);
        if (known >= 0) again.push(`${as} = ${names[known]}`);
        else {
          given.push({ name, from });
          names.push(as);
        }
      }
      return lines(all);
    })
    .replace(EXPORT, (all, list) => {
      const parts = list
        .split(',')
        .map((one) => one.trim().split(' as '))
        .map(([own, name = own]) => `${name}: ${own}`);
      return `return { ${parts.join(', ')} };${lines(all)}`;
    });
  if (/^(import|export) /m.test(body)) throw new Error('parts: an import that is not understood');
  const list = names.join(', ');
  const more = again.length > 0 ? `const ${again.join(', ')};` : '';
  return { given, code: `export default ([${list}]) => { ${more} ${body}\n}` };
}

const entry = (contents) => ({ contents, resolveDir: ROOT, loader: 'ts' });

function firstEntry(source, given) {
  const imports = given.map(({ name, from }, at) =>
    name === '*'
      ? `import * as given${at} from '${from}';`
      : `import { ${name} as given${at} } from '${from}';`,
  );
  const list = given.map((_, at) => `given${at}`).join(', ');
  return `export * from './${source}';
import { connectParts } from '${PARTS}';
${imports.join('\n')}
let made;
/** What a part is made of must be there by then. */
export const connect = (load) =>
  connectParts(async (name) => {
    const make = made ? undefined : await load();
    if (make) made ??= make([${list}]);
    return made?.[name];
  });
`;
}

export async function buildWithParts(options, { source, out, parts, outdir }) {
  const base = { ...options, bundle: true, write: false, metafile: true, outdir };
  const plugins = [partsApart];
  const whole = await build({ ...base, stdin: entry(firstEntry(source, [])), plugins });
  const first = new Set(Object.keys(Object.values(whole.metafile.outputs).at(-1).inputs));
  const namespaces = Object.entries(parts).map(
    ([name, file]) => `export * as ${name} from './${file}';`,
  );
  const later = await build({
    ...base,
    stdin: entry(namespaces.join('\n')),
    inject: [],
    minify: false,
    minifySyntax: true,
    sourcemap: 'inline',
    plugins: [without(first)],
  });
  const { given, code } = asFunction(later.outputFiles[0].text);
  const map = `${laterName(out)}.js`;
  const small = await transform(code, {
    minify: true,
    format: 'esm',
    target: options.target,
    charset: options.charset,
    legalComments: 'none',
    sourcemap: 'external',
    sourcefile: map,
  });
  const made = await build({ ...base, stdin: entry(firstEntry(source, given)), plugins });
  const write = (name, text) => writeFileSync(join(ROOT, outdir, name), text);
  write(`${laterName(out)}.js`, small.code);
  write(`${laterName(out)}.js.map`, small.map);
  for (const { path, contents } of made.outputFiles)
    write(path.endsWith('.map') ? `${out}.js.map` : `${out}.js`, contents);
}
