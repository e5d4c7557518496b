/**
 * The import rules fire where they should and nowhere else.
 *
 * A small checkout is made with one file in each layer; then every file is linted as importing
 * every other, and the verdicts are compared with ALLOWED, which is written here a second time on
 * purpose.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { ESLint } from 'eslint';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { importCycles } from '../../scripts/import-cycles.mjs';
import { importRules, importSettings } from '../../scripts/import-rules.mjs';
import { ROOT } from '../../scripts/process.mjs';

const FATFS = 'drivers/filesystems/fatfs/main.ts';
const FDC = 'drivers/storage/fdc/main.ts';
const NULL = 'drivers/base/null/main.ts';
const SERIAL = 'drivers/serial/main.ts';
const ABI = 'kernel-as/abi.ts';
const LAYOUT = 'kernel-as/layout.ts';
const WASM = 'kernel-as/index.ts';
const PACKAGE = 'node_modules/some-package/index.ts';
const [RTL, SEL4, NTOS, NTDLL, WDM, SMSS, NTCMD] = [
  ...['rtl', 'sel4', 'ntos', 'ntdll', 'wdm', 'smss', 'ntcmd'],
].map((name) => `personality/${name}/main.ts`);
const [MACHINE, STORE, HOST, SITE, PAGE, ELEMENT, BESIDE] = [
  ...['machine', 'store', 'host', 'site', 'page', 'element', 'beside'],
].map((name) => `web/${name}/main.ts`);
const CODEC = 'web/machine/fdc/track-codec.ts';
const DRIVERS = [FATFS, FDC, NULL, SERIAL];
const PERSONALITY = [RTL, SEL4, NTOS, NTDLL, WDM, SMSS, NTCMD];
const WEB = [MACHINE, CODEC, STORE, HOST, SITE, PAGE, ELEMENT, BESIDE];
const ALL = [...PERSONALITY, ...DRIVERS, ...WEB, ABI, LAYOUT, WASM, PACKAGE];

const ALLOWED = new Map([
  [RTL, []],
  [SEL4, [ABI, LAYOUT]],
  [NTOS, [RTL, SEL4]],
  [NTDLL, [RTL, SEL4]],
  [WDM, [RTL, SEL4]],
  [SMSS, [NTDLL, RTL]],
  [NTCMD, [NTDLL, RTL]],
  ...DRIVERS.map((driver) => [driver, [WDM, RTL]]),
  [MACHINE, [CODEC]],
  [STORE, [PACKAGE, CODEC]],
  [PAGE, [PACKAGE]],
  [ELEMENT, [...PERSONALITY, MACHINE, CODEC, STORE, HOST, PAGE, PACKAGE]],
  [BESIDE, [PAGE, PACKAGE]],
  [HOST, ALL],
  [SITE, ALL],
]);

/** What is made or fetched, and AssemblyScript. */
const NOT_LOOKED_AT = ['build', 'dist', 'kernel-as', 'lib', 'node_modules'];
/**
 * The kernel's rules are defined by each other: deleting ends a thread, which cancels its call,
 * which deletes its reply capability.
 */
const DEFINED_TOGETHER = 'test/spec/model/';

let root = '';

function write(path, text) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function makeLinter() {
  return new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: {
      files: ['**/*.ts'],
      plugins: { 'import-x': importX },
      languageOptions: { parser: tseslint.parser },
      settings: importSettings(root),
      rules: importRules(root),
    },
  });
}

async function rulesBroken(path, code) {
  const [result] = await makeLinter().lintText(code, { filePath: join(root, path) });
  return result.messages.map((message) => message.ruleId ?? message.message);
}

