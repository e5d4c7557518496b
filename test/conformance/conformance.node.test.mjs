/**
 * The conformance programs in Node, and their table in the guide: docs/kernel-conformance.md is
 * what this run would write.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, suite, test } from 'node:test';
import { TABLE, makeTable, runAll } from '../../scripts/conformance.mjs';

suite('conformance in Node', () => {
  let results;

  before(async () => (results = await runAll()));

  test('every program passes', () => {
    assert.ok(results.length >= 100, `${results.length} programs ran`);
    const failed = results.filter(({ error }) => error !== undefined);
    assert.deepEqual(
      failed.map(({ program, error }) => `${program.id}: ${error}`),
      [],
    );
  });

  test('the table in the guide is of these programs (npm run conformance writes it)', async () => {
    assert.equal(readFileSync(TABLE, 'utf8'), await makeTable(results));
  });
});
