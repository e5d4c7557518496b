/**
 * The licences of the FAT libraries that the benchmark of files is built with.
 *
 *   benchLicences()   one text; raises where a library has changed its licence
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../process.mjs';

const MODULES = join(ROOT, 'node_modules');
const read = (...path) => readFileSync(join(MODULES, ...path), 'utf8').trim();

/** Of each library: its licence as its package names it, and where the text is. */
const LIBRARIES = [
  ['js-fatfs', 'BSD-1-Clause', () => read('js-fatfs', 'LICENSE')],
  ['fatfs-wasm', 'MIT', ({ author }) => `The MIT License: ${author}\n\n${mitTerms()}`],
];

/** A package that names the licence without its text: the terms are those of this project's. */
function mitTerms() {
  const text = readFileSync(join(ROOT, 'LICENSE'), 'utf8');
  return text.slice(text.indexOf('Permission is hereby granted')).trim();
}

export function benchLicences() {
  const parts = LIBRARIES.map(([name, licence, text]) => {
    const manifest = JSON.parse(read(name, 'package.json'));
    if (manifest.license !== licence)
      throw new Error(`${name} is under ${manifest.license}: see scripts/bench/licences.mjs`);
    return `${name} ${manifest.version}\n\n${text(manifest)}`;
  });
  parts.push(`FatFs by ChaN, in both\n\n${read('js-fatfs', 'fatfs', 'LICENSE.txt')}`);
  return `${parts.join(`\n\n${'-'.repeat(72)}\n\n`)}\n`;
}
