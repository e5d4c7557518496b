/** Listings into memory of the caller: what the reply would have carried, and more at a time. */
import { assert } from 'chai';
import { NtQueryDirectoryFile } from '../../personality/ntdll/native.ts';
import { decodeDirectory } from '../../personality/rtl/directoryinformation.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { makeImage } from '../support/mtools.ts';
import { bootClientRig, type Client, type ClientRig, pattern } from './io-client.ts';

const ROOM = 0x1_0000;
const NAMES = 50;

/** `own`: through a buffer of the caller's own. */
async function list(client: Client, expression: string, length: number, own: boolean) {
  const { process } = client;
  const buffer = process.heap.allocate(ROOM);
  const handle = await client.opened('A:\\DIR', { options: nt.FILE_DIRECTORY_FILE });
  const told = [];
  let answers = 0;
  for (let restart = true; ; restart = false) {
    const answer = await NtQueryDirectoryFile(process, {
      handle,
      class: nt.FileBothDirectoryInformation,
      length,
      pattern: expression,
      restart,
      single: false,
      ...(own && { address: buffer.address }),
    });
    if (answer.status !== 0) break;
    const { data, information } = answer;
    assert.equal(data.length, own ? 0 : information);
    told.push(...decodeDirectory(own ? buffer.memory.read(0, information) : data));
    answers++;
  }
  await client.close(handle);
  process.heap.free(buffer);
  return { told, answers };
}

suite('ntos/io listings', function () {
  this.timeout(60_000);
  let rig: ClientRig;

  setup(async () => {
    rig = await bootClientRig([
      await makeImage({ kib: 1440, files: { 'DIR/OTHER.BIN': pattern(600) } }),
    ]);
    await rig.client(async (client) => {
      for (let index = 0; index < NAMES; index++) {
        const name = `A:\\DIR\\${'name '.repeat(40)}${index}`;
        await client.close(await client.opened(name, { disposition: nt.FILE_CREATE }));
      }
    });
  });

  teardown(() => {
    assert.deepEqual(rig.faults, []);
    rig.end();
  });

  test('tell the same wherever they go', () =>
    rig.client(async (client) => {
      const reply = await list(client, '*', ROOM, false);
      assert.deepEqual([reply.told.length, reply.answers], [NAMES + 3, 2]);
      const long = reply.told.filter(({ name }) => name.startsWith('name'));
      assert.deepEqual(await list(client, '*', ROOM, true), { told: reply.told, answers: 1 });
      assert.deepEqual(await list(client, '*', 0x5000, true), { told: reply.told, answers: 2 });
      assert.deepEqual(await list(client, 'n*', ROOM, true), { told: long, answers: 1 });
    }));

  test('have what is known of files now', () =>
    rig.client(async (client) => {
      const size = async () => {
        const { told } = await list(client, '*', ROOM, true);
        return told.find(({ name }) => name === 'OTHER.BIN')?.endOfFile;
      };
      assert.equal(await size(), 600);
      const handle = await client.opened('A:\\DIR\\OTHER.BIN', { access: nt.FILE_WRITE_DATA });
      await client.write(handle, 0, pattern(700));
      assert.equal(await size(), 700);
      await client.write(handle, 700, pattern(100));
      assert.equal(await size(), 800);
      await client.close(handle);
      await client.close(await client.opened('A:\\NEW', { disposition: nt.FILE_CREATE }));
      assert.equal(await size(), 800);
    }));
});
