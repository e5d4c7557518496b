/**
 * What a process found in its walk (images/walk.ts), held against the table of permits of SES: a
 * well-kept list of what in JavaScript is without power.
 *
 *   checkWalk(report)   throws where a name is there that is not on our list, a thing or a property
 *                       that the table does not permit, or anything that is not frozen
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../scripts/process.mjs';

const table = pathToFileURL(join(ROOT, 'node_modules/ses/src/permits.js')).href;
const { permitted } = await import(table);

/** The table's names for what SES leaves to the code that starts first. */
const ALIASES = {
  Date: '%InitialDate%',
  Error: '%InitialError%',
  Function: '%InertFunction%',
  Math: '%InitialMath%',
  RegExp: '%InitialRegExp%',
  Symbol: '%SharedSymbol%',
  globalThis: undefined,
};

/** There, and not in the table: why each has no power. */
const BESIDE = new Set([
  // Own names of every function, and what V8 has on all of them: they throw, or say nothing.
  '%FunctionPrototype%.arguments',
  '%FunctionPrototype%.caller',
  // Newer than the table; they compute.
  '%IteratorPrototype%.join',
  '%IteratorPrototype%.includes',
  '%IteratorPrototype%.Symbol(Symbol.dispose)',
  '%AsyncIteratorPrototype%.Symbol(Symbol.asyncDispose)',
]);

const allowed = new Set(
  [...readFileSync(join(ROOT, 'web/host/realm/allowed.ts'), 'utf8').matchAll(/'(\w+)'/g)].map(
    ([, name]) => name,
  ),
);

const keyIn = (key) => key.replace(/^Symbol\(Symbol\.(\w+)\)$/, '@@$1');
const ofFunctions = new Set(['length', 'name']);

export function unknownIn(report) {
  const unknown = [];
  for (const [name, keys] of Object.entries(report.properties)) {
    const permits = permitted[ALIASES[name] ?? name];
    if (!permits) unknown.push(name);
    else
      for (const key of keys) {
        const permit = permits[keyIn(key)];
        if (!permit && !ofFunctions.has(key) && !BESIDE.has(`${name}.${key}`))
          unknown.push(`${name}.${key}`);
      }
  }
  return unknown;
}

export function checkWalk(report) {
  const names = report.global.filter((name) => !allowed.has(name));
  assert.deepEqual(names, [], 'names of the global object');
  assert.ok(report.globalIsClosed, 'the global object can be changed');
  assert.deepEqual(report.unfrozen, [], 'not frozen');
  assert.deepEqual(unknownIn(report), [], 'not permitted');
}
