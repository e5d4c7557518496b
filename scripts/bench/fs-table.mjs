/**
 * The benchmark of files as a page of the guide: figures, exact counts, and the ratios that are
 * asked of it.
 *
 *   fsTable(result)   Markdown; `result` is what scripts/bench/fs.mjs writes as JSON
 *   fsGoals(samples)  what is asked, with what was had
 */
const WHO = ['linked', 'single', 'isolated', 'js-fatfs', 'fatfs-wasm'];

export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
}

const READ = 'warm random read of 4 KiB';
const CREATE = 'create, write 8 KB, close';

/** Each is a number made of two medians or one, with a limit. */
const GOALS = [
  [`${READ}: js-fatfs / single`, [READ, 'js-fatfs'], [READ, 'single'], 'at least', 3],
  [`${READ}: single / linked`, [READ, 'single'], [READ, 'linked'], 'at most', 1.3],
  [`${READ}: isolated / linked`, [READ, 'isolated'], [READ, 'linked'], 'at most', 3],
  [
    'open, read 8 KB, close (warm): single / fatfs-wasm',
    ['open, read 8 KB, close (warm)', 'single'],
    ['open, read 8 KB, close (warm)', 'fatfs-wasm'],
    'at most',
    1,
  ],
  [
    'open a name that is not there: single, µs',
    ['open a name that is not there', 'single'],
    undefined,
    'at most',
    3,
  ],
  ['list 100 names: single, µs', ['list 100 names', 'single'], undefined, 'at most', 60],
  [`${CREATE}: single / fatfs-wasm`, [CREATE, 'single'], [CREATE, 'fatfs-wasm'], 'at most', 3],
  [
    'create forty, then one flush: single / fatfs-wasm',
    ['create forty, then one flush (each)', 'single'],
    ['create forty, then one flush (each)', 'fatfs-wasm'],
    'at most',
    5,
  ],
];

export function fsGoals(samples) {
  const value = (part, place) => (place ? quantile(samples[place[0]]?.[place[1]] ?? [], part) : 1);
  return GOALS.map(([name, above, below, sense, limit]) => {
    const [median, least] = [0.5, 0].map((part) => value(part, above) / value(part, below));
    const kept = sense === 'at least' ? median >= limit : median <= limit;
    const verdict = Number.isNaN(median) ? 'not measured' : kept ? 'met' : 'missed';
    return { name, sense, limit, median, least, verdict };
  });
}

const figure = (value) => {
  if (Number.isNaN(value)) return '';
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
};

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function timesTable(samples) {
  const who = WHO.filter((one) => Object.values(samples).some((row) => row[one]));
  const cell = (rounds) =>
    rounds ? `${figure(quantile(rounds, 0.5))} (${figure(quantile(rounds, 0))})` : '';
  return table(
    ['µs: median (least)', ...who],
    Object.entries(samples).map(([name, row]) => [name, ...who.map((one) => cell(row[one]))]),
  );
}

const sum = (counts, pattern) =>
  Object.entries(counts)
    .filter(([name]) => pattern.test(name))
    .reduce((total, [, value]) => total + value, 0);

const whole = (value) => (Number.isInteger(value) ? String(value) : value.toFixed(2));

export function countsTable(counts) {
  const rows = [];
  for (const [name, row] of Object.entries(counts))
    for (const who of WHO) {
      const of = row[who];
      if (!of) continue;
      rows.push([
        name,
        who,
        ...[
          sum(of, /^kernel\.ipc$/),
          sum(of, /^kernel\.switch$/),
          ...(who === 'isolated' ? [NaN] : [sum(of, /^copied bytes$/)]),
          sum(of, /^io\.irp\.fatfs\./),
          sum(of, /^io\.irp\.floppy\./),
          ...(who === 'isolated' ? [NaN] : [sum(of, /^machine\.dma\.transfer$/)]),
        ].map((value) => (Number.isNaN(value) ? '' : whole(value))),
      ]);
    }
  const head = ['one repetition', 'of', 'messages', 'switches', 'bytes copied'];
  return table([...head, 'IRPs to fatfs', 'IRPs to the floppy driver', 'sectors'], rows);
}

function goalsTable(samples) {
  return table(
    ['what', 'asked', 'of the medians', 'of the least', ''],
    fsGoals(samples).map(({ name, sense, limit, median, least, verdict }) => [
      name,
      `${sense} ${limit}`,
      figure(median),
      figure(least),
      verdict,
    ]),
  );
}

function browserPart({ name, load: [first, last], samples, counts }, detailed) {
  const parts = [
    `## ${name}`,
    `Load of the machine: ${first.toFixed(1)} before, ${last.toFixed(1)} after.`,
    '### What is asked',
    goalsTable(samples),
    '### Figures',
    timesTable(samples),
  ];
  if (detailed) parts.push('### Exact counts', countsTable(counts));
  return parts.join('\n\n');
}

export function fsTable({ when, cpu, rounds, browsers }) {
  return `# What files cost

Made by \`npm run bench -- fs\` on ${when.slice(0, 10)}: ${cpu}; microseconds, ${rounds} rounds a figure, after
unmeasured ones until two in a row differ by less than a tenth (5 to 20; 1 to 6 of rows that make or remove something).
[The claim](the-claim.md) explains what is compared and what it says. \`bench.html\` of the built site measures the same in any
browser. Other work on the machine makes figures larger, never smaller: a load above 1 makes them doubtful, those of *isolated* first.

*linked*: the same stack as function calls in one realm, as in a kernel. *single*, *isolated*: the system's topologies. js-fatfs,
fatfs-wasm: libraries in the page, without a cache, on an array.

${browsers.map((browser, index) => browserPart(browser, index === 0)).join('\n\n')}
`;
}
