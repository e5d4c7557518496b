/**
 * The directions in which imports run, as settings of the linter's import rules.
 *
 *   LAYERS               folder -> what its files may import besides their own folder
 *   importRules(root)    ESLint rules for a checkout at `root`
 *   importSettings(root) how imports are resolved to files there
 *
 * Type imports count like any other. A driver may import wdm and rtl and never another driver: the
 * drivers are read from the folders under drivers/, so a new one needs no line here. Folders that
 * LAYERS does not name (web/host, web/view, web/site, test) may import everything.
 *
 * Proved by test/tooling/imports.node.test.mjs.
 */
import { existsSync, readdirSync } from 'node:fs';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';

const PACKAGES = 'node_modules';
const oneOfFdc = (name) => `web/machine/fdc/${name}.ts`;
/** What an element beside a machine may know of it: what it is for a page, and its colours. */
const MACHINE = ['index', 'neptune-os', 'types', 'palette'].map((name) => `web/element/${name}.ts`);

export const LAYERS = {
  'kernel-as': [],
  'personality/rtl': [],
  // The kernel's numbers and the places in its memory are the same files for both sides.
  'personality/sel4': ['kernel-as/abi.ts', 'kernel-as/layout.ts'],
  'personality/ntos': ['personality/rtl', 'personality/sel4'],
  'personality/ntdll': ['personality/rtl', 'personality/sel4'],
  'personality/wdm': ['personality/rtl', 'personality/sel4'],
  'personality/smss': ['personality/ntdll', 'personality/rtl'],
  'personality/fstools': ['personality/ntdll', 'personality/rtl'],
  // It knocks at the kernel's doors to show that they are closed.
  'personality/lab': ['personality/ntdll', 'personality/rtl', 'personality/sel4'],
  'personality/ntcmd': ['personality/ntdll', 'personality/rtl'],
  // Ciphers and hashes: functions of bytes to bytes, which need nothing of the platform.
  drivers: ['personality/wdm', 'personality/rtl', 'node_modules/@noble'],
  'web/machine': [],
  // What a disk has beyond its bytes is the same form on both sides.
  'web/store': [
    PACKAGES,
    ...['formats', 'track', 'track-codec'].map(oneOfFdc),
    // And where a FAT volume has its parts is the same for those who share it and who mount it.
    'personality/rtl/fat-layout.ts',
  ],
  // What elements have in common: the machine's, and those that stand beside one.
  'web/page': [PACKAGES],
  'web/element': [
    ...[PACKAGES, 'personality', 'web/page'],
    ...['web/host', 'web/machine', 'web/parts', 'web/store'],
  ],
  'web/beside': [PACKAGES, 'web/page', ...MACHINE],
  'web/files': [PACKAGES, 'web/page', 'web/beside', ...MACHINE],
  'web/box': [PACKAGES, 'web/page', 'web/beside', ...MACHINE],
};

/** The topmost folders under `folder` that hold source files: each is one driver. */
function listDrivers(root, folder = 'drivers') {
  if (!existsSync(`${root}/${folder}`)) return [];
  const entries = readdirSync(`${root}/${folder}`, { withFileTypes: true });
  const isDriver = entries.some((entry) => entry.isFile() && entry.name.endsWith('.ts'));
  if (isDriver && folder !== 'drivers') return [folder];
  const inside = entries.filter((entry) => entry.isDirectory());
  return inside.flatMap((entry) => listDrivers(root, `${folder}/${entry.name}`));
}

function makeZones(root) {
  const layers = Object.entries(LAYERS).map(([folder, others]) => ({
    target: `./${folder}`,
    from: '.',
    except: [`./${folder}`, ...others.map((other) => `./${other}`)],
    message: `${folder} may import ${others.join(', ') || 'nothing'} besides itself.`,
  }));
  const drivers = listDrivers(root).map((driver) => ({
    target: `./${driver}`,
    from: './drivers',
    except: [`./${driver.slice('drivers/'.length)}`],
    message: 'A driver may not import another driver.',
  }));
  const hub = {
    target: './personality/ntos/*/**',
    from: './personality/ntos/executive.ts',
    message: 'A component names what it needs in its needs.ts.',
  };
  return [...layers, ...drivers, hub];
}

export function importRules(root) {
  return {
    'import-x/no-restricted-paths': ['error', { basePath: root, zones: makeZones(root) }],
    'import-x/no-unresolved': 'error',
  };
}

export function importSettings(root) {
  return {
    'import-x/resolver-next': [
      createTypeScriptImportResolver({ project: `${root}/tsconfig.json` }),
    ],
    'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
  };
}
