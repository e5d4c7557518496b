/**
 * Threads that share everything: handles of files and pipes, buffers, events, one another. Each
 * does random calls (crowd-acts.ts), with wrong moments for all of them: buffers are freed, handles
 * closed and threads ended while calls are under way. Nothing is modelled; what must hold is:
 *
 * - Every call comes back, at the latest when what it waits for is closed or given up.
 * - No service fails by a mistake of its own (STATUS_UNSUCCESSFUL).
 * - Memory that another process has is not written to.
 * - The disk is sound after each round, and nothing is left behind.
 *
 * What was found by it is the machine's order of events as much as the seed's: many seeds by
 * `npm run soak:threads -- --only crowd`.
 */
import { assert } from 'chai';
import { callService } from '../../personality/ntdll/call.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { holdings } from '../ntos/core-quota-fixture.ts';
import { type ClientRig, bootClientRig } from '../ntos/io-client.ts';
import { fsck, makeImage } from '../support/mtools.ts';
import { seedsOf } from '../support/seeds.ts';
import { BUFFER } from './crowd-acts.ts';
import { crowdImages, lifeOf } from './crowd-life.ts';

const ROUNDS = 8;
/** After so many the system holds what it will hold. */
const WARM = 2;

/** Of a process of its own: fresh pages stay empty. Resolves to the bytes that were not. */
async function watchMemory(process: NtProcess, over: () => boolean): Promise<number> {
  const length = 8 * BUFFER;
  let spoilt = 0;
  while (!over()) {
    const { address } = await callService(process, 'NtAllocateVirtualMemory', { length });
    await callService(process, 'NtDelayExecution', { alertable: false, interval: -20_000 });
    const window = process.thread.window(address, length, false);
    spoilt += window.read(0, length).filter((byte) => byte !== 0).length;
    await callService(process, 'NtFreeVirtualMemory', { address });
  }
  return spoilt;
}

/**
 * What the system holds when crowd and volume have gone. Fewer timers than `before` are as good: it
 * had one then that was about to end; and so are more free pages.
 */
async function left(rig: ClientRig, before?: { timers: number; freePages: number }) {
  await rig.run('umount A:');
  return rig.asExecutive((executive) => {
    const { freePages, ...rest } = holdings(executive);
    return {
      ...rest,
      freePages: Math.min(Number(freePages), before?.freePages ?? Infinity),
      timers: Math.max(executive.ke.coroutines.timed, before?.timers ?? 0),
      cached: executive.cc.manager.pool.count,
      requests: executive.io.irps().length,
    };
  });
}

suite('system: threads that share everything', function () {
  this.timeout(60_000 + ROUNDS * 60_000);

  let rig: ClientRig;
  teardown(() => rig.end());

  for (const seed of seedsOf(4))
    test(`seed ${seed}`, async () => {
      rig = await bootClientRig(
        [await makeImage({ kib: 1440, files: { 'ONE.BIN': new Uint8Array(30_000) } })],
        {},
        crowdImages,
      );
      await rig.run('md A:\\SUB');
      const found = new Set<string>();
      const play = async (first: number, end: number) => {
        let over = false;
        const spoilt = rig.client(({ process }) => watchMemory(process, () => over));
        for (let round = first; round < end; round++) {
          const crowd = await lifeOf(rig, seed * 1000 + round);
          await rig.run('umount A:');
          const { clean, output } = await fsck(rig.image());
          assert.isTrue(clean, `round ${round}: ${output}`);
          for (const each of crowd.found) found.add(each);
        }
        over = true;
        assert.equal(await spoilt, 0, 'bytes of others that were written');
      };
      await play(0, WARM);
      const before = await left(rig);
      await play(WARM, ROUNDS);
      let after = await left(rig, before);
      for (
        let tries = 0;
        tries < 200 && JSON.stringify(after) !== JSON.stringify(before);
        tries++
      ) {
        await new Promise((done) => setTimeout(done, 10));
        after = await left(rig, before);
      }
      assert.deepEqual(after, before, 'nothing is left behind');
      assert.deepEqual(
        [...found].filter((each) => each.includes('UNSUCCESSFUL')),
        [],
      );
      // What it is for has come: transfers, locks, views, and calls that were given up.
      for (const each of ['NtReadFile STATUS_SUCCESS', 'NtLockFile STATUS_PENDING'])
        assert.include([...found], each);
      for (const each of ['NtMapViewOfSection STATUS_SUCCESS', 'NtReadFile STATUS_CANCELLED'])
        assert.include([...found], each);
      assert.deepEqual(rig.faults, []);
    });
});
