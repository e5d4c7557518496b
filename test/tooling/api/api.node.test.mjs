/**
 * docs/api.md: every service and driver routine of the published API, and what shows it.
 *
 * The names are those of native.mjs and driver.mjs; whether one is there is asked of the code. What
 * shows a service is a test that docs/native-api.md names for it; of others it is the test that
 * names them most often. A name that is not there has its reason, one that is there has a test, and
 * nothing of the code is missing in the lists. The tests of docs/native-api.md are there, and call
 * what they are said to show.
 *
 *   NEPTUNE_MADE_PAGES=write node --test test/tooling/api/    writes the page
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { build } from 'esbuild';
import { ROOT } from '../../../scripts/process.mjs';
import { DRIVER } from './driver.mjs';
import { NATIVE } from './native.mjs';
import { reach, rows } from './table.mjs';

const PAGE = join(ROOT, 'docs/api.md');

/** What a module exports at run time. */
async function namesOf(source, pick) {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, source)],
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  return Object.keys(pick(await import(`data:text/javascript;base64,${code}`)));
}

function filesUnder(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => /\.(ts|mjs)$/.test(name));
}

/** The one with most mentions of each name; of two, a test rather than what tests share. */
function mentions(files) {
  const best = new Map();
  for (const file of files) {
    const counts = new Map();
    for (const [word] of readFileSync(join(ROOT, file), 'utf8').matchAll(/\b[A-Z]\w+/g))
      counts.set(word, (counts.get(word) ?? 0) + 1);
    const more = file.includes('.test.') ? 0.5 : 0;
    for (const [word, times] of counts) {
      const count = times + more;
      if (count > (best.get(word)?.count ?? 0)) best.set(word, { file, count });
    }
  }
  return (name) => best.get(name)?.file;
}

const isTest = (name) => !/^test\/(tooling\/api|bench|support)\//.test(name);
const inTests = mentions(filesUnder('test').filter(isTest));
const inDrivers = mentions(filesUnder('drivers'));

const said = rows();

/** Of the tests that the tables name: which names it most often itself, or the first. */
function inTables(name) {
  const files = said.flatMap(({ names, files: all }) => (names.includes(name) ? all : []));
  return mentions(files)(name) ?? files[0];
}

function shownBy(name) {
  const file = inTables(name) ?? inTests(name);
  if (file) return `\`${file}\``;
  const driver = inDrivers(name);
  return driver && `\`${driver}\`, which its tests drive`;
}

function rowsOf(list, there) {
  return list.map(({ subject, names, partly = {}, not = {} }) => {
    const rows = names.split(/\s+/).filter(Boolean).sort();
    const done = rows.map((name) => {
      const state = partly[name] ? `partly: ${partly[name]}` : 'done';
      return [`\`${name}\``, there.has(name) ? state : 'MISSING', shownBy(name) ?? 'NOTHING'];
    });
    const absent = Object.entries(not).map(([name, reason]) => [
      `\`${name}\``,
      there.has(name) ? 'THERE' : `not: ${reason}`,
      '',
    ]);
    return { subject, rows: [...done, ...absent] };
  });
}

/** Names of the code that no list has. */
function unlisted(list, there) {
  const known = new Set(
    list.flatMap(({ names, not = {} }) => [...names.split(/\s+/), ...Object.keys(not)]),
  );
  return [...there].filter((name) => !known.has(name));
}

function table({ subject, rows }) {
  const lines = [['name', 'state', 'shown by'], ['---', '---', '---'], ...rows];
  return `### ${subject}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('')}`;
}

const HEAD = `# The published API, name by name

What of NT's Native API and of WDM's routines is here, in full, in part or not, and which test shows
it. This page is made by \`test/tooling/api\`, which asks the code what is there; how the calls are
made is said in [the Native API](native-api.md) and in [drivers](drivers.md).
`;

function pageOf(native, driver) {
  return [
    HEAD,
    '## Services\n',
    native.map(table).join('\n'),
    '## Routines of drivers\n',
    driver.map(table).join('\n'),
  ].join('\n');
}

suite('the published API', async () => {
  const services = await namesOf('personality/rtl/services.ts', (module) => module.services);
  const routines = await namesOf('personality/wdm/index.ts', (module) =>
    Object.fromEntries(Object.entries(module).filter(([, it]) => typeof it === 'function')),
  );
  const there = { native: new Set(services), driver: new Set(routines) };
  const native = rowsOf(NATIVE, there.native);
  const driver = rowsOf(DRIVER, there.driver);

  test('what is named is there, and shown by a test; what is not there has a reason', () => {
    const rows = [...native, ...driver].flatMap(({ rows: all }) => all);
    const wrong = rows.filter((cells) => /MISSING|NOTHING|THERE/.test(cells.join()));
    assert.deepEqual(wrong, []);
  });

  test('nothing of the code is missing in the lists', () => {
    const nt = new Set([...there.native].filter((name) => name.startsWith('Nt')));
    assert.deepEqual(unlisted(NATIVE, nt), []);
    const wdm = new Set([...there.driver].filter((name) => /^[A-Z][A-Za-z]*[a-z]/.test(name)));
    assert.deepEqual(unlisted(DRIVER, wdm), []);
  });

  test('the tests that docs/native-api.md names are there, and call what they show', () => {
    const lost = said.flatMap(({ names, wrong }) => wrong.map((word) => `${names[0]}: ${word}`));
    assert.deepEqual(lost, []);
    const unshown = said
      .filter(({ absent, byShell }) => !absent && !byShell)
      .flatMap(({ names, files }) => {
        const text = files.map((file) => reach(file)).join('\n');
        return names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text));
      });
    assert.deepEqual(unshown, []);
  });

  test('the page says so', () => {
    const page = pageOf(native, driver);
    if (process.env.NEPTUNE_MADE_PAGES === 'write') writeFileSync(PAGE, page);
    assert.equal(readFileSync(PAGE, 'utf8'), page);
  });
});
