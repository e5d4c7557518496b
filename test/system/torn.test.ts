/**
 * A disk that is pulled out in the middle of every sector that passes under the head while it is
 * written, and put back; and a machine that loses its power there.
 *
 * The sector under the head is torn: half of it is new, its checksum wrong (web/machine/fdc). The
 * same array put in again is the same medium, torn sectors included.
 */
import { assert } from 'chai';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { bootRig } from '../support/rig.ts';
import { assertAllDone, assertKept, start, type Subject, until, WORK } from './torn-disk.ts';

/** What a second try of a finished command may answer. */
const DONE_BEFORE: readonly number[] = [
  Status.STATUS_OBJECT_NAME_NOT_FOUND,
  Status.STATUS_OBJECT_NAME_COLLISION,
];

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
      await assertKept(fresh, what);
      assert.equal((await fresh.exec('echo more> AFTER.TXT')).status, 0, what);
      assert.equal((await fresh.exec('sync')).status, 0, what);
      fresh.end();
    }
  });
});
