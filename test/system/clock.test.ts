/**
 * A clock whose interrupts are lost: the Executive sets it anew in the middle of its work, and no
 * answer suffers from it.
 */
import { assert } from 'chai';
import { bootRig, type Rig } from '../support/rig.ts';
import { makeImage } from '../support/mtools.ts';

/** Longer than the Executive waits before it sets a silent clock anew (hal/clock.ts). */
const SILENT_MS = 120;

suite('system/clock', function () {
  this.timeout(60_000);
  let rig: Rig;

  setup(async () => {
    rig = await bootRig({ disks: [await makeImage({ kib: 1440, files: { 'A.TXT': 'a\n' } })] });
    await rig.prompt();
  });

  teardown(() => rig.end());

  test('answers are whole though the clock is set between them and their sending', async () => {
    rig.machine.fault.loseIrq(0, 1_000_000);
    for (let round = 0; round < 10; round++) {
      // Something is to be done later: the lazy writer's turn.
      await rig.ask({ op: 'writeFile', path: 'A:\\B.TXT', data: Uint8Array.of(round) });
      await new Promise((done) => setTimeout(done, SILENT_MS));
      const list = await rig.run('ps');
      for (const image of ['smss.exe', 'agent.exe', 'fdc.sys', 'fatfs.sys', 'ntcmd.exe'])
        assert.include(list, image);
      assert.equal(await rig.run('type A.TXT'), 'a\n');
    }
    assert.deepEqual(rig.faults, []);
  });
});
