/**
 * npm run conformance: runs the kernel's conformance programs in Node and writes their table.
 *
 *   node scripts/conformance.mjs [id]     all, and writes docs/kernel-conformance.md; or only those
 *                                         programs whose id contains this, and writes nothing
 *
 *   runAll(wanted?)     results, in order: { family, program, error? }
 *   makeTable(results)  the guide's page about them
 *
 * The programs are bundled into build/conformance/; the kernel is build/kernel.wasm as it is.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { build } from 'vite';
import { ROOT } from './process.mjs';

export const TABLE = join(ROOT, 'docs/kernel-conformance.md');
const BUNDLE = join(ROOT, 'build/conformance');

let bundle;

async function bundlePrograms() {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: join(ROOT, 'test/conformance/index.ts'),
      outDir: BUNDLE,
      emptyOutDir: true,
      rolldownOptions: { output: { entryFileNames: 'programs.mjs' } },
    },
  });
  return await import(pathToFileURL(join(BUNDLE, 'programs.mjs')).href);
}

const programs = () => (bundle ??= bundlePrograms());

export async function runAll(wanted = '') {
  const { families, runProgram } = await programs();
  const wasm = new WebAssembly.Module(readFileSync(join(ROOT, 'build/kernel.wasm')));
  const results = [];
  for (const [family, list] of Object.entries(families)) {
    for (const program of list.filter(({ id }) => id.includes(wanted))) {
      const error = await runProgram(program, wasm).catch((reason) => reason ?? 'rejected');
      results.push({ family, program, error });
    }
  }
  return results;
}

const cell = (text) => text.replaceAll('|', '\\|');

function programRows(results) {
  return results.map(({ program, error }) => {
    const adapted = program.adapted ? ` *Here: ${program.adapted}.*` : '';
    const verdict = error === undefined ? 'pass' : '**FAIL**';
    return `| ${program.id} | ${cell(program.checks)}.${cell(adapted)} | ${verdict} |`;
  });
}

function absentRows(groups) {
  return groups.map(
    ({ ids, about, reason }) => `| ${ids.join(', ')} | ${cell(about)} | ${cell(reason)} |`,
  );
}

function absentTable(title, groups) {
  const count = groups.reduce((sum, { ids }) => sum + ids.length, 0);
  return [
    `### ${title}: ${count}`,
    '',
    '| ids | about | why not |',
    '| --- | --- | --- |',
    ...absentRows(groups),
    '',
  ];
}

const INTRODUCTION = `<!-- Written by npm run conformance: change test/conformance instead. -->

# Conformance of the kernel

sel4test, seL4's own test suite (commit \`6979c403\`), has 230 test ids. Each that makes sense for
this kernel has a program of our own under its id in \`test/conformance/\`, written from what the test
is about and not from its code. Each program is the root task of a kernel of its own on one
processor (those about processors: on two or three), with helper threads and helper processes, and
runs in a browser and in Node with \`npm test\`. *Here* says what differs from the original where that needs what does not exist here.
How this kernel differs from seL4 is in [a chapter of its own](kernel-sel4.md).`;

export async function makeTable(results) {
  const { leftOut, otherApi, otherMachine, absent } = await programs();
  const passed = results.filter(({ error }) => error === undefined).length;
  const without = absent.reduce((sum, { ids }) => sum + ids.length, 0);
  const families = [...new Set(results.map(({ family }) => family))];
  const lines = [
    INTRODUCTION,
    '',
    `**${results.length} programs: ${passed} pass, ${results.length - passed} fail.**`,
    `${without} ids have no program; [the reasons](#tests-without-a-program) are at the end.`,
    '',
    '## The programs',
    '',
  ];
  for (const family of families) {
    const own = results.filter((result) => result.family === family);
    lines.push(`### ${family[0].toUpperCase()}${family.slice(1)}`, '');
    lines.push('| id | what is checked | result |', '| --- | --- | --- |', ...programRows(own), '');
  }
  lines.push('## Tests without a program', '');
  lines.push(...absentTable('Left out of this kernel', leftOut));
  lines.push(...absentTable('Of the MCS API', otherApi));
  lines.push(...absentTable('Of another machine', otherMachine));
  const options = await resolveConfig(TABLE);
  return await format(lines.join('\n'), { ...options, filepath: TABLE });
}

async function main(wanted) {
  const start = Date.now();
  const results = await runAll(wanted);
  for (const { program, error } of results) {
    if (error !== undefined) console.log(`${program.id}: ${error.stack ?? error}`);
  }
  if (!wanted) writeFileSync(TABLE, await makeTable(results));
  const failed = results.filter(({ error }) => error !== undefined).length;
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(`${results.length - failed} passed, ${failed} failed, ${seconds} s`);
  return failed === 0 && results.length > 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = (await main(process.argv[2])) ? 0 : 1;
}
