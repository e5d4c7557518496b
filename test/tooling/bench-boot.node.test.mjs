/** When a boot's files are here, by what the browser tells: also where a worker is made first. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { arrivals } from '../../scripts/bench/boot.mjs';

const files = (all) =>
  Object.entries(all).map(([name, end]) => ({ name: `http://x/dist/assets/${name}`, end }));

suite('tooling/bench boot', () => {
  test('code that comes when a worker is there already is counted, what comes later is not', () => {
    const seen = {
      worker: 130,
      prompt: 700,
      files: files({
        'first-DlQPjj5o.js': 79,
        'start-ByVpM2Su.js': 184,
        'xterm-jdBl6Oqv.js': 186,
        'isolated-BvyltXoC.txt': 234,
        'kernel-DnLOgTpF.wasm': 185,
        'fdc.sys-Ci9y9KEx.js': 461,
        'shared-late0000.js': 900,
      }),
    };
    assert.deepEqual(arrivals(seen), { 'its own code here': 186, 'the system’s code here': 234 });
  });

  test('where none came there is no number', () => {
    const none = arrivals({ worker: 1, prompt: 2, files: [] });
    assert.deepEqual(Object.values(none), [NaN, NaN]);
  });
});
