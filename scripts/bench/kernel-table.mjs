/**
 * The kernel's benchmark as a page of the guide: figures, and the ratios that are asked of it.
 *
 *   kernelTable(result)   Markdown; `result` is what scripts/bench.mjs writes as JSON
 */

const GROUPS = {
  'Without a kernel, one processor': ['empty Wasm call', 'two async functions, to and fro'],
  'One processor, through the user library': [
    'null call (Poll)',
    'signal, nobody waits',
    'call + reply, 0 words',
    'call + reply, 10 words',
    "call + reply, on the caller's stack",
    'yield to another thread',
    'fault and answer',
    'retype one endpoint',
    'revoke 1000 children',
  ],
  'The kernel alone, without promises': [
    'kernel alone: null call (Poll)',
    'kernel alone: call + reply, 0 words',
    'kernel alone: call + reply, 0 words, with the lock',
    'kernel alone: call + reply, 0 words, no fast path',
    'kernel alone: call + reply, 0 words, tracing',
    'kernel alone: call + reply, 10 words',
  ],
  'Without a kernel, two workers': [
    'spinning ping-pong',
    'Atomics.wait/notify',
    'Atomics.wait/notify after a pause',
    'postMessage',
    'comlink',
  ],
  'Two processors': [
    'two processors, block to block',
    'two processors, block to block, after a pause',
    'two processors, yield to block',
    'two processors, yield to block, after a pause',
  ],
};

function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
}

const statistics = {
  least: (values) => quantile(values, 0),
  median: (values) => quantile(values, 0.5),
};

function figure(value) {
  if (value < 0.1) return value.toFixed(4);
  return value < 10 ? value.toFixed(3) : value.toFixed(1);
}

function row(name, values) {
  const parts = [0, 0.25, 0.5, 0.75].map((part) => figure(quantile(values, part)));
  return `| ${name} | ${parts.join(' | ')} |`;
}

/** What is asked: each is a ratio of two times, with a limit. */
function ratios(samples, pick) {
  const time = (name) => pick(samples[name] ?? []);
  const local = time('call + reply, 0 words');
  return [
    ['comlink / call + reply on one processor', time('comlink') / local, 'at least', 300],
    [
      'call + reply on one processor / two async functions',
      local / time('two async functions, to and fro'),
      'at most',
      1.5,
    ],
    [
      "the kernel's own call + reply / two empty Wasm calls",
      time('kernel alone: call + reply, 0 words') / (2 * time('empty Wasm call')),
      'at most',
      8,
    ],
    [
      'two processors back to back / (spinning + call + reply on one)',
      time('two processors, block to block') / (time('spinning ping-pong') + local),
      'at most',
      1.5,
    ],
    [
      'two processors after a pause / Atomics.wait/notify after a pause',
      time('two processors, block to block, after a pause') /
        time('Atomics.wait/notify after a pause'),
      'at most',
      1.3,
    ],
  ];
}

function ratioRows(samples) {
  const [least, median] = [statistics.least, statistics.median].map((pick) =>
    ratios(samples, pick),
  );
  return median.map(([name, value, sense, limit], i) => {
    const kept = sense === 'at least' ? value >= limit : value <= limit;
    const both = [value, least[i][1]];
    const shown = both.map((each) => each.toFixed(each < 10 ? 2 : 0)).join(' | ');
    return `| ${name} | ${sense} ${limit} | ${shown} | ${kept ? 'kept' : 'missed'} |`;
  });
}

export function kernelTable(result) {
  const { samples } = result;
  const rounds = result.sessions * result.rounds;
  const lines = [
    '# Benchmarks of the kernel',
    '',
    `Made by \`npm run bench -- kernel\` on ${result.when.slice(0, 10)}: ${result.browser},`,
    `${result.cpu}, load average ${result.load.least.toFixed(1)} to ${result.load.most.toFixed(1)}.`,
    `Microseconds for one; ${rounds} rounds each. Other work on the machine only adds time: the`,
    'least is the nearest thing to the cost itself, the median is what was had.',
  ];
  for (const [title, names] of Object.entries(GROUPS)) {
    lines.push(
      '',
      `## ${title}`,
      '',
      '| what | least | lower quartile | median | upper quartile |',
    );
    lines.push('|---|---|---|---|---|');
    for (const name of names) if (samples[name]) lines.push(row(name, samples[name]));
  }
  lines.push('', '## What is asked of it', '');
  lines.push('| ratio | asked | of the medians | of the least | |', '|---|---|---|---|---|');
  lines.push(...ratioRows(samples), '');
  return lines.join('\n');
}
