/** Who hears of changes in the registry, how, and when no more; and who may change what. */
import { assert } from 'chai';
import { apcRoutine } from '../../../personality/ntdll/apc.ts';
import * as nt from '../../../personality/ntdll/native.ts';
import { nativeImage, type NtProcess } from '../../../personality/ntdll/process.ts';
import * as reg from '../../../personality/rtl/registry.ts';
import { statusName } from '../../../personality/rtl/statustext.ts';
import { inClient, statusOf } from '../core-client.ts';
import { event, NOBODY, thread, wait } from '../core-sync-fixture.ts';
import { create, made, open, set, USER } from './client.ts';

const NAME = reg.REG_NOTIFY_CHANGE_NAME;
const SET = reg.REG_NOTIFY_CHANGE_LAST_SET;
const data = Uint8Array.of(1);

/** Waits until `count` is so many: threads of the client need turns to run. */
async function until(process: NtProcess, condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !condition(); turn++)
    await nt.NtDelayExecution(process, { alertable: false, interval: -20_000 });
  assert.isTrue(condition());
}

suite('ntos/cm/notify', function () {
  this.timeout(20_000);

  test('by event: what the filter says, in the key or below it, once a call', async () => {
    await inClient(async (process) => {
      const root = await made(process, `${USER}\\Watched`);
      const child = await made(process, 'child', { root });
      const own = await event(process, 0);
      const tree = await event(process, 0);
      const block = process.heap.allocate(8);
      const watch = async (filter: number, below: boolean, of: number) => {
        const { handle } = await open(process, '', { root });
        const ask = () =>
          nt.NtNotifyChangeKey(process, {
            handle,
            filter,
            tree: below,
            wait: false,
            event: of,
            iosb: block.address,
          });
        assert.equal(statusOf(await ask()), 'STATUS_PENDING');
        return { handle, ask };
      };
      const names = await watch(NAME, false, own);
      const everything = await watch(NAME | SET, true, tree);
      const told = async (handle: number) => (await wait(process, handle, 0)) === 'STATUS_SUCCESS';
      assert.isFalse(await told(tree));

      await set(process, child, 'x', data);
      assert.isFalse(await told(own), 'no name, and not here');
      assert.isTrue(await told(tree));
      assert.equal(statusName(block.memory.getUint32(0)), 'STATUS_NOTIFY_ENUM_DIR');
      await everything.ask();
      assert.isFalse(await told(tree), 'the event is reset with the next call');

      await made(process, 'deeper', { root: child });
      assert.isFalse(await told(own));
      assert.isTrue(await told(tree));
      await nt.NtRenameKey(process, { handle: child, name: 'renamed' });
      assert.isTrue(await told(own));
      await nt.NtDeleteValueKey(process, { handle: child, name: 'x' });
      await everything.ask();
      assert.isTrue(await told(tree), 'what came between two calls is told at once');

      await names.ask();
      await nt.NtClose(process, { handle: names.handle });
      assert.isTrue(await told(own));
      assert.equal(statusName(block.memory.getUint32(0)), 'STATUS_NOTIFY_CLEANUP');
      process.heap.free(block);
    });
  });

  test('by an APC, by waiting, and when the key is deleted', async () => {
    await inClient(async (process) => {
      const key = await made(process, `${USER}\\Told`);
      const calls: number[][] = [];
      const routine = apcRoutine(process, (_, { context, argument2 }) => {
        calls.push([context, argument2]);
      });
      const ask = { handle: key, filter: SET, tree: false };
      await nt.NtNotifyChangeKey(process, { ...ask, wait: false, apc: routine, context: 77 });
      await set(process, key, 'x', data);
      await nt.NtTestAlert(process);
      assert.deepEqual(calls, [[77, 0]]);

      const statuses: string[] = [];
      const waiter = await thread(process, async (own) => {
        for (let turn = 0; turn < 2; turn++)
          statuses.push(statusOf(await nt.NtNotifyChangeKey(own, { ...ask, wait: true })));
      });
      await nt.NtDelayExecution(process, { alertable: false, interval: -100_000 });
      assert.deepEqual(statuses, []);
      await set(process, key, 'x', data);
      await until(process, () => statuses.length === 1);
      await nt.NtDelayExecution(process, { alertable: false, interval: -100_000 });
      await nt.NtDeleteKey(process, { handle: key });
      assert.equal(await wait(process, waiter), 'STATUS_SUCCESS');
      assert.deepEqual(statuses, ['STATUS_NOTIFY_ENUM_DIR', 'STATUS_NOTIFY_CLEANUP']);
      const late = await nt.NtNotifyChangeKey(process, { ...ask, wait: false });
      assert.equal(statusOf(late), 'STATUS_KEY_DELETED');
    });
  });

  test('wrong arguments; and a thread that ends leaves nothing behind', async () => {
    await inClient(async (process) => {
      const handle = await made(process, `${USER}\\Wrong`);
      const ask = (more: object) =>
        nt.NtNotifyChangeKey(process, { handle, filter: SET, tree: false, wait: false, ...more });
      for (const [more, status] of [
        [{ filter: 0 }, 'STATUS_INVALID_PARAMETER'],
        [{ filter: 16 }, 'STATUS_INVALID_PARAMETER'],
        [{ event: NOBODY }, 'STATUS_INVALID_HANDLE'],
        [{ event: handle }, 'STATUS_OBJECT_TYPE_MISMATCH'],
        [{ iosb: 8 }, 'STATUS_ACCESS_VIOLATION'],
        [{ iosb: 0x0100_0002 }, 'STATUS_DATATYPE_MISALIGNMENT'],
      ] as const)
        assert.equal(statusOf(await ask(more)), status, JSON.stringify(more));
      const asks = await thread(process, async (own) => {
        const wanted = { handle, filter: SET, tree: false, wait: false };
        for (let turn = 0; turn < 5; turn++) await nt.NtNotifyChangeKey(own, wanted);
      });
      assert.equal(await wait(process, asks), 'STATUS_SUCCESS');
      const waits = await thread(process, async (own) => {
        await nt.NtNotifyChangeKey(own, { handle, filter: SET, tree: false, wait: true });
      });
      await nt.NtDelayExecution(process, { alertable: false, interval: -50_000 });
      await nt.NtTerminateThread(process, { handle: waits, status: 5 });
      assert.equal(await wait(process, waits), 'STATUS_SUCCESS');
      assert.equal(statusOf(await set(process, handle, 'x', data)), 'STATUS_SUCCESS');
    });
  });

  test('who is not privileged reads the machine’s keys and changes the user’s', async () => {
    const statuses: string[] = [];
    const service = `${reg.SERVICES_KEY}\\fdc`;
    const modest = nativeImage(async (process) => {
      const note = (answer: { status: number }) => void statuses.push(statusOf(answer));
      note(await open(process, service, { access: reg.KEY_READ }));
      note(await open(process, service, { access: reg.KEY_SET_VALUE }));
      note(await create(process, `${reg.SERVICES_KEY}\\evil`));
      const { handle } = await open(process, service);
      note(await set(process, handle, 'ImagePath', data));
      note(await nt.NtDeleteKey(process, { handle }));
      const { handle: own } = await create(process, `${USER}\\Modest`);
      note(await set(process, own, 'x', data));
      note(await nt.NtSaveKey(process, { handle: own, file: 0 }));
      const names = { name: '\\Registry\\User\\X', root: 0, file: '\\??\\A:\\X', fileRoot: 0 };
      note(await nt.NtLoadKey(process, names));
      note(await nt.NtUnloadKey(process, names));
      return 0;
    });
    const body = async (process: NtProcess) => {
      const { handle } = await nt.NtCreateProcess(process, {
        image: 'modest.exe',
        commandLine: '',
      });
      assert.equal(await wait(process, handle), 'STATUS_SUCCESS');
      assert.deepEqual(statuses, [
        'STATUS_SUCCESS',
        'STATUS_ACCESS_DENIED',
        'STATUS_ACCESS_DENIED',
        'STATUS_ACCESS_DENIED',
        'STATUS_ACCESS_DENIED',
        'STATUS_SUCCESS',
        'STATUS_PRIVILEGE_NOT_HELD',
        'STATUS_PRIVILEGE_NOT_HELD',
        'STATUS_PRIVILEGE_NOT_HELD',
      ]);
    };
    await inClient(body, { 'modest.exe': modest });
  });
});
