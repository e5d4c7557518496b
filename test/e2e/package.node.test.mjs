/** What `npm pack` gives: its files, its types, its manifest, and a page that is built with it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { build } from 'vite';
import { listImages } from '../../scripts/code.mjs';
import { makePackage } from '../../scripts/package.mjs';
import { NODE, ROOT, binary } from '../../scripts/process.mjs';
import { startServer } from '../../scripts/serve.mjs';
import { launchChrome } from '../support/browsers.mjs';
import { exec, image, insertDisk, makeFolder, openSite } from './site.mjs';

const LIMIT_MS = 120_000;

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

/** Every file of the package; what is `-xxxxxxxx` in a name is left out. */
function expectedFiles() {
  const workers = readdirSync(join(ROOT, 'web/host')).filter((name) => name.endsWith('.worker.ts'));
  const code = [
    ...workers.map((name) => name.replace(/\.ts$/, '.js')),
    ...Object.keys(listImages()).map((name) => `${name}.js`),
    'boot.txt',
    'kernel.wasm',
  ];
  return [
    'LICENSE',
    'README.md',
    'package.json',
    'lib/custom-elements.json',
    'lib/frame.html',
    'lib/frame.js',
    'lib/neptune-os.d.ts',
    'lib/neptune-os.js',
    'lib/disks/blank.img.gz',
    ...code.map((name) => `lib/assets/${name}`),
  ].sort();
}

/** Whatever of the types an author is likely to touch; the last lines must not compile. */
const USE = `
import { NeptuneOs, SystemError, type ExecResult, type DiskDetail } from 'neptune-web';
const os = document.createElement('neptune-os');
const same: NeptuneOs = document.querySelector('neptune-os')!;
os.diskA = 'a.img';
os.controls = true;
os.addEventListener('neptune-disk', ({ detail }) => {
  const { drive, change }: DiskDetail = detail;
  console.log(drive === 'A:', change === 'saved');
});
document.addEventListener('neptune-fault', (event) => console.log(event.detail.status + 1));
const result: ExecResult = await os.exec('dir');
await same.insertDisk('B:', new Uint8Array(1474560), { label: 'x', persist: false });
for await (const record of os.trace({ interval: 10 })) console.log(record.sequence);
try {
  await os.readFile('A:\\\\X');
} catch (error) {
  if (error instanceof SystemError) console.log(error.status, result.output.length);
}
// @ts-expect-error -- a number is no line
void os.exec(7);
// @ts-expect-error -- there is no such detail
os.addEventListener('neptune-output', ({ detail }) => detail.status);
// @ts-expect-error -- read only
os.unsaved = true;
`;

const PAGE = `<!doctype html><title>Built</title>
<script type="module" src="./main.js"></script><neptune-os controls></neptune-os>`;

suite('e2e/package', () => {
  const { folder, remove } = makeFolder();
  const app = join(folder, 'app');
  const installed = join(app, 'node_modules/neptune-web');
  let packed;

  before(() => {
    makePackage();
    const said = npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], ROOT);
    [packed] = JSON.parse(said);
    mkdirSync(installed, { recursive: true });
    writeFileSync(join(app, 'package.json'), '{ "type": "module" }');
    run('tar', ['-xzf', join(folder, packed.filename), '--strip-components=1', '-C', installed]);
  });
  after(remove);

  test('it has what the component needs, and nothing else', () => {
    const names = packed.files.map(({ path }) =>
      path.replace(/^(lib\/assets\/.*)-[\w-]{8}(?=\.\w+$)/, '$1'),
    );
    assert.deepEqual(names.sort(), expectedFiles());
    for (const name of ['neptune-os', 'frame'])
      assert.doesNotMatch(
        readFileSync(join(installed, `lib/${name}.js`), 'utf8'),
        /sourceMappingURL=(neptune|frame)/,
      );
  });

  test('what package.json names is there, and it needs no other package', () => {
    const about = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    assert.equal(about.dependencies, undefined);
    assert.equal(about.private, true, 'nobody publishes it by accident');
    const { types, default: code } = about.exports['.'];
    for (const name of [types, code, about.types, about.main, about.customElements])
      assert.ok(readFileSync(join(installed, name), 'utf8').length > 0, name);
  });

  test('its types stand alone, and are strict', () => {
    writeFileSync(join(app, 'use.ts'), USE);
    const options =
      '--strict --noEmit --target es2022 --lib es2023,dom,dom.iterable,dom.asynciterable';
    for (const modules of ['--module esnext --moduleResolution bundler', '--module nodenext'])
      run(NODE, [binary('typescript', 'tsc'), ...`${options} ${modules} use.ts`.split(' ')], app);
  });

  test('a page built with it by vite comes to a prompt', async () => {
    writeFileSync(join(app, 'index.html'), PAGE);
    writeFileSync(join(app, 'main.js'), "import 'neptune-web';\n");
    await build({ root: app, configFile: false, logLevel: 'warn', base: './' });
    const server = await startServer({ root: join(app, 'dist') });
    const browser = await launchChrome();
    try {
      const page = await browser.newPage();
      await openSite(page, server.url);
      await insertDisk(page, 'A:', image({ 'PACKED.TXT': 'packed' }));
      assert.match((await exec(page, 'dir A:')).output, /PACKED\.TXT/);
      assert.deepEqual(
        page.said.filter((line) => !/404/.test(line)),
        [],
      );
    } finally {
      await browser.close();
      await server.close();
    }
  });
});
