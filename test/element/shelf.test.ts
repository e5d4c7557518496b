/** What the browser's storage refuses becomes an answer for the machine and words for people. */
import { assert } from 'chai';
import { Drives } from '../../web/element/drives.ts';
import { Session } from '../../web/element/session.ts';
import { Shelf } from '../../web/element/shelf.ts';
import { createDiskStore } from '../../web/store/disks.ts';
import { StoreError, type StoreErrorCode } from '../../web/store/errors.ts';
import { createMemoryBackend } from '../../web/store/memory.ts';
import { FakeSystem } from './fake-system.ts';
import { pattern } from './fixture.ts';

/** Drives over a backend whose writes fail while `fails` says so. */
async function drivesThatFail(): Promise<{
  drives: Drives;
  shelf: Shelf;
  said: string[];
  fail(code: StoreErrorCode | undefined): void;
}> {
  let fails: StoreErrorCode | undefined;
  const memory = createMemoryBackend();
  const backend = {
    read: memory.read.bind(memory),
    close: memory.close.bind(memory),
    write: (batch: Parameters<typeof memory.write>[0]) =>
      fails ? Promise.reject(new StoreError(fails, 'There is no room.')) : memory.write(batch),
  };
  const said: string[] = [];
  const say = (message: string): void => void said.push(message);
  const shelf = new Shelf({ store: createDiskStore({ backend }), backend, say });
  const owner = {
    prefix: () => 'p',
    gone: () => false,
    say,
    changed: () => undefined,
    mayLeave: () => undefined,
    updated: () => undefined,
    progress: () => undefined,
    turned: () => undefined,
  };
  const drives = new Drives(owner, shelf);
  await drives.attach(new Session(new FakeSystem({})));
  return { drives, shelf, said, fail: (code) => void (fails = code) };
}

const CHANGES = [{ offset: 0, bytes: Uint8Array.of(1, 2, 3) }];

suite('element/shelf', () => {
  const RESULTS = [
    ['quota', 'full'],
    ['timeout', 'silent'],
    ['aborted', 'failed'],
  ] as const;
  for (const [code, result] of RESULTS) {
    test(`${code} is "${result}" for the machine, and one line; later the disk is safe`, async () => {
      const { drives, said, fail } = await drivesThatFail();
      await drives.insert('A:', pattern(1));
      assert.equal(await drives.news.commit(0, CHANGES), 'kept');
      fail(code);
      assert.equal(await drives.news.commit(0, CHANGES), result);
      assert.equal(
        await drives.news.commit(0, [], true),
        result,
        'asking again is no way around it',
      );
      assert.deepEqual(said, ['What was written to A: is not safe yet. There is no room.']);
      fail(undefined);
      assert.equal(await drives.news.commit(0, [], true), 'kept');
      assert.equal(said.at(-1), 'What was written to A: is kept now.');
    });
  }

  test('a disk that cannot be kept is in its drive all the same, and the bar says so', async () => {
    const { drives, said, fail } = await drivesThatFail();
    fail('quota');
    await drives.insert('A:', pattern(1), { label: 'big' });
    assert.equal(drives.views[0]?.state, 'unkept');
    assert.deepEqual(said, ['big is not kept. There is no room.']);
    assert.equal(
      await drives.news.commit(0, CHANGES),
      'full',
      'the page holds it, the store does not',
    );
    assert.equal(drives.views[0]?.words, "not kept: this browser's storage is full");
    fail(undefined);
    assert.equal(await drives.news.commit(0, []), 'kept', 'it is kept as soon as it can be');
    assert.equal(drives.views[0]?.state, 'kept');
  });

  test('kept disks are listed while they are in no drive, and can be removed', async () => {
    const { drives, shelf } = await drivesThatFail();
    await drives.insert('A:', pattern(1), { label: 'one' });
    assert.deepEqual(await drives.kept(), []);
    await drives.eject('A:');
    const [one] = await drives.kept();
    assert.equal(one?.label, 'one');
    await drives.insertKept('B:', one!.name);
    assert.equal(drives.views[1]?.state, 'kept');
    await drives.eject('B:');
    await shelf.ask((store) => store.bin({ prefix: 'p' }).throwAway(one!.name));
    assert.deepEqual(await drives.kept(), []);
  });

  test('where the page has no storage at all, that is no alarm; where it had, it is', async () => {
    const denial = new DOMException('The operation is insecure.', 'SecurityError');
    const memory = createMemoryBackend();
    let denied = true;
    const backend = {
      read: (...path: Parameters<typeof memory.read>) =>
        denied ? Promise.reject(denial) : memory.read(...path),
      write: memory.write.bind(memory),
      close: memory.close.bind(memory),
    };
    const said: unknown[] = [];
    const shelf: Shelf = new Shelf({
      store: createDiskStore({ backend }),
      backend,
      say: (_, error) => said.push(shelf.denies(error)),
    });
    await shelf.recall('p');
    await shelf.list('p');
    assert.isTrue(shelf.denied);
    denied = false;
    await shelf.recall('p');
    denied = true;
    await shelf.list('p');
    assert.deepEqual(said, [true, true, false]);
  });
});
