/**
 * The linter keeps what is not determined out of everything below web/host but the door itself,
 * with the rules and folders that eslint.config.mjs has.
 */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import config from '../../eslint.config.mjs';
import { DOOR, DOORED, doorRules } from '../../scripts/door-rules.mjs';

const PARSER = { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } };
/** The part of the configuration that the door's rules are in. */
const PART = config.filter(({ rules }) => rules === doorRules);

function complaints(filename, text) {
  const found = new Linter().verify(text, [PARSER, ...PART], { filename });
  return found.map(({ ruleId }) => ruleId);
}

const FORBIDDEN = [
  'Date.now();',
  'new Date();',
  'performance.now();',
  'Math.random();',
  'crypto.getRandomValues(bytes);',
  'setTimeout(later, 1);',
  'new MessageChannel();',
  'globalThis.setTimeout(later, 1);',
  'const { random } = Math;',
  'const { performance: clock } = globalThis;',
  'new WeakRef(thing);',
];
const INSIDE = [
  'personality/ntos/ke/ke.ts',
  'personality/rtl/time.ts',
  'drivers/base/null/index.ts',
  'kernel-as/index.ts',
  'web/machine/clock.ts',
];

suite('the door', () => {
  test('the configuration has its rules, for these folders but for one file', () => {
    assert.deepEqual(PART, [{ files: DOORED, ignores: [DOOR], rules: doorRules }]);
  });

  test('clocks, timers, randomness and turns are named by nobody inside', () => {
    for (const filename of INSIDE)
      for (const text of FORBIDDEN)
        assert.equal(complaints(filename, text).length, 1, `${filename}: ${text}`);
  });

  test('what computes is allowed, and so are the door and the outside', () => {
    for (const filename of INSIDE)
      assert.deepEqual(complaints(filename, 'Math.floor(thread.now()); clock.date();'), []);
    for (const filename of [DOOR, 'web/host/pump.ts'])
      for (const text of FORBIDDEN) assert.deepEqual(complaints(filename, text), []);
  });
});
