/**
 * What a link may not do, whichever engine opens it: hold the system up, or bring commands without
 * its disk.
 *
 *   linkPromises(open, url)   `open(path)` resolves to a page of the site at its first prompt
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { exec, image, READY_MS, readText, slowServer } from './site.mjs';

// Two drivers of browsers run this: what both have is `evaluate`.
const encode = encodeURIComponent;
const offered = (page) =>
  page.evaluate(() => {
    const offer = document.querySelector('#offer');
    return offer.hidden ? '' : offer.querySelector('pre').textContent;
  });
const pressRun = (page) => page.evaluate(() => document.querySelector('#offer button').click());
const screen = (page) => page.evaluate(() => document.querySelector('neptune-os').screenText());
const inElement = (page, selector) =>
  page.evaluate((wanted) => {
    const found = document.querySelector('neptune-os').shadowRoot.querySelectorAll(wanted);
    return [...found].map((element) => element.textContent).join('|');
  }, selector);
const said = (page) => inElement(page, '#messages .message span');
const WITHHELD = /commands in this link were left out/;

async function until(what, holds) {
  for (const end = Date.now() + READY_MS; !(await holds());) {
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await sleep(50);
  }
}

const withheld = (page) => until('the sentence', async () => WITHHELD.test(await said(page)));

export async function silentAddress(open) {
  const server = await slowServer();
  try {
    const page = await open(`?a=${encode(server.url)}&run=${encode('type NOTE.TXT')}`);
    assert.equal(server.waiting, 1, 'ready did not wait for it');
    assert.equal((await exec(page, 'ver')).status, 0);
    assert.match(await inElement(page, '.drive[data-drive="A:"]'), /loading from 127/);
    assert.equal(await offered(page), '', 'no disk yet, no commands');
    server.answer(image({ 'NOTE.TXT': 'it came' }));
    await until('the offer', async () => (await offered(page)) === 'type NOTE.TXT');
    await pressRun(page);
    await until('the note', async () => /it came[\s\S]*A:\\>$/.test(await screen(page)));
  } finally {
    await server.close();
  }
}

export async function replacedMeanwhile(open) {
  const server = await slowServer();
  try {
    const page = await open(`?a=${encode(server.url)}&run=${encode('del MINE.TXT')}`);
    const mine = image({ 'MINE.TXT': 'mine' }).toString('base64');
    await page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      await document.querySelector('neptune-os').insertDisk('A:', bytes, { persist: false });
    }, mine);
    await withheld(page);
    assert.equal(await offered(page), '');
    assert.equal(server.waiting, 0, 'the download was given up');
    assert.equal(await readText(page, 'A:\\MINE.TXT'), 'mine');
  } finally {
    await server.close();
  }
}

/**
 * The link's disk is damaged, refused or not there: the reader's own disk is in A: then. `only`
 * some of them are tried where another engine has tried all.
 */
export async function missingDisk(open, url, only) {
  const run = `run=${encode('del README.TXT')}`;
  const tour = encode(`${url}disks/tour.img`);
  const links = {
    damaged: `#a=1.AAAA&${run}`,
    'another version': `#a=9.AAAA&${run}`,
    'one of two': `?a=${tour}#b=garbage&${run}`,
    'not fetched': `?a=${encode(`${url}disks/none.img`)}#${run}`,
    'no address': `?b=javascript:1#${run}`,
    'no floppy': `?b=${encode(`${url}index.html`)}#${run}`,
  };
  for (const name of only ?? Object.keys(links)) {
    const page = await open(links[name]);
    await withheld(page);
    assert.equal(await offered(page), '', name);
    assert.doesNotMatch(await screen(page), /README/, name);
    await page.close();
  }
}

/** Offered, and then the disk is taken out. */
export async function ejectedBeforeRun(open, url) {
  const page = await open(`?b=${encode(`${url}disks/tour.img`)}#run=${encode('dir B:')}`);
  await until('the offer', async () => (await offered(page)) === 'dir B:');
  await page.evaluate(() => document.querySelector('neptune-os').ejectDisk('B:'));
  await withheld(page);
  assert.equal(await offered(page), '');
}

/** Not offered if it cannot be seen (which: test/store/link.test.ts); else shown as it is typed. */
export async function hiddenCharacters(open) {
  for (const code of [0x200b, 0x202e]) {
    const page = await open(`#run=${encode(`del ${String.fromCodePoint(code)}A`)}`);
    assert.match(await said(page), /cannot be seen or typed/, code.toString(16));
    assert.equal(await offered(page), '');
    await page.close();
  }
  const hebrew = await open(`#run=${encode('echo \u05d0\u05d1 > \u05d2')}`);
  await until('the offer', () => offered(hebrew));
  const [first, last] = await hebrew.evaluate(() => {
    const text = document.querySelector('#offer pre').firstChild;
    const range = document.createRange();
    return [5, 10].map((at) => {
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      return range.getBoundingClientRect().left;
    });
  });
  assert.ok(first < last, 'what is typed first stands left');
}

/** The agent is killed: the call ends with a status, the event tells, and the next call is done. */
export async function killedAgent(open) {
  const page = await open();
  const seen = await page.evaluate(async () => {
    const machine = document.querySelector('neptune-os');
    const faults = [];
    machine.addEventListener('neptune-fault', ({ detail }) => faults.push(detail));
    const { output } = await machine.exec('ps');
    const id = /(\d+)\s+agent\.exe/.exec(output)[1];
    const end = await machine.exec(`kill ${id}`).catch((error) => error.status);
    const after = await machine.exec('ver');
    return { end, faults, status: after.status };
  });
  assert.deepEqual(seen, {
    end: 0xc000010a,
    faults: [{ process: 'agent.exe', status: 0xc000013a, restarted: true }],
    status: 0,
  });
}
