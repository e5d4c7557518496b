/** Mailslots on the whole system. */
import { assert } from 'chai';
import { listDirectory } from '../../personality/ntdll/files.ts';
import {
  NtCreateMailslotFile,
  NtQueryInformationFile,
  NtSetInformationFile,
} from '../../personality/ntdll/native.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import { encodeLarge } from '../../personality/rtl/information.ts';
import * as nt from '../../personality/rtl/nt.ts';
import * as pipes from '../../personality/rtl/pipes.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { type ClientRig, RW } from './io-client.ts';
import { bootPipes, control, read, write } from './pipe-client.ts';

const SLOT = `${pipes.MAILSLOT_DEVICE}\\in\\box`;
const SENDER = { access: nt.FILE_WRITE_DATA };

suite('ntos/io: mailslots', function () {
  this.timeout(60_000);
  let rig: ClientRig;

  suiteSetup(async () => {
    rig = await bootPipes();
  });
  suiteTeardown(() => rig.end());

  async function create(process: NtProcess, more = {}) {
    const answer = await NtCreateMailslotFile(process, {
      name: SLOT,
      root: 0,
      access: RW | nt.FILE_WRITE_ATTRIBUTES,
      options: nt.FILE_SYNCHRONOUS_IO_NONALERT,
      quota: 100,
      maximumMessage: 40,
      timeout: 0,
      ...more,
    });
    return { ...answer, status: statusName(answer.status) };
  }

  test('messages, limits, time-outs, looking', () =>
    rig.client(async (client) => {
      const { process } = client;
      const { handle } = await create(process);
      const sender = await client.opened('\\??\\MAILSLOT\\in\\BOX', SENDER);
      assert.equal((await read(process, handle)).status, 'STATUS_IO_TIMEOUT');
      await write(process, sender, 'first');
      await write(process, sender, 'second');
      const { output } = await control(process, handle, pipes.FSCTL_MAILSLOT_PEEK, undefined, 12);
      assert.deepEqual(pipes.decodeMailslotPeek(output), {
        available: 11,
        messages: 2,
        messageLength: 5,
      });
      assert.equal((await read(process, handle, 3)).status, 'STATUS_BUFFER_TOO_SMALL');
      assert.equal((await read(process, handle)).text, 'first');
      const long = await write(process, sender, 'x'.repeat(41));
      assert.equal(long.status, 'STATUS_INVALID_PARAMETER');
      for (const count of [40, 40]) await write(process, sender, 'y'.repeat(count));
      const full = await write(process, sender, 'z'.repeat(40));
      assert.equal(full.status, 'STATUS_INSUFFICIENT_RESOURCES');
      const query = { handle, class: pipes.FileMailslotQueryInformation, length: 24 };
      const { data } = await NtQueryInformationFile(process, query);
      assert.deepEqual(pipes.decodeMailslot(data), {
        maximumMessage: 40,
        quota: 100,
        nextMessage: 6,
        messages: 3,
        timeout: 0,
      });
      const listed = await listDirectory(process, `${pipes.MAILSLOT_DEVICE}\\`);
      assert.deepEqual(
        listed.map(({ name }) => name),
        ['in\\box'],
      );
      await client.close(handle);
      assert.equal((await write(process, sender, 'x')).status, 'STATUS_FILE_FORCED_CLOSED');
    }));

  test('a quota of 0 is room for 4 KiB, or for one longest message', () =>
    rig.client(async (client) => {
      const { process } = client;
      for (const [maximumMessage, room] of [
        [0, 4096],
        [10, 4096],
        [5000, 5000],
      ] as const) {
        const { handle } = await create(process, { quota: 0, maximumMessage });
        const query = { handle, class: pipes.FileMailslotQueryInformation, length: 24 };
        const { data } = await NtQueryInformationFile(process, query);
        assert.deepInclude(pipes.decodeMailslot(data), { quota: room, maximumMessage });
        const sender = await client.opened(SLOT, SENDER);
        const text = 'x'.repeat(maximumMessage || room);
        assert.equal((await write(process, sender, text)).status, 'STATUS_SUCCESS');
        assert.equal((await read(process, handle, room)).text, text);
        await client.close(sender);
        await client.close(handle);
      }
    }));

  test('a read waits as long as the slot says', () =>
    rig.client(async (client) => {
      const { process } = client;
      const { handle } = await create(process, { timeout: -100_000 });
      assert.equal((await read(process, handle)).status, 'STATUS_IO_TIMEOUT');
      const input = { handle, class: pipes.FileMailslotSetInformation };
      const data = encodeLarge(pipes.MAILSLOT_WAIT_FOREVER);
      const set = await NtSetInformationFile(process, { ...input, data });
      assert.equal(statusName(set.status), 'STATUS_SUCCESS');
      void rig.client(async (second) =>
        write(second.process, await second.opened(SLOT, SENDER), 'at last'),
      );
      assert.equal((await read(process, handle)).text, 'at last');
    }));

  test('what is wrong', () =>
    rig.client(async (client) => {
      const { process } = client;
      assert.equal((await client.open(SLOT, SENDER)).status, 'STATUS_OBJECT_NAME_NOT_FOUND');
      assert.equal((await create(process, { timeout: 5 })).status, 'STATUS_INVALID_PARAMETER');
      const root = { name: `${pipes.MAILSLOT_DEVICE}\\` };
      assert.equal((await create(process, root)).status, 'STATUS_OBJECT_NAME_INVALID');
      const { handle } = await create(process);
      assert.equal((await create(process)).status, 'STATUS_OBJECT_NAME_COLLISION');
      assert.equal((await client.open(SLOT)).status, 'STATUS_ACCESS_DENIED', 'it wants to read');
      assert.equal((await write(process, handle, 'x')).status, 'STATUS_INVALID_DEVICE_REQUEST');
      const { status } = await control(process, handle, pipes.FSCTL_PIPE_LISTEN);
      assert.equal(status, 'STATUS_INVALID_DEVICE_REQUEST');
    }));
});
