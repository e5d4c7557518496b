/**
 * The protocols between processors, in every order of their steps, and faults that must be seen.
 *
 * Set MODEL to a part of a model's name to try that one alone; its states are told.
 */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { explore } from './checker/explore.mjs';
import { MODELS } from './models.mjs';

const wanted = process.env.MODEL ?? '';

/** Each agent has observed one of the things that it may. */
function checkEnds(ends, logs) {
  for (const [agent, allowed] of Object.entries(ends ?? {})) {
    const log = logs[agent].join('; ');
    if (!allowed.includes(log)) throw new Error(`${agent}: ${log}`);
  }
}

/** `edits` are the model's own: what of the code it leaves out. */
function run({ ends, edits = {}, ...scenario }, faults = {}) {
  const all = { ...edits };
  for (const [file, list] of Object.entries(faults)) all[file] = [...(edits[file] ?? []), ...list];
  return explore({ ...scenario, faults: all, check: (logs) => checkEnds(ends, logs) });
}

const told = ({ what, trace }) => [what, ...trace].join('\n');

for (const [name, model] of Object.entries(MODELS)) {
  if (!name.includes(wanted)) continue;
  suite(`protocols/${name}`, () => {
    test('holds in every order', (t) => {
      const { states, ends, violation } = run(model);
      t.diagnostic(`${states} states, ${ends} ends`);
      assert.equal(violation && told(violation), undefined);
      assert.ok(ends > 0, 'it comes to an end');
    });

    for (const [fault, { seen, ...edits }] of Object.entries(model.faults)) {
      test(`fault seen: ${fault}`, () => {
        const { violation } = run(model, edits);
        assert.ok(violation, 'no violation was found');
        assert.match(violation.what, seen, told(violation));
      });
    }
  });
}
