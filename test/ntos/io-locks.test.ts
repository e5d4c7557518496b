/** Byte-range locks: the rules by themselves, and the services on the whole system. */
import { assert } from 'chai';
import {
  NtCancelIoFileEx,
  NtCreateEvent,
  NtLockFile,
  NtReadFile,
  NtUnlockFile,
  NtWaitForSingleObject,
  NtWriteFile,
} from '../../personality/ntdll/native.ts';
import { type ByteLock, ByteLocks } from '../../personality/ntos/io/file/bytelocks.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { EVENT_ALL_ACCESS } from '../../personality/rtl/objects.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { makeImage } from '../support/mtools.ts';
import { bootClientRig, type Client, type ClientRig, pattern } from './io-client.ts';

const OK = 'STATUS_SUCCESS';
const CONFLICT = 'STATUS_FILE_LOCK_CONFLICT';

suite('ntos/io: byte-range locks by themselves', () => {
  const process = {};
  const [mine, yours] = [{}, {}].map((file) => ({ file, process, key: 0 })) as [Owner, Owner];
  type Owner = ByteLock['owner'];
  const lock = (owner: Owner, offset: number, length: number, exclusive = true): ByteLock => ({
    owner,
    offset,
    length,
    exclusive,
  });

  test('who may lock, read and write', () => {
    const locks = new ByteLocks();
    assert.isTrue(locks.take(lock(mine, 10, 10)));
    assert.isFalse(locks.take(lock(mine, 19, 1)), 'exclusive over one’s own');
    assert.isTrue(locks.take(lock(mine, 19, 1, false)), 'shared over one’s own');
    assert.isFalse(locks.take(lock(yours, 0, 11, false)));
    assert.isTrue(locks.take(lock(yours, 0, 10)), 'beside it');
    assert.isTrue(locks.mayRead(mine, 10, 10));
    assert.isFalse(locks.mayRead({ ...mine, key: 1 }, 19, 1), 'another key');
    assert.isFalse(locks.mayRead({ ...mine, process: {} }, 19, 1), 'another process');
    assert.isFalse(locks.mayWrite(mine, 10, 10), 'its last byte is locked for reading, too');
    assert.isTrue(locks.mayWrite(mine, 10, 9));
    assert.isTrue(locks.mayRead(yours, 20, 100));
    assert.equal(locks.unlock(mine, 10, 9), Status.STATUS_RANGE_NOT_LOCKED);
    assert.equal(locks.unlock(yours, 10, 10), Status.STATUS_RANGE_NOT_LOCKED);
    assert.equal(locks.unlock(mine, 10, 10), 0);
  });

  test('of one range locked twice, the exclusive lock goes first', () => {
    const locks = new ByteLocks();
    assert.isTrue(locks.take(lock(mine, 0, 5)));
    assert.isTrue(locks.take(lock(mine, 0, 5, false)));
    assert.equal(locks.unlock(mine, 0, 5), 0);
    assert.isTrue(locks.mayRead(yours, 0, 5));
    assert.isFalse(locks.mayWrite(mine, 0, 5));
    assert.equal(locks.unlock(mine, 0, 5), 0);
    assert.isTrue(locks.isEmpty);
  });

  test('ranges of no bytes', () => {
    const locks = new ByteLocks();
    assert.isTrue(locks.take(lock(mine, 0, 0)));
    assert.isTrue(locks.take(lock(yours, 0, 10)), '0 at 0 is in nobody’s way');
    assert.isFalse(locks.take(lock(mine, 5, 0)), 'within');
    assert.isTrue(locks.take(lock(mine, 10, 0)), 'behind');
  });

  test('those in line come in turn, and pass those that cannot', () => {
    const locks = new ByteLocks();
    const ends: string[] = [];
    const wait = (name: string, wanted: ByteLock) =>
      locks.wait(wanted, (status) => ends.push(`${name} ${statusName(status)}`));
    locks.take(lock(mine, 0, 10));
    locks.take(lock(mine, 20, 10));
    wait('both', lock(yours, 5, 20));
    wait('first', lock(yours, 5, 2));
    const giveUp = wait('given up', lock(yours, 0, 1));
    giveUp();
    giveUp();
    assert.deepEqual(ends, ['given up STATUS_CANCELLED']);
    locks.unlock(mine, 0, 10);
    assert.deepEqual(ends.slice(1), [`first ${OK}`]);
    locks.release((owner) => owner.file === yours.file, Status.STATUS_RANGE_NOT_LOCKED);
    assert.deepEqual(ends.slice(2), ['both STATUS_RANGE_NOT_LOCKED']);
    locks.release(() => true, 0);
    assert.isTrue(locks.isEmpty);
  });
});

