/**
 * From a command's end to the medium, by itself: how many notices of it the page gets, and that a
 * copy costs no more requests than when everything waited for a second.
 */
import { assert } from 'chai';
import { makeImage, readFile } from '../support/mtools.ts';
import { bootRig, type Rig } from '../support/rig.ts';
import { pattern } from './commands.suite.ts';

const BIG = pattern(300_000);
/** What a copy of BIG writes to the disk, in requests of whole cylinders, after a second. */
const WRITES_BEFORE = 9;
/** A browser that stalls in the middle of the copy looks like a system that is quiet. */
const STALLS = 4;

async function bootNoticing() {
  const news: string[] = [];
  const rig = await bootRig({
    disks: [
      await makeImage({ kib: 1440, files: { 'OLD.TXT': 'old', 'BIG.BIN': BIG } }),
      await makeImage({ kib: 1440 }),
    ],
    executive: { onDirty: (device, what) => news.push(`${device} ${what}`) },
  });
  await rig.run('dir');
  await rig.run('dir B:');
  return { rig, news };
}

/** The lazy writer's time stands still while `work` is done: it finds no quiet, and no age. */
async function withTimeStopped(rig: Rig, work: () => Promise<unknown>): Promise<void> {
  const own = await rig.asExecutive(({ cc, ke }) => {
    const { services } = cc.manager as unknown as { services: { now(): number } };
    const { now } = services;
    const stopped = ke.now();
    services.now = () => stopped;
    return { services, now };
  });
  await work();
  await rig.asExecutive(() => void (own.services.now = own.now));
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; !holds();) {
    if (performance.now() > end) throw new Error(`never: ${what}`);
    await new Promise((later) => setTimeout(later, 5));
  }
}

suite('system/write-behind', function () {
  this.timeout(60_000);

  test('two notices for each command that writes, none for one that reads', async () => {
    const { rig, news } = await bootNoticing();
    assert.deepEqual(news, []);
    const dirty = '\\Device\\Floppy0 dirty';
    const clean = '\\Device\\Floppy0 clean';
    for (const line of [
      'echo one> ONE.TXT',
      'copy BIG.BIN COPY.BIN',
      'ren ONE.TXT TWO.TXT',
      'md SUB',
      'del COPY.BIN',
      'copy OLD.TXT SUB\\NEW.TXT',
    ]) {
      news.length = 0;
      await withTimeStopped(rig, () => rig.run(line));
      assert.deepEqual(news, [dirty], line);
      await until(`clean after ${line}`, () => news.length > 1);
      assert.deepEqual(news, [dirty, clean], line);
    }
    news.length = 0;
    for (const line of ['dir', 'type SUB\\NEW.TXT', 'vol', 'sync']) await rig.run(line);
    assert.deepEqual(news, []);
    await withTimeStopped(rig, async () => {
      await rig.run('echo three> THREE.TXT');
      await rig.run('sync');
      assert.deepEqual(news, [dirty, clean], 'a flush does not wait for quiet');
      await rig.run('echo three> B:\\THREE.TXT');
      await rig.run('umount B:');
    });
    const second = ['\\Device\\Floppy1 dirty', '\\Device\\Floppy1 clean'];
    assert.deepEqual(news.slice(2), second, 'each drive by itself');
    assert.equal(new TextDecoder().decode(await readFile(rig.image(), 'SUB/NEW.TXT')), 'old');
    rig.end();
  });

  test('a copy of 300 KB writes in as few requests as ever', async () => {
    const { rig, news } = await bootNoticing();
    for (const [drive, line] of [
      [0, 'copy BIG.BIN COPY.BIN'],
      [1, 'copy BIG.BIN B:\\COPY.BIN'],
    ] as const) {
      const before = await rig.counters();
      news.length = 0;
      await rig.run(line);
      await until('clean', () => news.at(-1) === `\\Device\\Floppy${drive} clean`);
      const after = await rig.counters();
      const writes = after['io.irp.floppy.write']! - (before['io.irp.floppy.write'] ?? 0);
      assert.isAtMost(writes, WRITES_BEFORE + STALLS, line);
      assert.deepEqual(await readFile(rig.image(drive), 'COPY.BIN'), BIG);
      if (drive === 0) await rig.run('del COPY.BIN');
    }
    rig.end();
  });

  test('a disk whose driver is killed before it is written: it is written by the next one', async () => {
    const { rig, news } = await bootNoticing();
    await withTimeStopped(rig, async () => {
      await rig.run('echo one> ONE.TXT');
      const row = (await rig.run('ps')).split('\n').find((line) => line.includes('fdc.sys'));
      await rig.run(`kill ${row!.trim().split(/\s+/)[0]}`);
    });
    await until('clean', () => news.at(-1) === '\\Device\\Floppy0 clean');
    assert.notInclude(news, '\\Device\\Floppy0 lost');
    assert.equal(new TextDecoder().decode(await readFile(rig.image(), 'ONE.TXT')), 'one\r\n');
    assert.equal(await rig.run('type ONE.TXT'), 'one\n');
    assert.isAbove((await rig.counters())['cc.waiting']!, 0);
    rig.end();
  });
});
