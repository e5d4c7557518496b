/**
 * A client that makes system calls without end, in topology *single*: who has its priority (the
 * shell, the agent, the session manager) works all the same.
 */
import { assert } from 'chai';
import { callService } from '../../personality/ntdll/call.ts';
import { nativeImage } from '../../personality/ntdll/process.ts';
import { makeImage } from '../support/mtools.ts';
import { bootRig } from '../support/rig.ts';

suite('system/equals', function () {
  this.timeout(60_000);

  test('prompt and page are served beside two clients that call without end', async () => {
    const rounds = [0, 0];
    let started = 0;
    const rig = await bootRig({
      disks: [await makeImage({ kib: 1440, files: { 'SMALL.TXT': 'small\n' } })],
      images: {
        'caller.exe': nativeImage(async (process) => {
          const me = started++;
          for (;;) {
            await callService(process, 'NtClose', { handle: 0 });
            rounds[me]!++;
          }
        }),
      },
    });
    await rig.prompt();
    const ids = await rig.asExecutive(async ({ ps }) => {
      const made = [await ps.createProcess({ image: 'caller.exe' })];
      made.push(await ps.createProcess({ image: 'caller.exe' }));
      return made.map(({ process }) => process!.id);
    });
    const shown = rig.screen().length;
    rig.type('vol\r');
    assert.equal(await rig.run('type SMALL.TXT'), 'small\n');
    while (!/Volume[^]*>$/.test(rig.screen().slice(shown)))
      await new Promise((done) => setTimeout(done, 5));
    const before = [...rounds];
    assert.isAbove(Math.min(...before), 0);
    // They end in the middle of it, as whoever waits does.
    for (const id of ids) await rig.run(`kill ${id}`);
    assert.notInclude(await rig.run('ps'), 'caller.exe');
    assert.deepEqual(rig.uncaught.map(String), []);
    rig.end();
  });
});
