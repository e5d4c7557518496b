/**
 * The page of the benchmark of files: anyone's browser, one button. `npm run bench -- fs` drives
 * the same page, by `runBenches`.
 *
 * With `?counts` copies are counted from the beginning, which makes everything slower: then only
 * counts are taken.
 */
import type { Options, Result } from './contest.ts';
import { countCopies } from './copies.ts';
import { plot, shown } from './plots.ts';
import { figuresOf } from './statistics.ts';

const PACE = { rounds: 7, roundMs: 30 };
const counting = new URLSearchParams(location.search).has('counts');
if (counting) countCopies();

async function runBenches(options: Partial<Options>): Promise<Partial<Result>> {
  const { time, count } = await import('./contest.ts');
  const all = { ...PACE, ...options };
  return counting ? { counts: await count(all) } : { samples: await time(all) };
}

const part = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;

function cell(name: 'th' | 'td', text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function tableOf(samples: Result['samples']): HTMLElement {
  const who = [...new Set(Object.values(samples).flatMap((row) => Object.keys(row)))];
  const table = document.createElement('table');
  const line = (kind: 'th' | 'td', texts: readonly string[]): void => {
    const row = document.createElement('tr');
    row.append(...texts.map((text) => cell(kind, text)));
    table.append(row);
  };
  line('th', ['microseconds: median (least)', ...who]);
  for (const [name, row] of Object.entries(samples))
    line('td', [
      name,
      ...who.map((one) => {
        const rounds = row[one];
        if (!rounds) return '';
        const { median, least } = figuresOf(rounds);
        return `${shown(median)} (${shown(least)})`;
      }),
    ]);
  return table;
}

function show(samples: Result['samples']): void {
  const plots = Object.entries(samples).map(([name, row]) =>
    plot(
      name,
      Object.fromEntries(Object.entries(row).map(([who, rounds]) => [who, figuresOf(rounds)])),
    ),
  );
  part('plots').replaceChildren(...plots);
  part('table').replaceChildren(tableOf(samples));
}

function offer(samples: Result['samples']): void {
  const save = part<HTMLButtonElement>('save');
  save.disabled = false;
  save.onclick = () => {
    const text = JSON.stringify({ browser: navigator.userAgent, samples }, null, 1);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    link.download = 'fs.json';
    link.click();
    URL.revokeObjectURL(link.href);
  };
}

async function run(): Promise<void> {
  const state = part('state');
  const button = part<HTMLButtonElement>('run');
  button.disabled = true;
  try {
    const { samples = {} } = await runBenches({
      onProgress: (done, total, what) => (state.textContent = `${done + 1} of ${total}: ${what}`),
    });
    show(samples);
    offer(samples);
    state.textContent = 'Done.';
  } catch (error) {
    state.textContent = error instanceof Error ? error.message : String(error);
  } finally {
    button.disabled = false;
  }
}

part('run').onclick = () => void run();
part('about').textContent = globalThis.crossOriginIsolated
  ? 'This page is cross-origin isolated: topology isolated takes part.'
  : 'This page is not cross-origin isolated: topology isolated does not take part, and clocks are coarser.';
Object.assign(globalThis, { runBenches });