function specifier(from, to) {
  if (to === PACKAGE) return 'some-package';
  const path = relative(dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}

suite('import directions', () => {
  before(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'neptune-imports-')));
    write('tsconfig.json', '{"compilerOptions":{"allowImportingTsExtensions":true,"noEmit":true}}');
    write('node_modules/some-package/package.json', '{"name":"some-package","main":"index.ts"}');
    for (const path of ALL) write(path, 'export const value = 1;\n');
    write('personality/rtl/other.ts', 'export const value = 2;\n');
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  for (const [from, allowed] of ALLOWED) {
    test(`${from} imports what its layer may, and no more`, async () => {
      const others = ALL.filter((to) => to !== from);
      for (const to of others) {
        const broken = await rulesBroken(from, `import '${specifier(from, to)}';\n`);
        const expected = allowed.includes(to) ? [] : ['import-x/no-restricted-paths'];
        assert.deepEqual(broken, expected, `${from} -> ${to}`);
      }
    });
  }

  test('types, dynamic imports and re-exports count as well', async () => {
    const ways = (path) => [
      `import type { value } from '${path}';\nexport type A = typeof value;\n`,
      `export * from '${path}';\n`,
      `export const load = () => import('${path}');\n`,
    ];
    for (const code of ways(specifier(FATFS, SEL4))) {
      assert.deepEqual(await rulesBroken(FATFS, code), ['import-x/no-restricted-paths'], code);
    }
    for (const code of ways(specifier(FATFS, WDM))) {
      assert.deepEqual(await rulesBroken(FATFS, code), [], code);
    }
  });

  test('a folder may import itself, and nothing that is not there', async () => {
    assert.deepEqual(await rulesBroken(RTL, "import './other.ts';\n"), []);
    assert.deepEqual(await rulesBroken(RTL, "import './gone.ts';\n"), ['import-x/no-unresolved']);
  });
});

suite('circles of imports', () => {
  const found = async (texts) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'neptune-cycles-')));
    try {
      for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
      return await importCycles(folder, Object.keys(texts));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  test('of two, of three, by a re-export, by what comes later; a file that imports itself', async () => {
    const texts = {
      'a.ts': "import './b.ts';\n",
      'b.ts': "export * from './a.ts';\n",
      'c.ts': "export const load = () => import('./d.ts');\n",
      'd.ts': "import './e.ts';\n",
      'e.ts': "import { load } from './c.ts';\nload();\n",
      'f.ts': "import './f.ts';\n",
    };
    const cycles = [['a.ts', 'b.ts'], ['c.ts', 'd.ts', 'e.ts'], ['f.ts']];
    assert.deepEqual((await found(texts)).sort(), cycles);
  });

  test('a type leads nowhere; two ways to one file are no circle', async () => {
    const texts = {
      'a.ts': "import './b.ts';\nimport './c.ts';\n",
      'b.ts': "import './c.ts';\nexport interface B { a: number }\n",
      'c.ts': "import type { B } from './b.ts';\nexport const c: B = { a: 1 };\n",
    };
    assert.deepEqual(await found(texts), []);
  });

  test('there is none in this checkout', async () => {
    const folders = readdirSync(ROOT, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !/^\./.test(entry.name))
      .map(({ name }) => name)
      .filter((name) => !NOT_LOOKED_AT.includes(name));
    const files = folders.flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true })
        .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
        .filter((name) => /(?<!\.d)\.ts$/.test(name)),
    );
    assert.ok(files.includes('personality/rtl/services.ts'), 'all of it is looked at');
    const all = await importCycles(ROOT, files);
    const wrong = all.filter((cycle) => !cycle.every((file) => file.startsWith(DEFINED_TOGETHER)));
    assert.deepEqual(wrong, []);
  });
});

suite('the linter as npm run lint runs it', () => {
  const lint = async (filePath, code) => {
    const [result] = await new ESLint().lintText(code, { filePath });
    return result.messages.map((message) => message.ruleId ?? message.message);
  };

  test('applies the import rules to this checkout', async () => {
    const code = "export type { Thread } from '../sel4/types.ts';\n";
    assert.deepEqual(await lint('personality/rtl/irp.ts', code), ['import-x/no-restricted-paths']);
  });

  test('refuses any, a lost promise, a call of the kernel, and a file that is too long', async () => {
    const path = 'personality/rtl/irp.ts';
    const any = 'export const value = 1 as any;\n';
    assert.deepEqual(await lint(path, any), ['@typescript-eslint/no-explicit-any']);
    const lost = 'export function start() {\n  Promise.resolve();\n}\n';
    assert.deepEqual(await lint(path, lost), ['@typescript-eslint/no-floating-promises']);
    const kernel = 'export const made = new WebAssembly.Instance(null!);\n';
    assert.deepEqual(await lint(path, kernel), ['no-restricted-syntax']);
    const node = "export * from 'node:fs';\n";
    assert.ok((await lint(path, node)).includes('no-restricted-imports'));
    const only = "suite.only('alone', () => {});\n";
    assert.deepEqual(await lint('test/support/mtools.test.ts', only), ['no-restricted-syntax']);
    const long = 'export {};\n'.repeat(401);
    assert.deepEqual(await lint(path, long), ['max-lines']);
  });
});
