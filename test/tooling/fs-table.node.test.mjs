/** The page of the guide that the benchmark of files makes. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fsGoals, fsTable } from '../../scripts/bench/fs-table.mjs';
import { profileText } from '../../scripts/bench/profile.mjs';

const READ = 'warm random read of 4 KiB';

const result = (samples, counts = {}) => ({
  when: '2026-01-02T03:04:05Z',
  cpu: 'a processor',
  rounds: 3,
  browsers: [{ name: 'Browser 1', load: [0.1, 0.2], samples, counts }],
});

suite('tooling/fs-table', () => {
  test('a goal is met or missed by the medians, and not measured without figures', () => {
    const samples = {
      [READ]: { linked: [1, 1, 9], single: [1.2, 1.25, 5], isolated: [3.1], 'js-fatfs': [4] },
    };
    const goals = Object.fromEntries(fsGoals(samples).map((goal) => [goal.name, goal]));
    assert.equal(goals[`${READ}: js-fatfs / single`].verdict, 'met');
    assert.equal(goals[`${READ}: single / linked`].median, 1.25);
    assert.equal(goals[`${READ}: single / linked`].verdict, 'met');
    assert.equal(goals[`${READ}: isolated / linked`].verdict, 'missed');
    assert.equal(goals['list 100 names: single, µs'].verdict, 'not measured');
  });

  test('figures stand in the order of the contestants, counts by their kinds', () => {
    const counts = {
      [READ]: {
        single: {
          'kernel.ipc': 2,
          'copied bytes': 4096,
          'io.irp.fatfs.read': 1,
          'io.irp.fatfs.create': 0.5,
          'machine.dma.transfer': 8,
        },
      },
    };
    const text = fsTable(result({ [READ]: { 'js-fatfs': [5, 4, 6], single: [1, 2, 3] } }, counts));
    assert.match(text, /\| µs: median \(least\) \| single \| js-fatfs \|/);
    assert.match(text, /\| warm random read of 4 KiB \| 2\.00 \(1\.00\) \| 5\.00 \(4\.00\) \|/);
    assert.match(text, /\| single \| 2 \| 0 \| 4096 \| 1\.50 \| 0 \| 8 \|/);
  });

  test('a profile says who took the time', () => {
    const at = (functionName) => ({ functionName, url: 'x/y.js', lineNumber: 0, columnNumber: 1 });
    const nodes = ['(idle)', 'busy', ''].map((name, id) => ({ id, callFrame: at(name) }));
    const text = profileText({ nodes, samples: [0, 1, 2, 1], timeDeltas: [50, 2, 1, 1] });
    assert.equal(text, ' 75.0 %  busy y.js:1:2\n 25.0 %  (anonymous) y.js:1:2\n');
  });
});
