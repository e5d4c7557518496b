/**
 * A disk that is pulled out in the middle of every sector that passes under the head while it is
 * written, and put back; and a machine that loses its power there.
 *
 * The sector under the head is torn: half of it is new, its checksum wrong (web/machine/fdc). The
 * same array put in again is the same medium, torn sectors included.
 */
import { assert } from 'chai';
import { Status, statusName } from '../../personality/rtl/status.ts';
import { fsck, listFiles, makeImage, readFile } from '../support/mtools.ts';
import { bootRig, type Rig } from '../support/rig.ts';
import { pattern } from './commands.suite.ts';

const KEPT = { 'KEPT.BIN': pattern(3000, 3), 'DIR/INNER.TXT': pattern(700, 4) };
const MOVED = pattern(2100, 5);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What is done to the disk: commands, and what a second try of a finished one may answer. */
const WORK: readonly string[] = [
  'echo appended>> LOG.TXT',
  'copy KEPT.BIN "a new file with a long name.bin"',
  'del OLD.TXT',
  'md NEWDIR',
  'ren MOVED.BIN "another name, which is longer.bin"',
  'move "another name, which is longer.bin" NEWDIR\\MOVED.BIN',
  'copy DIR\\INNER.TXT NEWDIR',
];
const DONE_BEFORE: readonly number[] = [
  Status.STATUS_OBJECT_NAME_NOT_FOUND,
  Status.STATUS_OBJECT_NAME_COLLISION,
];

interface Subject {
  rig: Rig;
  /** The medium's own bytes, torn marks and all. */
  disk: Uint8Array;
}

async function start(): Promise<Subject> {
  const files = { ...KEPT, 'OLD.TXT': 'old', 'LOG.TXT': 'first\r\n' };
  const rig = await bootRig({
    disks: [await makeImage({ kib: 1440, sectorsPerCluster: 1, files })],
  });
  await rig.ask({ op: 'writeFile', path: 'A:\\MOVED.BIN', data: MOVED });
  await rig.run('sync');
  return { rig, disk: rig.machine.medium(0)! };
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((done) => setTimeout(done, 2));
}

/** Puts the disk back whenever it is out, until stopped; how often it did. */
function putBack({ rig, disk }: Subject): { stop(): number } {
  let count = 0;
  const timer = setInterval(() => {
    if (rig.machine.medium(0)) return;
    count++;
    rig.machine.insert(0, disk);
  }, 2);
  return {
    stop: () => {
      clearInterval(timer);
      return count;
    },
  };
}

async function sound(image: Uint8Array, what: string): Promise<void> {
  const verdict = await fsck(image);
  assert.isTrue(verdict.clean, `${what}: ${verdict.output}`);
}

async function assertAllDone(image: Uint8Array, what: string): Promise<void> {
  await sound(image, what);
  assert.deepEqual(await listFiles(image), [
    'DIR/',
    'DIR/INNER.TXT',
    'KEPT.BIN',
    'LOG.TXT',
    'NEWDIR/',
    'NEWDIR/INNER.TXT',
    'NEWDIR/MOVED.BIN',
    'a new file with a long name.bin',
  ]);
  assert.deepEqual(await readFile(image, 'NEWDIR/MOVED.BIN'), MOVED, what);
  assert.deepEqual(await readFile(image, 'KEPT.BIN'), KEPT['KEPT.BIN'], what);
  const copy = await readFile(image, 'a new file with a long name.bin');
  assert.deepEqual(copy, KEPT['KEPT.BIN'], what);
  assert.include(text(await readFile(image, 'LOG.TXT')), 'first\r\nappended\r\n', what);
}

/**
 * Each run takes every fourth sector, from one on that the clock chooses; four runs take all. A
 * failure names its step.
 */
const STRIDE = 4;
const first = Math.floor(Date.now() / 1000) % STRIDE;

suite(`system/torn sectors (from ${first})`, function () {
  this.timeout(120_000);

  test('pulled out in every sector of a flush, and put back: the flush succeeds', async () => {
    let fired = true;
    for (let step = first; fired; step += STRIDE) {
      const subject = await start();
      const { rig } = subject;
      for (const line of WORK) await rig.run(line);
      const back = putBack(subject);
      rig.machine.fault.pullDisk(0, step);
      const { status, output } = await rig.exec('sync');
      fired = back.stop() > 0;
      assert.equal(statusName(status), 'STATUS_SUCCESS', `step ${step}: ${output}`);
      await assertAllDone(rig.image(), `step ${step}`);
      rig.end();
      assert.isBelow(step, 200);
    }
  });

  test('pulled out while the work is done: what failed can be done again', async () => {
    for (let step = first; step < 7; step += STRIDE) {
      const subject = await start();
      const { rig } = subject;
      const back = putBack(subject);
      for (const [at, line] of WORK.entries()) {
        rig.machine.fault.pullDisk(0, (step + at) % 7);
        let status = 1;
        for (let turn = 0; status !== 0 && turn < 4; turn++) {
          ({ status } = await rig.exec(line));
          if (turn > 0 && DONE_BEFORE.includes(status)) status = 0;
        }
        assert.equal(statusName(status), 'STATUS_SUCCESS', `step ${step}: ${line}`);
      }
      rig.machine.fault.clear();
      await rig.run('sync');
      back.stop();
      await assertAllDone(rig.image(), `step ${step}`);
      rig.end();
    }
  });

  test('the power fails in every sector: what was flushed is read', async () => {
    let fired = true;
    for (let step = first; fired; step += STRIDE) {
      const { rig, disk } = await start();
      for (const line of WORK) await rig.run(line);
      rig.machine.fault.pullDisk(0, step);
      let over = false;
      const flushing = rig.exec('sync').then(() => (over = true));
      await until(() => over || !rig.machine.medium(0));
      fired = !rig.machine.medium(0);
      rig.end();
      void flushing;
      const fresh = await bootRig({});
      fresh.machine.insert(0, disk);
      const what = `step ${step}`;
      const read = (path: string) => fresh.ask({ op: 'readFile', path: `A:\\${path}` });
      assert.deepEqual(await read('KEPT.BIN'), KEPT['KEPT.BIN'], what);
      assert.deepEqual(await read('DIR\\INNER.TXT'), KEPT['DIR/INNER.TXT'], what);
      // Renamed and moved since: it has one of its names.
      const names = ['MOVED.BIN', 'another name, which is longer.bin', 'NEWDIR\\MOVED.BIN'];
      const found = await Promise.all(names.map((name) => read(name).catch(() => undefined)));
      assert.isTrue(
        found.some((bytes) => bytes && bytes.every((byte, i) => byte === MOVED[i])),
        `${what}: the moved file`,
      );
      assert.equal((await fresh.exec('echo more> AFTER.TXT')).status, 0, what);
      assert.equal((await fresh.exec('sync')).status, 0, what);
      fresh.end();
    }
  });
});
