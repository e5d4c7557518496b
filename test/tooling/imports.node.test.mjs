/**
 * The import rules fire where they should and nowhere else.
 *
 * A small checkout is made with one file in each layer; then every file is linted as importing
 * every other, and the verdicts are compared with ALLOWED, which is written here a second time on
 * purpose.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { ESLint } from 'eslint';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { importRules, importSettings } from '../../scripts/import-rules.mjs';

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
    write('personality/rtl/loop-a.ts', "export * from './loop-b.ts';\n");
    write('personality/rtl/loop-b.ts', "export * from './loop-a.ts';\n");
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

  test('a folder may import itself, and not in a circle', async () => {
    assert.deepEqual(await rulesBroken(RTL, "import './other.ts';\n"), []);
    const code = "export * from './loop-b.ts';\n";
    assert.deepEqual(await rulesBroken('personality/rtl/loop-a.ts', code), ['import-x/no-cycle']);
    assert.deepEqual(await rulesBroken(RTL, "import './gone.ts';\n"), ['import-x/no-unresolved']);
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
