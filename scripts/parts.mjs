/**
 * A program in two files: what its start needs, and its parts (personality/rtl/parts.ts), which
 * come when the first of them is wanted.
 *
 *   buildWithParts(options, { firsts, later, parts })
 *                     esbuild's `options`; `firsts`: name -> source, programs that have these parts
 *                     in common; `parts`: name -> source. Each first file, which also exports
 *                     `connect(load)`; and <later>.js, whose default export makes the parts of what
 *                     a first file gives it. `own`: nobody connects the programs from outside, they
 *                     do so themselves (connectMaker), and export nothing
 *
 * Neither file imports the other, since both are blobs with addresses that nobody knows before. So
 * the parts are bundled with all modules of the first file left out; what is imported of those
 * becomes a list, which the first file has in the same order. What only names numbers
 * (rtl/ntstatus.ts) each has its own copy of, and so it is with what holds nothing and would make
 * the first file larger.
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

/** In the first file nobody imports a part: it is asked for by its name. */
const partsApart = {
  name: 'parts-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: `part:${path}`, external: true } : undefined,
    );
  },
};

/** Numbers and texts alone: esbuild writes their values where they are used. */
function isNumbers(file) {
  const text = readFileSync(file, 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
  return text
    .split(';')
    .every((one) => /^\s*(export const \w+(: \w+)? = (-?[\w.]+|'[^']*')|$)/.test(one.trim()));
}

const LIBRARIES = ['rtl', 'ntdll', 'ntcmd'].map((name) => join(ROOT, 'personality', name, '/'));
/** Lines at which a module begins to hold something. */
const STATE = [
  /^(export )?(let|class|abstract)\b/m,
  /^(export )?const \w+(: .*)? = (\[\]|\{\});/m,
  /\bnew (Weak)?(Map|Set)\b|\bSymbol\(/,
];

/** Functions and tables that hold nothing, and that nobody tells from a copy. */
function holdsNothing(file) {
  if (!LIBRARIES.some((folder) => file.startsWith(folder))) return false;
  const text = readFileSync(file, 'utf8');
  return !STATE.some((state) => state.test(text));
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

function firstEntry(source, given, own) {
  const imports = given.map(({ name, from }, at) =>
    name === '*'
      ? `import * as given${at} from '${from}';`
      : `import { ${name} as given${at} } from '${from}';`,
  );
  const list = given.map((_, at) => `given${at}`).join(', ');
  if (own)
    return `import './${source}';
import { give } from '${PARTS}';
${imports.join('\n')}
give([${list}]);
`;
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

/** Bytes that the first file has of such a growth at least: a copy is not for less. */
const WORTH = 300;

const sizes = ({ metafile }) => {
  const { inputs } = Object.values(metafile.outputs).at(-1);
  return new Map(Object.entries(inputs).map(([name, { bytesInOutput }]) => [name, bytesInOutput]));
};

/** What all of these files have, by name. */
const common = (files) =>
  files.reduce((all, one) => new Map([...all].filter(([name]) => one.get(name) > 0)));

/**
 * The later file as code that is not small yet, and the first ones that give it what it wants: of
 * what each of them has.
 */
async function split(base, { firsts, parts, own }) {
  const plugins = [partsApart];
  const contents = Object.entries(parts).map(
    ([name, file]) => `export * as ${name} from './${file}';`,
  );
  const buildLater = (first) =>
    build({
      ...base,
      stdin: entry(contents.join('\n')),
      inject: [],
      minify: false,
      minifySyntax: true,
      sourcemap: 'inline',
      plugins: [without(first)],
    }).then(({ outputFiles }) => asFunction(outputFiles[0].text));
  const buildFirsts = (given) =>
    Promise.all(
      Object.values(firsts).map((source) =>
        build({ ...base, stdin: entry(firstEntry(source, given, own)), plugins }),
      ),
    );
  const alone = common((await buildFirsts([])).map(sizes));
  // What is named there for a constant alone is no code of it.
  const first = new Set([...alone.keys()].filter((name) => alone.get(name) > 0));
  const { given } = await buildLater(first);
  const grown = common((await buildFirsts(given)).map(sizes));
  for (const name of first)
    if (holdsNothing(join(ROOT, name)) && grown.get(name) - alone.get(name) > WORTH)
      first.delete(name);
  const later = await buildLater(first);
  return { made: await buildFirsts(later.given), code: later.code };
}

export async function buildWithParts(options, { firsts, later, parts, outdir, own = false }) {
  const base = { ...options, bundle: true, write: false, metafile: true, outdir };
  const { made, code } = await split(base, { firsts, parts, own });
  const small = await transform(code, {
    minify: true,
    format: 'esm',
    target: options.target,
    charset: options.charset,
    legalComments: 'none',
    sourcemap: 'external',
    sourcefile: `${later}.js`,
  });
  const write = (name, text) => writeFileSync(join(ROOT, outdir, name), text);
  write(`${later}.js`, small.code);
  write(`${later}.js.map`, small.map);
  Object.keys(firsts).forEach((out, at) => {
    for (const { path, contents } of made[at].outputFiles)
      write(path.endsWith('.map') ? `${out}.js.map` : `${out}.js`, contents);
  });
}
