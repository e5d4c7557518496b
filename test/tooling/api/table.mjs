/**
 * The tables of docs/native-api.md: which tests are said to show each service.
 *
 *   rows()          { names, files, absent, wrong } of each row that names services: the files of
 *                   the tests that it names, and names of tests that lead to no file
 *   reach(file)     the text of a test and of what it imports of the tests and of ntdll's helpers
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../../../scripts/process.mjs';

const ROW = /^\| (.+?) \| (.*?) \| (.*?) ?\|$/gm;
const SERVICE = /`((?:Nt|Rtl)\w+)`/g;
/** All services are in it, so nothing is shown by it. */
const ALL_SERVICES = 'personality/ntdll/native.ts';
const HELPERS = /^(test|personality\/ntdll)\//;

const read = (file) => readFileSync(join(ROOT, file), 'utf8');
const quoted = (text) => [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word);

const tests = readdirSync(join(ROOT, 'test'), { recursive: true })
  .map((name) => `test/${name.replaceAll('\\', '/')}`)
  .filter((name) => name.endsWith('.test.ts'));

export function rows() {
  return [...read('docs/native-api.md').matchAll(ROW)]
    .map(([, services, state, shown]) => {
      const named = quoted(shown)
        .filter((word) => word !== 'reg')
        .map((word) => tests.filter((file) => file.endsWith(`/${word}.test.ts`)));
      return {
        names: [...services.matchAll(SERVICE)].map(([, name]) => name),
        absent: state.startsWith('not') || state.startsWith('there is no'),
        byShell: shown.includes("the shell's `reg`"),
        files: named.flat(),
        wrong: quoted(shown).filter((word, index) => word !== 'reg' && named[index]?.length === 0),
      };
    })
    .filter(({ names }) => names.length > 0);
}

export function reach(file, seen = new Set()) {
  if (seen.has(file)) return '';
  seen.add(file);
  const text = read(file);
  const imports = [...text.matchAll(/from '(\.[^']+)'/g)]
    .map(([, to]) => join(dirname(file), to))
    .filter((path) => HELPERS.test(path) && path !== ALL_SERVICES);
  return [text, ...imports.map((path) => reach(path, seen))].join('\n');
}
