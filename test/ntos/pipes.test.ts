/** Named pipes on the whole system: what goes through, and what every wrong argument is told. */
import { assert } from 'chai';
import type { ClientRig } from './io-client.ts';
import { bootPipes, createPipe, MESSAGES, read, write } from './pipe-client.ts';

suite('ntos/io: named pipes', function () {
  this.timeout(60_000);
  let rig: ClientRig;

  suiteSetup(async () => {
    rig = await bootPipes();
    assert.equal(await rig.asExecutive(({ ldr }) => ldr.loadDriver('npfs')), 0);
  });
  suiteTeardown(() => rig.end());

  test('a server makes it, a client opens it, messages go both ways', () =>
    rig.client(async (client) => {
      const { process } = client;
      const server = await createPipe(process, 'thin', MESSAGES);
      assert.equal(server.status, 'STATUS_SUCCESS');
      const other = await client.opened('\\Device\\NamedPipe\\THIN');
      assert.deepEqual(await write(process, other, 'ping'), { status: 'STATUS_SUCCESS', count: 4 });
      assert.equal((await read(process, server.handle)).text, 'ping');
      await write(process, server.handle, 'pong');
      assert.equal((await read(process, other)).text, 'pong');
      await client.close(other);
      await client.close(server.handle);
      const gone = await client.open('\\Device\\NamedPipe\\thin');
      assert.equal(gone.status, 'STATUS_OBJECT_NAME_NOT_FOUND');
    }));
});
