/** Commands that take one thing: given wrongly, and recordings that are not of this build. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { bundled } from '../../scripts/headless.mjs';
import { ROOT } from '../../scripts/process.mjs';

function run(command, ...words) {
  const script = join(ROOT, 'scripts', `${command}.mjs`);
  const { status, stderr } = spawnSync(process.execPath, [script, ...words], { encoding: 'utf8' });
  return { status, stderr };
}

suite('npm run replay, npm run trace', () => {
  test('say how they are used where they are given nothing, too much, or what they do not know', () => {
    for (const command of ['replay', 'trace'])
      for (const words of [[], [''], ['one', 'two'], ['one', '--nothing']]) {
        const { status, stderr } = run(command, ...words);
        assert.equal(status, 2, `${command} ${words}`);
        assert.match(stderr, new RegExp(`usage: npm run ${command} -- `));
      }
  });

  test('a recording of other sources, or of another build, is refused in words', async () => {
    const { packRecording } = await bundled('web/host/record/format.ts', 'tests/format');
    const { END } = await bundled('web/host/record/codes.ts', 'tests/codes');
    // Of nothing: the end, at no entry, and the hash of all memory.
    const log = Uint8Array.of(END, 0, 0, 0, 0, 0);
    const folder = mkdtempSync(join(tmpdir(), 'neptune-'));
    try {
      for (const build of ['sources', 'sources-0123456789abcdef', '0123456789abcdef']) {
        const head = { build, ramBytes: 32 << 20, speed: 'fast', full: true };
        const file = join(folder, `${build}.neptune`);
        const packed = await packRecording({ ...head, log, values: [] });
        writeFileSync(file, new Uint8Array(await packed.arrayBuffer()));
        const { status, stderr } = run('replay', file);
        assert.equal(status, 2, stderr);
        const now = build.startsWith('sources') ? 'sources-[0-9a-f]{16}' : '[0-9a-f]{16}';
        assert.match(stderr, new RegExp(`of another build \\(${build}; this one is ${now}\\)`));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
