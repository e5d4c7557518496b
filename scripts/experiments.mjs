/**
 * The pages of experiments, docs/experiments/NAME.md, made of web/experiments.
 *
 *   npm run docs:experiments    writes them, and the table of docs/experiments.md
 *
 *   readExperiments()           resolves to the registry as data
 *   pagesOf(experiments)        [name, text][]
 *   tableOf(experiments)        rows of the chapter's table
 *
 * test/tooling/experiments.node.test.mjs says whether they are as made.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { ROOT } from './process.mjs';

const CHAPTER = join(ROOT, 'docs/experiments.md');
const FOLDER = join(ROOT, 'docs/experiments');
const [BEGIN, END] = ['| experiment |', '\n\n'];

export async function readExperiments() {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['web/experiments/registry.ts'],
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'warning',
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  return (await import(`data:text/javascript;base64,${code}`)).EXPERIMENTS;
}

const where = ({ topologies }) =>
  topologies.length > 1 ? '' : ` It needs the topology *${topologies[0]}*.`;

function pageOf(experiment) {
  const { name, title, shows, words, about, steps, look, minutes, bench } = experiment;
  const list = steps.map(({ say }, index) => `${index + 1}. ${say}`);
  return [
    `# ${title}`,
    `${shows} About ${minutes} minutes.${where(experiment)}`,
    `In the [glossary](../glossary.md): ${words.map((word) => word.replace(/ \(.*/, '')).join('; ')}.`,
    `\`\`\`experiment ${name}${bench ? ' bench' : ''}\n${list.join('\n')}\n\nLook for: ${look}\n\`\`\``,
    '## What is behind it',
    about.trim(),
    'Back to [all experiments](../experiments.md).',
  ].join('\n\n');
}

export const pagesOf = (experiments) =>
  experiments.map((experiment) => [experiment.name, `${pageOf(experiment)}\n`]);

export function tableOf(experiments) {
  const rows = experiments.map(
    ({ name, title, shows, minutes }) =>
      `| [${title}](experiments/${name}.md) | ${minutes} | ${shows} |`,
  );
  return ['| experiment | minutes | shows |', '|---|---|---|', ...rows].join('\n');
}

/** The chapter with the table as it is now in it. */
export function chapterWith(text, table) {
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END, from);
  return text.slice(0, from) + table + text.slice(to);
}

export const readChapter = () => readFileSync(CHAPTER, 'utf8');

async function main() {
  const experiments = await readExperiments();
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  for (const [name, text] of pagesOf(experiments)) writeFileSync(join(FOLDER, `${name}.md`), text);
  writeFileSync(CHAPTER, chapterWith(readChapter(), tableOf(experiments)));
  console.log(`${readdirSync(FOLDER).length} pages in docs/experiments`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
