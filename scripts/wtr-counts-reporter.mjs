/**
 * Counts what the browser tests did, for the test command's last line.
 *
 *   countsReporter({ file })   reporter; writes { passed, failed, skipped, files, failures } as
 *                              JSON to `file`; failures are names of tests, or of files
 *
 * A file whose page failed outside of a test (an import that does not load, an uncaught error, a
 * time out) counts as one failed test even when all of its tests passed: nothing that went wrong
 * may vanish between the tests. So does a file without a test. Without `file` it prints the counts
 * only, and in both cases which files took the longest.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';

const SHOWN = 20;

const nameOf = ({ testFile }) => relative('.', testFile);

function addSuite(counts, suite, file) {
  for (const test of suite.tests) {
    if (test.skipped) counts.skipped++;
    else if (test.passed) counts.passed++;
    else addFailure(counts, `${file}: ${test.name}: ${firstLine(test.error?.message)}`);
  }
  for (const inner of suite.suites) addSuite(counts, inner, suite.name ? file : inner.name);
}

function addFailure(counts, what) {
  counts.failed++;
  counts.failures.push(what);
}

function firstLine(text) {
  return String(text ?? 'failed').split('\n', 1)[0];
}

export function countSessions(sessions) {
  const counts = { passed: 0, failed: 0, skipped: 0, files: 0, failures: [] };
  for (const session of sessions) {
    const failedBefore = counts.failed;
    const testsBefore = counts.passed + counts.failed + counts.skipped;
    counts.files++;
    const file = nameOf(session);
    if (session.testResults) addSuite(counts, session.testResults, file);
    const empty = counts.passed + counts.failed + counts.skipped === testsBefore;
    if (empty && session.passed) console.log(`${session.testFile}: no test in it`);
    if ((empty || !session.passed) && counts.failed === failedBefore)
      addFailure(counts, `${file}: ${firstLine(session.errors?.[0]?.message)}`);
  }
  return counts;
}

/** Milliseconds that a suite's tests took. */
function timeOf(suite) {
  if (!suite) return 0;
  const own = suite.tests.reduce((sum, { duration = 0 }) => sum + duration, 0);
  return suite.suites.reduce((sum, inner) => sum + timeOf(inner), own);
}

/** The suites that took the longest, one a line: each file is one, with its path for a name. */
function slowest(sessions, count) {
  return sessions
    .flatMap(({ testResults }) => testResults?.suites ?? [])
    .map((suite) => ({ name: suite.name, ms: timeOf(suite) }))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, count)
    .map(({ name, ms }) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${name}`)
    .join('\n');
}

export function countsReporter({ file } = {}) {
  return {
    onTestRunFinished({ sessions }) {
      const counts = countSessions([...sessions]);
      console.log(
        `browser tests: ${counts.passed} passed, ${counts.failed} failed, ` +
          `${counts.skipped} skipped, in ${counts.files} files`,
      );
      if (counts.files > 1) console.log(`the slowest files:\n${slowest([...sessions], SHOWN)}`);
      if (!file) return;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(counts));
    },
  };
}