suite('ntos/io: byte-range locks', function () {
  this.timeout(60_000);
  let rig: ClientRig;
  suiteSetup(async () => {
    const files = { 'FILE.BIN': pattern(20_000), 'DIR/X': pattern(3) };
    rig = await bootClientRig([await makeImage({ kib: 1440, files })]);
  });
  suiteTeardown(() => rig.end());

  const FILE = 'A:\\FILE.BIN';
  const whole = { offset: 0, length: 100, key: 0, failImmediately: true, exclusive: true };
  const lock = async (client: Client, handle: number, change: object = {}) =>
    statusName((await NtLockFile(client.process, { handle, ...whole, ...change })).status);
  const unlock = async (client: Client, handle: number, change: object = {}) => {
    const input = { handle, offset: 0, length: 100, key: 0, ...change };
    return statusName((await NtUnlockFile(client.process, input)).status);
  };

  test('an exclusive lock keeps others out of its bytes, and no others', () =>
    rig.client(async (client) => {
      const mine = await client.opened(FILE);
      const yours = await client.opened(FILE);
      assert.equal(await lock(client, mine), OK);
      assert.equal((await client.read(mine, 0, 100)).status, OK);
      assert.equal(await client.write(mine, 0, pattern(100)), OK);
      assert.equal((await client.read(yours, 99, 100)).status, CONFLICT);
      assert.equal((await client.read(yours, 100, 100)).status, OK);
      assert.deepEqual(await client.read(yours, 50, 0), { status: OK, data: new Uint8Array() });
      assert.equal(await client.write(yours, 50, new Uint8Array()), OK, 'of no bytes');
      assert.equal((await client.read(yours, 30_000, 0)).status, OK, 'past the end');
      assert.equal(await client.write(yours, 99, pattern(2)), CONFLICT);
      assert.equal(await lock(client, yours, { exclusive: false }), 'STATUS_LOCK_NOT_GRANTED');
      assert.equal(await unlock(client, yours), 'STATUS_RANGE_NOT_LOCKED');
      assert.equal(await unlock(client, mine, { key: 1 }), 'STATUS_RANGE_NOT_LOCKED');
      assert.equal(await unlock(client, mine), OK);
      assert.equal((await client.read(yours, 0, 100)).status, OK);
      assert.equal(await lock(client, yours, { exclusive: false }), OK);
      assert.equal(await client.write(yours, 0, pattern(1)), CONFLICT, 'shared: nobody writes');
      assert.equal(await client.close(yours), OK);
      assert.equal(await client.write(mine, 0, pattern(1)), OK, 'the close has unlocked it');
      await client.close(mine);
    }));

  test('a key is part of who has locked', () =>
    rig.client(async (client) => {
      const handle = await client.opened(FILE);
      assert.equal(await lock(client, handle, { key: 7 }), OK);
      const { address } = client.process.heap.allocate(100);
      const input = { handle, address, length: 100, offset: 0 };
      for (const move of [NtReadFile, NtWriteFile]) {
        assert.equal(statusName((await move(client.process, input)).status), CONFLICT);
        assert.equal((await move(client.process, { ...input, key: 7 })).status, 0);
      }
      assert.equal(await unlock(client, handle, { key: 7 }), OK);
    }));

  test('what cannot be locked, and by whom', () =>
    rig.client(async (client) => {
      const handle = await client.opened(FILE);
      const directory = await client.opened('A:\\DIR');
      const looking = await client.opened(FILE, { access: nt.FILE_READ_ATTRIBUTES });
      const rows = [
        [{ handle: 0x7770 }, 'STATUS_INVALID_HANDLE'],
        [{ handle: looking }, 'STATUS_ACCESS_DENIED'],
        [{ handle: directory }, 'STATUS_INVALID_PARAMETER'],
        [{ handle: await client.opened('A:') }, 'STATUS_INVALID_PARAMETER'],
        [{ handle: await client.opened('\\Device\\Serial0') }, 'STATUS_INVALID_DEVICE_REQUEST'],
        [{ offset: -1 }, 'STATUS_INVALID_LOCK_RANGE'],
        [{ length: -1 }, 'STATUS_INVALID_LOCK_RANGE'],
        [{ offset: 2 ** 52, length: 2 ** 53 - 1 }, 'STATUS_INVALID_LOCK_RANGE'],
      ] as const;
      for (const [change, expected] of rows) {
        assert.equal(await lock(client, handle, change), expected, JSON.stringify(change));
        assert.equal(await unlock(client, handle, change), expected, JSON.stringify(change));
      }
      assert.equal(await unlock(client, handle), 'STATUS_RANGE_NOT_LOCKED');
      const event = await lock(client, handle, { event: 0x7770 });
      assert.equal(event, 'STATUS_INVALID_HANDLE');
    }));

  test('a lock that waits is told like a read: granted, given up, or its handle closed', () =>
    rig.client(async (client) => {
      const { process } = client;
      const first = await client.opened(FILE);
      const named = { name: '', access: EVENT_ALL_ACCESS, attributes: 0 };
      const { handle: event } = await NtCreateEvent(process, {
        ...named,
        type: nt.NotificationEvent,
        initial: false,
      });
      const block = process.heap.allocate(8);
      const iosb = block.address;
      const ends = [
        ['STATUS_SUCCESS', () => unlock(client, first)],
        [
          'STATUS_CANCELLED',
          async (handle: number) =>
            statusName((await NtCancelIoFileEx(process, { handle, iosb })).status),
        ],
        ['STATUS_RANGE_NOT_LOCKED', (handle: number) => client.close(handle)],
      ] as const;
      for (const [expected, end] of ends) {
        const second = await client.opened(FILE, { asynchronous: true });
        assert.equal(await lock(client, first), OK);
        const told = { event, iosb, failImmediately: false };
        assert.equal(await lock(client, second, told), 'STATUS_PENDING');
        const wait = { handle: event, alertable: false };
        const early = await NtWaitForSingleObject(process, { ...wait, timeout: 0 });
        assert.equal(statusName(early.status), 'STATUS_TIMEOUT');
        assert.equal(await end(second), OK);
        await NtWaitForSingleObject(process, { ...wait, timeout: -10_000_000 });
        assert.equal(statusName(block.memory.getUint32(0)), expected);
        if (expected === OK) assert.equal((await client.read(first, 0, 1)).status, CONFLICT);
        if (expected !== 'STATUS_RANGE_NOT_LOCKED') await client.close(second);
        if (expected !== OK) assert.equal(await unlock(client, first), OK);
      }
    }));

  test('a thread that waits for a lock gets it from a process that dies', async () => {
    await rig.client(async (client) => {
      const { process } = client;
      const holder = await client.opened(FILE);
      assert.equal(await lock(client, holder), OK);
      // Not closed: the end of the process does it.
      assert.equal(process.busy, false);
    });
    await rig.client(async (client) => {
      const handle = await client.opened(FILE);
      assert.equal(await lock(client, handle, { failImmediately: false }), OK);
    });
  });

  test('locks are paid for, and a close pays back', () =>
    rig.client(async (client) => {
      const handle = await client.opened(FILE);
      for (const turn of ['once', 'again']) {
        let count = 0;
        let status = OK;
        for (; status === OK; count++)
          status = await lock(client, handle, { offset: count, length: 1 });
        assert.equal(status, 'STATUS_QUOTA_EXCEEDED', turn);
        assert.isAbove(count, 1000, turn);
        for (let i = 0; i < count - 1; i++)
          assert.equal(await unlock(client, handle, { offset: i, length: 1 }), OK);
      }
      await client.close(handle);
    }));
});
