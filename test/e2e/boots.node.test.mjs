/** A few of the boots of npm run soak:boots; how many were tried is in docs/decisions/0009. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { soakBoots } from '../../scripts/boots/soak-boots.mjs';

const BOOTS = 20;

suite('e2e/boots', () => {
  test(`${BOOTS} isolated boots under load: each to its prompt, a command, shutdown`, async () => {
    const { done, failures } = await soakBoots({ boots: BOOTS });
    assert.deepEqual(failures, []);
    assert.equal(done, BOOTS);
  });
});
