/**
 * Hostile programs as drivers, in both topologies and both engines: each attacks, and every wall
 * holds. Afterwards the system lives, and nothing was asked of any server.
 */
import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { launchChrome, launchFirefox, noFirefox } from '../support/browsers.mjs';
import { image } from '../e2e/site.mjs';
import { ATTACKS, buildHostile, withHostilePage } from './harness.mjs';
import { checkWalk } from './permits.mjs';

/** These end, or are ended; the others go on as drivers and have written what they found. */
const ENDING = { throws: /STATUS_/, shapes: /STATUS_/, foreign: /STATUS_/ };
const REPORTING = ATTACKS.filter((name) => !(name in ENDING) && name !== 'walk');

const ENGINES = [
  ['Chromium', launchChrome, false],
  ['Firefox', launchFirefox, noFirefox],
];

/** Runs in the page: boots, loads each, and tells what became of it. */
async function attackAll({ topology, names, disk }) {
  const system = await globalThis.bootHostile(topology, names, disk);
  const results = {};
  for (const name of names) {
    const { status, output } = await system.exec(`loaddrv ${name}`);
    results[name] = { status, output, report: await system.text(`A:\\${name}.TXT`) };
    results[name].secret = (await system.exec('type SECRET.TXT')).output;
  }
  const flushed = await system.exec('sync');
  const listed = await system.exec('ps');
  system.end();
  return { results, said: system.said, flushed, listed };
}

suite('hostile programs', () => {
  before(buildHostile);

  for (const [engine, launch, skip] of ENGINES)
    for (const topology of ['single', 'isolated'])
      test(`${engine}, ${topology}: every wall holds`, { skip, timeout: 240_000 }, async () => {
        const disk = Buffer.from(image({ 'SECRET.TXT': 'secret\n' })).toString('base64');
        await withHostilePage(launch, topology === 'isolated', async (page, requests) => {
          const loaded = requests.length;
          const parts = { topology, names: ATTACKS, disk };
          const { results, said, flushed, listed } = await page.evaluate(attackAll, parts);
          for (const name of ATTACKS) assert.equal(results[name].secret, 'secret\n', name);
          for (const name of REPORTING) {
            assert.equal(results[name].status, 0, `${name}: ${results[name].output}`);
            assert.deepEqual(JSON.parse(results[name].report), [], name);
          }
          for (const [name, words] of Object.entries(ENDING)) {
            assert.notEqual(results[name].status, 0, name);
            assert.match(results[name].output, words);
          }
          checkWalk(JSON.parse(results.walk.report));
          assert.deepEqual(said.panics, []);
          assert.equal(flushed.status, 0, flushed.output);
          assert.match(listed.output, /ntcmd\.exe/);
          const leaks = requests.slice(loaded).filter((path) => !path.startsWith('/build/'));
          assert.deepEqual(leaks, [], 'nothing leaves');
        });
      });
});
