/**
 * The lock in Node. Its first compiler for Wasm keeps locals across atomic.wait otherwise than the
 * browsers' do, so a lock that excludes there need not exclude here.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { ROOT } from '../../scripts/process.mjs';

suite('the kernel lock in Node', () => {
  test('who has slept for the lock owns it afterwards', { timeout: 60_000 }, async () => {
    const outfile = join(ROOT, 'build/lock-in-node.mjs');
    const entry = join(ROOT, 'test/kernel/fixtures/lock-in-node.ts');
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    });
    const args = ['--liftoff-only', outfile, join(ROOT, 'build/kernel.wasm')];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 50_000 });
    const rounds = JSON.parse(stdout);
    assert.ok(rounds.length > 2);
    assert.ok(
      rounds.some((seen) => seen.includes(1)),
      `owners ${rounds.join('; ')}`,
    );
  });
});
