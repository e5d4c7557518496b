/**
 * The linter's rules. The directions of imports are in scripts/import-rules.mjs, and who may name
 * what is not determined in scripts/door-rules.mjs.
 *
 * Layout is prettier's business; what is left to the linter is length, honesty of types, and
 * promises that nobody awaits.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { DOOR, DOORED, doorRules } from './scripts/door-rules.mjs';
import { importRules, importSettings } from './scripts/import-rules.mjs';

const root = dirname(fileURLToPath(import.meta.url));

const lengthRules = {
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
};

/** Imports of Node's modules in what runs in a process or stands for hardware. */
const noNode = { patterns: ['node:*'] };

const noKernel = {
  selector:
    'MemberExpression[object.name="WebAssembly"][property.name=/^(Instance|instantiate)/], ' +
    'Literal[value=/kernel\\.wasm/]',
  message: 'Only personality/sel4 calls the kernel.',
};

/** A table of numbers that is taken as an object is in the bundle whole, names included. */
const noTable = {
  selector: 'VariableDeclarator[id.type="ObjectPattern"][init.name=/^(Status|sec|se)$/]',
  message: 'Name the constant where it is used: taken apart, the whole table is in the file.',
};

const noOnly = {
  selector: 'CallExpression[callee.property.name="only"]',
  message: 'A test left alone keeps all others of its file from running.',
};

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'lib/', 'build/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    rules: { ...lengthRules, 'no-var': 'error', 'prefer-const': 'error', eqeqeq: 'error' },
  },
  {
    files: ['**/*.ts'],
    ignores: ['kernel-as/**'],
    extends: [tseslint.configs.recommended],
    plugins: { 'import-x': importX },
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['vite.config.ts'] },
        tsconfigRootDir: root,
      },
    },
    settings: importSettings(root),
    rules: {
      ...importRules(root),
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // A forgotten await is a system call whose answer is lost.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
    },
  },
  {
    files: ['personality/**/*.ts', 'drivers/**/*.ts', 'web/machine/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', noNode] },
  },
  {
    files: ['personality/**/*.ts', 'drivers/**/*.ts', 'web/machine/**/*.ts', 'web/store/**/*.ts'],
    ignores: ['personality/sel4/**'],
    rules: { 'no-restricted-syntax': ['error', noKernel, noTable] },
  },
  {
    // AssemblyScript: TypeScript's grammar with decorators on functions, and none of its types.
    files: ['kernel-as/**/*.ts'],
    plugins: { 'import-x': importX },
    settings: importSettings(root),
    languageOptions: { parser: tseslint.parser, parserOptions: { allowInvalidAST: true } },
    rules: {
      'prefer-const': 'off',
      // Both compare numbers of one type here.
      eqeqeq: 'off',
      'import-x/no-restricted-paths': importRules(root)['import-x/no-restricted-paths'],
    },
  },
  { files: DOORED, ignores: [DOOR], rules: doorRules },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      'no-restricted-syntax': ['error', noOnly],
    },
  },
);
