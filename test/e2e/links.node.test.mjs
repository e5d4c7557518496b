/** Disks in addresses: what was shared arrives byte for byte, and what is hostile does no harm. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import {
  ejectedBeforeRun,
  hiddenCharacters,
  killedAgent,
  missingDisk,
  replacedMeanwhile,
  silentAddress,
} from './promises.mjs';
import {
  driveState,
  exec,
  exportDisk,
  image,
  insertDisk,
  kept,
  messages,
  openSite,
  readText,
  ready,
  waitForMessage,
  withSite,
  writeText,
} from './site.mjs';

const share = (page, options) =>
  page.evaluate((more) => document.querySelector('neptune-os').share(more), options);

/** A header as the codec has it, with no right checksum, over any body. */
function disk(body) {
  const deflated = deflateRawSync(body);
  const header = Buffer.alloc(7);
  header.writeUIntLE(deflated.length, 4, 3);
  return `1.${Buffer.concat([header, deflated]).toString('base64url')}`;
}

suite('e2e/links', () => {
  test('a shared disk arrives in a fresh profile, byte for byte', async () => {
    await withSite(async ({ open, url }) => {
      const sent = image({ 'LETTER.TXT': 'dear reader' });
      const page = await open();
      await insertDisk(page, 'A:', sent, { persist: false });
      const link = await share(page);
      assert.ok(link.startsWith(`${url}#a=`), link.slice(0, 60));

      const reader = await open(link.slice(url.length));
      assert.deepEqual(await exportDisk(reader, 'A:'), sent);
      assert.equal(await readText(reader, 'A:\\LETTER.TXT'), 'dear reader');
      assert.equal(await driveState(reader, 'A:'), 'unkept');
    });
  });

  test('an address that is not there is told with its status, at a prompt with a cursor', async () => {
    await withSite(async ({ open, url }) => {
      const page = await open(`?a=${encodeURIComponent(`${url}gone.img`)}`);
      await waitForMessage(page, `${url}gone.img was answered by HTTP status 404 (not found)`);
      await page.waitForFunction(() => {
        const machine = document.querySelector('neptune-os');
        const cursor = machine.shadowRoot.querySelector('.xterm-cursor');
        return /A:\\>$/.test(machine.screenText()) && cursor && document.activeElement === machine;
      });
      // The tour is offered in its place.
      await page.getByRole('button', { name: 'Insert: drive A:' }).click();
      await page.getByRole('button', { name: 'Insert tour.img' }).click();
      await kept(page, 'A:', 'kept');
      assert.deepEqual(await messages(page), [], 'what failed is done');
    });
  });

  test('a link leaves the kept disk alone; what is kept from it leaves the address', async () => {
    await withSite(async ({ open, url, browser }) => {
      const context = await browser.newContext();
      const page = await open('', { context });
      await writeText(page, 'A:\\MINE.TXT', 'mine');
      await exec(page, 'sync');
      const other = await open();
      await insertDisk(other, 'A:', image({ 'THEIRS.TXT': 'theirs' }), { persist: false });
      const link = await share(other);

      await page.goto('about:blank');
      await openSite(page, link);
      assert.equal(await readText(page, 'A:\\THEIRS.TXT'), 'theirs');
      await writeText(page, 'A:\\LOST.TXT', 'not kept');
      await exec(page, 'sync');
      await page.goto(`${url}?again`);
      await ready(page);
      assert.equal(await readText(page, 'A:\\MINE.TXT'), 'mine');

      await page.goto(`${url}?third${link.slice(url.length)}`);
      await ready(page);
      await assert.rejects(readText(page, 'A:\\LOST.TXT'));
      await page.getByRole('button', { name: 'Keep: drive A:' }).click();
      await kept(page, 'A:', 'kept');
      await page.waitForFunction(() => !location.hash.includes('a='));
      await page.reload();
      await ready(page);
      assert.equal(await readText(page, 'A:\\THEIRS.TXT'), 'theirs');
    });
  });

  test('commands of a link run only when the reader says so', async () => {
    await withSite(async ({ open }) => {
      const page = await open(`#run=${encodeURIComponent('cd TOUR\ntype 1-WELCOME.TXT')}`);
      await page.getByText('cd TOUR').waitFor();
      const screen = () => page.evaluate(() => document.querySelector('neptune-os').screenText());
      assert.doesNotMatch(await screen(), /cd TOUR/);
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.waitForFunction(() =>
        /A:\\TOUR>$/.test(document.querySelector('neptune-os').screenText()),
      );
      // They ran: a reload is no second offer.
      assert.equal(new URL(page.url()).hash, '');
      await page.reload();
      await ready(page);
      assert.equal(await page.locator('#offer').isVisible(), false);
    });
  });

  test('a blank disk is formatted', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      await page.getByRole('button', { name: 'Insert: drive B:' }).click();
      await page.getByRole('button', { name: 'Insert a blank disk' }).click();
      await kept(page, 'B:', 'kept');
      await writeText(page, 'B:\\FIRST.TXT', 'on a new disk');
      const { output, status } = await exec(page, 'dir B:');
      assert.equal(status, 0);
      assert.match(output, /FIRST\.TXT[\s\S]*bytes free/);
    });
  });

  test('an address is fetched; one that cannot be is one line', async () => {
    await withSite(async ({ open, url }) => {
      const page = await open(`?b=${encodeURIComponent(`${url}disks/tour.img`)}`);
      assert.match((await exec(page, 'dir B:')).output, /README\.TXT/);
      const broken = await open(`?b=${encodeURIComponent(`${url}disks/none.img`)}`);
      assert.match((await messages(broken)).join('\n'), /404/);
      assert.equal((await exec(broken, 'dir A:')).status, 0);
    });
  });

  const promises = {
    'a silent address holds nothing up; its commands come with its disk': silentAddress,
    'a disk inserted meanwhile stays, and the commands are left out': replacedMeanwhile,
    'no disk of the link, no commands of it': missingDisk,
    'a disk that is ejected takes its commands along': ejectedBeforeRun,
    'commands that cannot be seen are not offered': hiddenCharacters,
    'an agent that is killed is restarted': killedAgent,
  };
  for (const [name, keep] of Object.entries(promises))
    test(name, () => withSite(({ open, url }) => keep(open, url)));
  test('isolated: an agent that is killed is restarted', () =>
    withSite(({ open }) => killedAgent(open), { isolated: true }));

  test('hostile fragments are one line each, and the system boots with its own disk', async () => {
    const bomb = disk(Buffer.alloc(64 << 20));
    const hostile = {
      'not a disk': 'hello',
      noise: '1.!!!!****',
      'another version': '9.AAAA',
      cut: `1.${Buffer.alloc(40, 7).toString('base64url')}`.slice(0, 20),
      bomb,
      'a size that no floppy has': disk(Buffer.from([1, 2, 3, 0])),
      'a run behind the end': disk(Buffer.from([0, 0x80, 0x16, 0, 0xff, 0x7f, 1, 0])),
      'percent signs': '%E0%A4%A',
    };
    const all = Object.entries(hostile);
    await withSite(async ({ open }) => {
      // Two at a time, one in each drive.
      for (let at = 0; at < all.length; at += 2) {
        const [[a, inA], [b, inB]] = all.slice(at, at + 2);
        const page = await open(`#a=${inA}&b=${inB}`);
        const said = await messages(page);
        assert.equal(said.length, 2, `${a}, ${b}: ${said.join(' | ')}`);
        assert.match(said.find((line) => line.startsWith('Drive A: ')) ?? '', /./, a);
        assert.match(said.find((line) => line.startsWith('Drive B: ')) ?? '', /./, b);
        assert.match((await exec(page, 'dir')).output, /README\.TXT/, a);
        assert.deepEqual(page.said, [], `${a}, ${b}`);
        await page.context().close();
      }
    });
  });

  test('a disk that does not fit into a link is refused with its size and the limit', async () => {
    await withSite(async ({ open }) => {
      const page = await open();
      let seed = 1;
      const noise = Buffer.alloc(2_949_120).map(() => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
        return seed >>> 16;
      });
      await insertDisk(page, 'A:', noise, { persist: false });
      await assert.rejects(share(page), /[\d,]{7}.*2,000,000/);
    });
  });
});
