/**
 * Threads that share everything (crowd-life.ts) while their volume comes and goes, in one of these
 * ways: it is unmounted; its disk is taken out and put back; its file system or its disk's driver
 * dies. What must hold:
 *
 * - Every call comes back.
 * - The disk is sound at the end of each round. Where a driver died in the middle of something,
 *   some clusters may belong to nobody: data goes before what leads to it.
 * - No service fails by a mistake of its own, and nothing is left behind.
 *
 * That what was acknowledged is on the medium is held by test/ntos/io-dismounting.test.ts: here
 * some writes are refused in the middle, and their pages are dropped.
 *
 * Only `npm run soak:threads -- --only disturbed` runs it.
 */
import { assert } from 'chai';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { holdings } from '../ntos/core-quota-fixture.ts';
import { type ClientRig, bootClientRig } from '../ntos/io-client.ts';
import { fsck, makeImage } from '../support/mtools.ts';
import { seedsOf } from '../support/seeds.ts';
import { Random } from './crowd-calls.ts';
import { crowdImages, lifeOf } from './crowd-life.ts';

const ROUNDS = 4;
/** After so many the system holds what it will hold. */
const WARM = 2;
/** A volume that somebody else lets go at the same time: until nobody does. */
const TRIES = 40;
/** What a system says of a disk whose driver died in the middle of an allocation. */
const UNSOUND = /share|bad cluster|differ|loop|cross/i;

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

type Disturb = (rig: ClientRig, random: Random) => Promise<void>;

async function kill(rig: ClientRig, name: string): Promise<void> {
  await rig.asExecutive(({ ldr, ps }) => {
    const process = ldr.driverProcess(name);
    if (process) ps.terminate(process, Status.STATUS_CONTROL_C_EXIT, true);
  });
}

const disturbances: Record<string, { times: number; disturb: Disturb }> = {
  unmounted: {
    times: Infinity,
    disturb: async (rig) => {
      // Who is in the middle of something may keep it from going.
      await rig.ask({ op: 'dismount', drive: 'A:' }).catch(() => undefined);
    },
  },
  'taken out': {
    times: Infinity,
    disturb: async (rig, random) => {
      const image = await rig.eject(0);
      await pause(random.below(20));
      if (image) rig.insert(0, image);
    },
  },
  // Fewer than a driver may be started again within half a minute (rtl/restarts.ts).
  'left by its driver': {
    times: 1,
    disturb: (rig, random) => kill(rig, random.once(3) ? 'fdc' : 'fatfs'),
  },
};

async function round(rig: ClientRig, seed: number, way: keyof typeof disturbances) {
  const { times, disturb } = disturbances[way]!;
  const random = new Random(seed);
  let over = false;
  const disturbing = (async () => {
    for (let count = 0; count < times && !over; count++) {
      await pause(15 + random.below(30));
      if (!over) await disturb(rig, random);
    }
  })();
  const { found } = await lifeOf(rig, seed);
  over = true;
  await disturbing;
  return found;
}

async function unmount(rig: ClientRig): Promise<void> {
  for (let tries = 1; ; tries++)
    try {
      await rig.run('umount A:');
      return;
    } catch (error) {
      if (tries === TRIES) throw error;
      await pause(50);
    }
}

async function left(rig: ClientRig, before = Infinity) {
  await unmount(rig);
  return rig.asExecutive((executive) => {
    const { freePages, ...rest } = holdings(executive);
    return {
      ...rest,
      freePages: Math.min(Number(freePages), before),
      cached: executive.cc.manager.pool.count,
      requests: executive.io.irps().length,
    };
  });
}

suite('system: threads that share everything, disturbed', function () {
  this.timeout(120_000);
  let rig: ClientRig;
  teardown(() => rig.end());

  async function play(way: string, seed: number): Promise<void> {
    const files = { 'ONE.BIN': new Uint8Array(30_000) };
    rig = await bootClientRig([await makeImage({ kib: 1440, files })], {}, crowdImages);
    await rig.run('md A:\\SUB');
    const dies = disturbances[way]!.times < Infinity;
    let before: Awaited<ReturnType<typeof left>> | undefined;
    for (let count = 0; count < ROUNDS; count++) {
      const found = await round(rig, seed * 1000 + count, way);
      await unmount(rig);
      const { clean, output } = await fsck(rig.image());
      assert.isTrue(clean || (dies && !UNSOUND.test(output)), `round ${count}: ${output}`);
      const wrong = [...found].filter((each) => /UNSUCCESSFUL|CORRUPT/.test(each));
      assert.deepEqual(wrong, [], `round ${count}`);
      if (count + 1 === WARM) before = await left(rig);
    }
    let after = await left(rig, before!.freePages);
    for (let tries = 0; tries < 200 && JSON.stringify(after) !== JSON.stringify(before); tries++) {
      await pause(10);
      after = await left(rig, before!.freePages);
    }
    assert.deepEqual(after, before, 'nothing is left behind');
    if (dies) return;
    assert.deepEqual(rig.faults, []);
  }

  for (const way of Object.keys(disturbances))
    for (const seed of seedsOf(1)) test(`${way}: seed ${seed}`, () => play(way, seed));
});
