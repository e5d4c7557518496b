/**
 * npm run soak:acts: all that the window into the system can do to it, done in turn, each in a
 * system of its own: every capability of every process revoked, every thread suspended and resumed,
 * every process ended.
 *
 *   npm run soak:acts -- [--browser firefox] [--topology isolated] [--only WORDS] [--seconds N]
 *                        [--from NUMBER]
 *
 * In portions: `--seconds` ends it in time, and says with which number of a topology's to go on.
 * dist/ has to be built. After each, a file is read and written, a key typed, a command run: each
 * is answered, with a status if need be, the others live, and what the system cannot do without is
 * there again. A line for what failed; the status is 0 only if nothing did.
 */
import { parseArgs } from 'node:util';
import { openSite } from '../test/e2e/site.mjs';
import { launchChrome, launchFirefox, serveDist } from '../test/support/browsers.mjs';

const { values } = parseArgs({
  options: {
    browser: { type: 'string', default: 'chrome' },
    topology: { type: 'string' },
    only: { type: 'string', default: '' },
    seconds: { type: 'string', default: 'Infinity' },
    from: { type: 'string', default: '0' },
  },
});
const launch = values.browser === 'firefox' ? launchFirefox : launchChrome;
const topologies = values.topology ? [values.topology] : ['single', 'isolated'];

// What runs in the page.

/** All that can be done: found in a system that has done something. */
async function listActs() {
  const machine = document.querySelector('neptune-os');
  await machine.exec('dir A:');
  const { processes } = await machine.snapshot();
  return processes.flatMap(({ image, capabilities, threads }) => [
    ...capabilities.map(({ slot, about }) => ({ image, act: 'revoke', which: slot, about })),
    ...threads.map(({ id }) => ({ image, act: 'suspend', which: id, about: 'thread' })),
    { image, act: 'terminate', which: 0, about: 'process' },
  ]);
}

/** Answers what went wrong; '' for nothing. */
async function doAct({ image, act, which }) {
  /** A driver that hangs is ended before. */
  const LIMIT = 40_000;
  const KEPT = ['smss.exe', 'agent.exe', 'ntcmd.exe'];
  const machine = document.querySelector('neptune-os');
  const wrong = [];
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  /** What it was answered; a status is an answer. */
  async function answered(what, work) {
    const late = {};
    try {
      const value = await Promise.race([work(), pause(LIMIT).then(() => late)]);
      if (value !== late) return value;
      wrong.push(`${what}: no answer`);
    } catch (error) {
      if (error.status === undefined) wrong.push(`${what}: ${error.message}`);
    }
    return undefined;
  }
  async function use(what) {
    machine.typeLines('ver');
    await answered(`${what}, read`, () => machine.readFile('A:\\README.TXT'));
    await answered(`${what}, write`, () => machine.writeFile('A:\\B.BIN', new Uint8Array(600)));
    await answered(`${what}, sync`, () => machine.exec('sync'));
  }
  async function until(what, holds) {
    for (let turn = 0; turn < 400 && wrong.length === 0; turn++) {
      if (await holds()) return;
      await pause(50);
    }
    wrong.push(`it never came to be: ${what}`);
  }
  const processes = async () => (await answered('snapshot', () => machine.snapshot()))?.processes;

  await machine.reset();
  await use('before');
  const before = await processes();
  const victim = before?.find((process) => process.image === image);
  if (!victim) return [...wrong, 'it is not there'].join('; ');
  await answered(act, () => machine.control(act, victim.id, which));
  if (act === 'suspend') {
    // The shell's and the drivers' calls wait meanwhile.
    await pause(100);
    await answered('resume', () => machine.control('resume', victim.id, which));
  }
  await use('after');
  const gone = act === 'suspend' ? '' : image;
  for (const other of before)
    if (other.image !== gone || KEPT.includes(other.image))
      await until(`${other.image} lives`, async () =>
        (await processes())?.some((process) => process.image === other.image),
      );
  await until('a command is answered', async () => {
    const done = await answered('ver', () => machine.exec('ver'));
    return (done?.output ?? '') !== '';
  });
  return wrong.join('; ');
}

// What runs here.

const until = Date.now() + Number(values.seconds) * 1000;
let done = 0;
let failed = 0;
for (const topology of topologies) {
  const server = await serveDist({ isolated: topology === 'isolated' });
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await openSite(page, server.url);
    const used = await page.evaluate(() => document.querySelector('neptune-os').topology);
    if (used !== topology) throw new Error(`it runs in "${used}"`);
    const acts = await page.evaluate(listActs);
    for (const [number, one] of acts.entries()) {
      const words = `${topology} ${one.act} ${one.image} ${one.which} (${one.about})`;
      if (!words.includes(values.only) || number < Number(values.from)) continue;
      if (Date.now() > until) {
        console.log(`${topology}: go on with --from ${number} of ${acts.length}`);
        break;
      }
      done++;
      const wrong = await page.evaluate(doAct, one);
      if (wrong === '') continue;
      failed++;
      console.log(`${words}: FAILED: ${wrong}`);
    }
    for (const said of page.said ?? []) console.log(`${topology}: ${said}`);
  } finally {
    await browser.close();
    await server.close();
  }
}
console.log(`${done} acts in ${values.browser}, ${failed} failed`);
process.exitCode = failed === 0 && done > 0 ? 0 : 1;
