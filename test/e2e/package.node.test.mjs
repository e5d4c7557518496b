/**
 * What `npm pack` gives: its files, its types, its manifest, its docs; and projects that are built
 * with it: none but vite's, React's and Vue's, as somebody might have them.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import vue from '@vitejs/plugin-vue';
import { build } from 'vite';
import { listImages } from '../../scripts/code.mjs';
import { ELEMENTS, elementsThere } from '../../scripts/elements.mjs';
import { makePackage } from '../../scripts/package.mjs';
import { NODE, ROOT, binary } from '../../scripts/process.mjs';
import { startServer } from '../../scripts/serve.mjs';
import { launchChrome } from '../support/browsers.mjs';
import { PROJECTS } from './projects.mjs';
import { exec, image, insertDisk, listen, makeFolder, READY_MS, ready } from './site.mjs';

const LIMIT_MS = 120_000;
/** What the projects have besides the package. */
const OTHERS = ['react', 'react-dom', 'vue', '@types/react', '@types/react-dom', 'csstype'];

function run(program, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    timeout: LIMIT_MS,
  });
  assert.equal(status, 0, `${program} ${args.join(' ')}: ${error ?? ''}${stdout}${stderr}`);
  return stdout;
}

/** npm, as it runs this test, or as it is installed. */
function npm(args, cwd) {
  const script = process.env.npm_execpath;
  return script ? run(NODE, [script, ...args], cwd) : run('npm', args, cwd);
}

/** Every file of the package but docs; what is `-xxxxxxxx` in a name is left out. */
function expectedFiles() {
  const workers = readdirSync(join(ROOT, 'web/host')).filter((name) => name.endsWith('.worker.ts'));
  const code = [
    ...workers.map((name) => name.replace(/\.ts$/, '.js')),
    ...Object.keys(listImages()).map((name) => `${name}.js`),
    ...readdirSync(join(ROOT, 'build/parts')).filter((name) => name.endsWith('.js')),
    'agent.later.js',
    'executive.later.js',
    'library.json',
    'isolated.txt',
    'kernel.wasm',
    'single.txt',
    'time.part.js',
  ];
  const modules = elementsThere().flatMap(({ module }) => [`${module}.d.ts`, `${module}.js`]);
  const types = ['react.d.ts', 'vue.d.ts'];
  return [
    'LICENSE',
    'README.md',
    'package.json',
    ...['custom-elements.json', 'frame.html', 'frame.js', 'disks/blank.img.gz', ...types].map(
      (name) => `lib/${name}`,
    ),
    ...modules.map((name) => `lib/${name}`),
    ...code.map((name) => `lib/assets/${name}`),
  ].sort();
}

suite('e2e/package', () => {
  const { folder, remove } = makeFolder();
  const installed = join(folder, 'node_modules/neptune-web');
  let packed;
  let browser;

  before(async () => {
    makePackage();
    const said = npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], ROOT);
    [packed] = JSON.parse(said);
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    const flags = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
    npm(['install', ...flags, `./${packed.filename}`], folder);
    for (const name of OTHERS) {
      const place = join(folder, 'node_modules', name);
      mkdirSync(dirname(place), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), place, 'junction');
    }
    for (const [project, { files }] of Object.entries(PROJECTS)) {
      mkdirSync(join(folder, project));
      for (const [name, text] of Object.entries(files))
        writeFileSync(join(folder, project, name), text);
    }
    browser = await launchChrome();
  });
  after(async () => {
    await browser?.close();
    remove();
  });

  test('it has what the elements need, docs, and nothing else', () => {
    const names = packed.files
      .map(({ path }) => path.replace(/^(lib\/assets\/.*)-[\w-]{8}(?=\.\w+$)/, '$1'))
      .sort();
    const isDocs = (name) => name.startsWith('lib/docs/');
    assert.deepEqual(
      names.filter((name) => !isDocs(name)),
      expectedFiles(),
    );
    const chapters = names.filter(isDocs);
    assert.ok(chapters.includes('lib/docs/embedding.md'));
    for (const name of chapters) {
      const links = readFileSync(join(installed, name), 'utf8').matchAll(/\]\(([^)#:]+)[)#]/g);
      for (const [, to] of links) assert.ok(chapters.includes(`lib/docs/${to}`), `${name}: ${to}`);
    }
    for (const name of [...elementsThere().map(({ module }) => module), 'frame'])
      assert.doesNotMatch(
        readFileSync(join(installed, `lib/${name}.js`), 'utf8'),
        /sourceMappingURL=(neptune|frame)/,
      );
  });

  test('what package.json names is there, and it needs no other package', () => {
    const about = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    assert.equal(about.dependencies, undefined);
    assert.equal(about.peerDependencies, undefined);
    assert.equal(about.private, true, 'nobody publishes it by accident');
    for (const { module, path } of ELEMENTS)
      assert.deepEqual(about.exports[path], {
        types: `./lib/${module}.d.ts`,
        default: `./lib/${module}.js`,
      });
    const { exports: named, types, main, customElements } = about;
    const there = elementsThere().map(({ path }) => named[path]);
    const listed = [...there, named['./react'], named['./vue']].flatMap(Object.values);
    for (const name of [...listed, types, main, customElements])
      assert.ok(readFileSync(join(installed, name), 'utf8').length > 0, name);
  });

  for (const [name, { check }] of Object.entries(PROJECTS)) {
    test(`${name}: its types are strict in a project of its own`, () => {
      run(NODE, [binary(...check), '-p', 'tsconfig.json'], join(folder, name));
    });

    test(`${name}: what vite builds comes to a prompt, is told of, and goes`, async () => {
      const root = join(folder, name);
      const isCustomElement = (tag) => tag.startsWith('neptune-');
      const plugins =
        name === 'vue' ? [vue({ template: { compilerOptions: { isCustomElement } } })] : [];
      await build({ root, plugins, configFile: false, logLevel: 'warn', base: './' });
      const server = await startServer({ root: join(root, 'dist') });
      const page = await browser.newPage();
      page.setDefaultTimeout(READY_MS);
      try {
        listen(page);
        await page.goto(server.url);
        if (name === 'plain') await page.getByRole('button', { name: 'Start' }).click();
        await ready(page);
        await page.getByRole('group', { name: 'Drive A:' }).waitFor();
        if (name !== 'plain') {
          await page.locator('output', { hasText: 'ver 0' }).waitFor();
          await page.getByRole('button', { name: 'Away' }).click();
          while (page.workers().length > 0) await page.waitForTimeout(50);
          await page.getByRole('button', { name: 'The guide' }).click();
          await page.getByRole('group', { name: 'Drive A:' }).getByText('Mine').waitFor();
          await page.getByRole('button', { name: 'Which version?' }).click();
          await page.locator('pre', { hasText: 'Neptune Web' }).waitFor();
        } else {
          await insertDisk(page, 'A:', image({ 'PACKED.TXT': 'packed' }));
          assert.match((await exec(page, 'dir A:')).output, /PACKED\.TXT/);
          assert.equal(await page.title(), 'dir A: 0');
        }
        assert.deepEqual(
          page.said.filter((line) => !/404/.test(line)),
          [],
        );
      } finally {
        await page.close();
        await server.close();
      }
    });
  }
});
