/**
 * A file that becomes shorter, or ends, while somebody waits for it: what he does then is of the
 * file as it is.
 */
import { assert } from 'chai';
import { CcZeroData } from '../../personality/ntos/cc/zero.ts';
import { holdForView } from '../../personality/ntos/cc/mapping.ts';
import { flushFile, flushVolume } from '../../personality/ntos/cc/writeback.ts';
import { Waitable } from '../../personality/rtl/coroutines.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { FakeFile, type StatusError, World } from './cc-fakes.ts';

const clusters = Array.from({ length: 100 }, (_, i) => 64 + i);
const SIZE = 10_000;

/** A file of which 100 bytes have contents. */
function grown(world: World): FakeFile {
  const file = new FakeFile(world, 512, [...clusters], SIZE);
  file.cache.validData = 100;
  return file;
}

/** `waiting` begins while somebody has the file's resource, who does `meanwhile` and lets it go. */
async function behind<T>(
  world: World,
  { cache }: FakeFile,
  waiting: () => Promise<T>,
  meanwhile: () => void,
): Promise<T> {
  const go = new Waitable(world.coroutines);
  const [, answer] = await world.run<unknown>(
    () =>
      cache.resource.run(async () => {
        await go.wait();
        meanwhile();
      }),
    waiting,
    () => go.set(),
  );
  return answer as T;
}

suite('ntos/cc the end of a file comes nearer', () => {
  for (const size of [0, 1000])
    test(`to ${size} before a flush has its turn`, async () => {
      const world = new World();
      const file = grown(world);
      const status = await behind(
        world,
        file,
        () => flushFile(file.cache),
        () => file.cache.setSizes(size, Math.ceil(size / 512) * 512),
      );
      assert.equal(status, Status.STATUS_SUCCESS);
      assert.equal(file.cache.validData, size);
      const [later] = await world.run(() => flushVolume(world.volume));
      assert.equal(later, Status.STATUS_SUCCESS);
      assert.equal(world.cc.pool.dirtyCount, 0);
    });

  test('before a view is mapped for writing', async () => {
    const world = new World();
    const file = grown(world);
    await behind(
      world,
      file,
      () => holdForView(file.cache, 0, 2, true),
      () => file.cache.setSizes(1000, 1024),
    );
    assert.equal(file.cache.validData, 1000);
  });

  test('while zeros are written', async () => {
    const world = new World();
    const file = grown(world);
    // The bytes before are being read.
    world.choose = () => {
      file.cache.setSizes(300, 512);
      return 0;
    };
    const [status] = await world.run(() => CcZeroData(file.cache, SIZE));
    assert.equal(status, Status.STATUS_SUCCESS);
    assert.equal(file.cache.validData, 300);
  });

  const asked: Record<string, (world: World, file: FakeFile) => Promise<unknown>> = {
    'a read': (world, { cache }) => world.read(cache, 0, 100),
    'a write': (world, { cache }) => world.write(cache, 10, new Uint8Array(50)),
    zeros: (_, { cache }) => CcZeroData(cache, SIZE),
  };
  for (const [name, ask] of Object.entries(asked))
    test(`it is closed while ${name} waits for the disk's turn`, async () => {
      const world = new World();
      const file = grown(world);
      await world.volume.lock.acquire(true);
      const asking = world.coroutines.spawn(() =>
        ask(world, file).catch((error: unknown) => (error as StatusError).status),
      );
      await world.coroutines.drain();
      file.cache.close();
      world.volume.lock.release(true);
      await world.coroutines.drain();
      assert.equal(await asking, Status.STATUS_FILE_FORCED_CLOSED);
      assert.equal(world.cc.pool.count, 0, 'no page stays with a file that is gone');
      assert.equal(world.disk.pending.length, 0);
    });
});
