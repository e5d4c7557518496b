/**
 * Benchmarks of services as pages of the guide.
 *
 *   executiveTable(result), ioTable(result)   Markdown; `result` is what scripts/bench.mjs writes
 */
function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
}

function row([name, values]) {
  const parts = [0, 0.25, 0.5, 0.75].map((part) => quantile(values, part).toFixed(2));
  return `| ${name} | ${parts.join(' | ')} |`;
}

function servicesTable(title, name, { when, browser, cpu, load, sessions, samples }) {
  return `# ${title}

\`npm run bench -- ${name}\`: microseconds for one repetition. Least, quartile, median and upper quartile of all rounds;
other work on the machine makes figures larger, never smaller. One processor, topology *single*.

${when.slice(0, 10)}, ${browser}, ${cpu}, load ${load.least.toFixed(1)} to ${load.most.toFixed(1)}, ${sessions} sessions.

| | least | 25 % | median | 75 % |
|---|---|---|---|---|
${Object.entries(samples).map(row).join('\n')}
`;
}

export const executiveTable = (result) =>
  servicesTable("What the Executive's services cost", 'executive', result);

export const ioTable = (result) => servicesTable('What requests cost', 'io', result);
