/**
 * A reporter of Node's test runner that only counts: its output is one line of JSON,
 * { passed, failed, skipped, failures }; failures are names of tests. Suites are not tests.
 */
export default async function* countTests(source) {
  const counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    // A suite that fails because of a test in it was counted there already.
    const inner = data.details?.error?.failureType === 'subtestsFailed';
    if (inner || (data.details?.type === 'suite' && type === 'test:pass')) continue;
    if (data.skip !== undefined || data.todo !== undefined) counts.skipped++;
    else if (type === 'test:pass') counts.passed++;
    else {
      counts.failed++;
      counts.failures.push(`${data.name}: ${firstLine(data.details?.error)}`);
    }
  }
  yield JSON.stringify(counts);
}

function firstLine(error) {
  return String(error?.cause?.message ?? error?.message ?? 'failed').split('\n', 1)[0];
}
