/** Pipes whose users, or whose driver, end in the middle: nothing hangs, and nothing stays. */
import { assert } from 'chai';
import { NtTerminateProcess } from '../../personality/ntdll/native.ts';
import { CURRENT_PROCESS } from '../../personality/rtl/services.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import * as pipes from '../../personality/rtl/pipes.ts';
import type { Client, ClientRig } from './io-client.ts';
import { bootPipes, control, createPipe, read, write } from './pipe-client.ts';

const NAME = `${pipes.PIPE_DEVICE}\\ends`;

suite('ntos/io: ends of pipes', function () {
  this.timeout(60_000);
  let rig: ClientRig;

  suiteSetup(async () => {
    rig = await bootPipes();
  });
  suiteTeardown(() => rig.end());

  const pending = () =>
    rig.asExecutive(({ io, ldr }) => {
      const process = ldr.driverProcess('npfs');
      return process ? io.driverInformation(process).pending : 0;
    });

  async function settled(): Promise<void> {
    for (let tries = 0; (await pending()) > 0 || (await testers()) > 0; tries++) {
      assert.isBelow(tries, 10_000, 'requests stay');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  const testers = () =>
    rig.asExecutive(
      ({ ps }) => ps.processes().filter(({ image }) => image === 'tester.exe').length,
    );

  async function until(client: Client, name: string): Promise<number> {
    for (;;) {
      const { status, handle } = await client.open(name);
      if (status === 'STATUS_SUCCESS') return handle;
      assert.include(['STATUS_PIPE_NOT_AVAILABLE', 'STATUS_OBJECT_NAME_NOT_FOUND'], status);
    }
  }

  /** Ends itself while somebody waits for it. */
  const die = (client: Client) =>
    NtTerminateProcess(client.process, { handle: CURRENT_PROCESS, status: 7 });

  test('a client dies: who reads and who writes at the server hears of it', async () => {
    const charges = () => rig.asExecutive(({ quotas }) => ({ ...quotas.clients.usage }));
    await settled();
    const before = await charges();
    for (const what of ['reads', 'writes'] as const) {
      const server = rig.client(async ({ process }) => {
        const { handle } = await createPipe(process, NAME, { outboundQuota: 10 });
        await control(process, handle, pipes.FSCTL_PIPE_LISTEN);
        if (what === 'reads') return (await read(process, handle)).status;
        return (await write(process, handle, new Uint8Array(5000))).status;
      });
      void rig.client(async (client) => {
        await until(client, NAME);
        await die(client);
      });
      // The second where the client was faster than the server.
      assert.include(['STATUS_PIPE_BROKEN', 'STATUS_PIPE_CLOSING'], await server);
    }
    await settled();
    assert.deepEqual(await charges(), before, 'nobody pays for anything any more');
  });

  test('a server dies: its client reads what is left, then hears of it; the name goes', async () => {
    let connected!: () => void;
    const isConnected = new Promise<void>((resolve) => (connected = resolve));
    const reader = rig.client(async (client) => {
      const handle = await until(client, NAME);
      connected();
      const first = await read(client.process, handle);
      const second = await read(client.process, handle);
      return [first.text, second.status];
    });
    void rig.client(async (client) => {
      const { handle } = await createPipe(client.process, NAME);
      await control(client.process, handle, pipes.FSCTL_PIPE_LISTEN);
      await write(client.process, handle, 'last words');
      await die(client);
    });
    await isConnected;
    assert.deepEqual(await reader, ['last words', 'STATUS_PIPE_BROKEN']);
    await settled();
  });

  test('npfs dies: all who wait get a status, handles close, the next open loads it again', async () => {
    const told: string[] = [];
    const waiting = [1, 2].map(() =>
      rig.client(async (client) => {
        const { process } = client;
        const { handle } = await createPipe(process, NAME);
        const { status } = await control(process, handle, pipes.FSCTL_PIPE_LISTEN);
        told.push(status, (await read(process, handle)).status, await client.close(handle));
      }),
    );
    for (let tries = 0; (await pending()) < 2; tries++) {
      assert.isBelow(tries, 10_000);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await rig.asExecutive(({ ps, ldr }) =>
      ps.terminate(ldr.driverProcess('npfs')!, Status.STATUS_UNHANDLED_EXCEPTION),
    );
    await Promise.all(waiting);
    const each = ['STATUS_DRIVER_PROCESS_TERMINATED', 'STATUS_DEVICE_REMOVED', 'STATUS_SUCCESS'];
    assert.deepEqual(told.sort(), [...each, ...each].sort());
    await rig.client(async ({ process }) =>
      assert.equal((await createPipe(process, NAME)).status, 'STATUS_SUCCESS'),
    );
  });
});
