/**
 * The elements: what is built as a module of its own, and what the package exports. One row each;
 * a new one is a row here and a line of package.json's `exports`.
 *
 *   module   dist/<module>.js, lib/<module>.js, lib/<module>.d.ts
 *   folder   web/<folder>/index.ts is its entry; the folder's files that say `declare global` have
 *            its tags in HTMLElementTagNameMap, one or more
 *   path     how the package exports it; the first is the machine, whose types the others use
 *
 *   entryOf(element)     path of its entry
 *   elementsThere()      the rows whose entry there is
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './process.mjs';

export const ELEMENTS = [
  { module: 'neptune-os', folder: 'element', path: '.' },
  { module: 'neptune-files', folder: 'files', path: './files.js' },
  { module: 'neptune-box', folder: 'box', path: './box.js' },
  { module: 'neptune-view', folder: 'view', path: './view.js' },
  { module: 'neptune-experiment', folder: 'experiments', path: './experiment.js' },
  { module: 'neptune-bench', folder: 'workbench', path: './bench.js' },
];

export const entryOf = ({ folder }) => `web/${folder}/index.ts`;

export function elementsThere() {
  return ELEMENTS.filter((element) => existsSync(join(ROOT, entryOf(element))));
}
