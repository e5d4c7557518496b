/**
 * The linter's rules, and among them the directions in which imports run.
 *
 * `layers` says for each folder what its files may import; everything else is an error, type
 * imports included. test/tooling/imports.node.test.mjs proves that each of them fires. A driver may
 * import wdm and rtl, and never another driver: the list of drivers is read from the folders under
 * drivers/.
 */
import { readdirSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const root = dirname(fileURLToPath(import.meta.url));
const PACKAGES = 'node_modules';

/**
 * Folder -> what it may import besides itself. A folder under web/ that is not named may import
 * everything.
 */
const layers = {
  'kernel-as': [],
  'personality/rtl': [],
  'personality/sel4': ['kernel-as/abi.ts'],
  'personality/ntos': ['personality/rtl', 'personality/sel4'],
  'personality/ntdll': ['personality/rtl', 'personality/sel4'],
  'personality/wdm': ['personality/rtl', 'personality/sel4'],
  'personality/smss': ['personality/ntdll', 'personality/rtl'],
  'personality/ntcmd': ['personality/ntdll', 'personality/rtl'],
  drivers: ['personality/wdm', 'personality/rtl'],
  'web/machine': [],
  'web/store': [PACKAGES],
};

/** Every drivers/<class>/<name>: a folder, or a driver that is one file. */
function listDrivers() {
  const entriesOf = (folder) => readdirSync(`${root}/${folder}`, { withFileTypes: true });
  const drivers = [];
  for (const group of entriesOf('drivers').filter((entry) => entry.isDirectory())) {
    for (const entry of entriesOf(`drivers/${group.name}`)) {
      if (entry.isDirectory() || extname(entry.name) === '.ts') {
        drivers.push(`drivers/${group.name}/${entry.name}`);
      }
    }
  }
  return drivers;
}

const zones = [
  ...Object.entries(layers).map(([folder, others]) => ({
    target: `./${folder}`,
    from: '.',
    except: [`./${folder}`, ...others.map((other) => `./${other}`)],
    message: `${folder} may import ${others.join(', ') || 'nothing'} besides itself.`,
  })),
  ...listDrivers().map((driver) => ({
    target: `./${driver}`,
    from: './drivers',
    except: [`./${driver.slice('drivers/'.length)}`],
    message: 'A driver may not import another driver.',
  })),
];

/**
 * What runs in processes and what stands for hardware: nothing of the host or of Node reaches it.
 */
const INNER = ['personality/**/*.ts', 'drivers/**/*.ts', 'web/machine/**/*.ts'];

const kernelRules = [
  {
    selector:
      'MemberExpression[object.name="WebAssembly"][property.name=/^(Instance|instantiate)/]',
    message: 'Only personality/sel4 makes an instance of the kernel.',
  },
];

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'build/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
      'max-len': [
        'error',
        {
          code: 100,
          ignoreUrls: true,
          ignoreStrings: true,
          ignoreTemplateLiterals: true,
          ignoreRegExpLiterals: true,
        },
      ],
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['kernel-as/**'],
    extends: [tseslint.configs.recommended],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    settings: {
      'import-x/resolver-next': [
        createTypeScriptImportResolver({ project: `${root}/tsconfig.json` }),
      ],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // NT's and seL4's names are kept as they are, and a forgotten await is a lost system call.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { basePath: root, zones }],
      'import-x/no-unresolved': 'error',
    },
  },
  {
    files: INNER,
    rules: { 'no-restricted-imports': ['error', { patterns: ['node:*'] }] },
  },
  {
    files: ['personality/**/*.ts', 'drivers/**/*.ts', 'web/**/*.ts'],
    ignores: ['personality/sel4/**'],
    rules: { 'no-restricted-syntax': ['error', ...kernelRules] },
  },
  {
    // AssemblyScript: TypeScript's grammar with decorators on functions, and none of its types.
    files: ['kernel-as/**/*.ts'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { allowInvalidAST: true },
    },
    rules: { 'prefer-const': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-unused-expressions': 'off' },
  },
);
