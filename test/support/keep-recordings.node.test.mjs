import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { keepRecordings } from './keep-recordings.mjs';

const browserOf = (...pages) => ({ contexts: () => [{ pages: () => pages }] });

suite('support/keep recordings', () => {
  test('of every page that has one, and no page makes it fail', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'neptune-kept-'));
    try {
      const one = { evaluate: () => Promise.resolve(Buffer.from('NEPTREC').toString('base64')) };
      const none = { evaluate: () => Promise.reject(new Error('there is no machine')) };
      const files = await keepRecordings(browserOf(none, one, one), folder);
      assert.equal(new Set(files).size, 2);
      for (const file of files) assert.equal(readFileSync(file, 'latin1'), 'NEPTREC');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
