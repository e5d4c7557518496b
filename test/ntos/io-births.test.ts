/**
 * Files that are made before their file system is asked: what it is asked in the end, what stands
 * on the disk then, and what is told where there is no room.
 */
import { assert } from 'chai';
import * as nt from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { fsck, makeImage } from '../support/mtools.ts';
import { bootClientRig, type Client, type ClientRig, pattern } from './io-client.ts';

const SIZE = 1500;
const nameOf = (index: number): string => `A:\\FILE${index}.BIN`;

suite('ntos/io births', function () {
  this.timeout(60_000);
  let rig: ClientRig;

  async function boot(files: Record<string, Uint8Array> = {}): Promise<void> {
    rig = await bootClientRig([await makeImage({ kib: 360, files })]);
    // The first answer brings the promise.
    await rig.client(async (client) => void (await make(client, 'A:\\FIRST.BIN', SIZE)));
  }

  teardown(() => rig.end());

  async function make(client: Client, name: string, size: number): Promise<string> {
    const { status, handle } = await client.open(name, { disposition: nt.FILE_CREATE });
    if (status !== 'STATUS_SUCCESS') return status;
    const written = size > 0 ? await client.write(handle, 0, pattern(size, 3)) : status;
    await client.close(handle);
    return written;
  }

  async function counted(body: () => Promise<unknown>) {
    const first = await rig.counters();
    await body();
    const last = await rig.counters();
    return (name: string) => (last[name] ?? 0) - (first[name] ?? 0);
  }

  async function onDisk(): Promise<Uint8Array> {
    await rig.run('sync');
    const image = rig.image();
    const { clean, output } = await fsck(image);
    assert.isTrue(clean, output);
    return image;
  }

  test('forty files are one request each, and on the disk after a flush', async () => {
    await boot();
    const asked = await counted(() =>
      rig.client(async (client) => {
        for (let i = 0; i < 40; i++)
          assert.equal(await make(client, nameOf(i), SIZE), 'STATUS_SUCCESS');
        for (let i = 0; i < 40; i++) {
          const handle = await client.opened(nameOf(i));
          assert.deepEqual((await client.read(handle, 0, SIZE)).data, pattern(SIZE, 3));
          await client.close(handle);
        }
        await onDisk();
      }),
    );
    assert.equal(asked('io.irp.fatfs.create'), 40);
    assert.equal(asked('io.irp.fatfs.write'), 0);
    assert.equal(asked('io.irp.fatfs.read'), 0);
  });

  test('a name is there at once, and refused to whoever makes it again', async () => {
    await boot();
    await rig.client(async (client) => {
      const create = { disposition: nt.FILE_CREATE };
      const handle = await client.opened('A:\\NEW.BIN', create);
      assert.equal(
        (await client.open('a:\\new.bin', create)).status,
        'STATUS_OBJECT_NAME_COLLISION',
      );
      assert.equal(await client.write(handle, 100, pattern(50)), 'STATUS_SUCCESS');
      await client.close(handle);
    });
    assert.include(await rig.run('dir A:\\'), 'NEW.BIN');
    await rig.run('ren A:\\NEW.BIN OTHER.BIN');
    await rig.run('del A:\\OTHER.BIN');
    await onDisk();
  });

  test('a full disk is told at the write, and what was acknowledged is there', async () => {
    await boot();
    const made: string[] = [];
    await rig.client(async (client) => {
      for (let i = 0; ; i++) {
        const status = await make(client, nameOf(i), 20_000);
        if (status === 'STATUS_SUCCESS') made.push(nameOf(i));
        else {
          assert.equal(status, 'STATUS_DISK_FULL');
          break;
        }
      }
    });
    // 354 clusters of 1,024 bytes, two of which FIRST.BIN has.
    assert.lengthOf(made, Math.floor((354 - 2) / 20));
    await onDisk();
    await rig.run('umount A:');
    await rig.client(async (client) => {
      for (const name of made) {
        const handle = await client.opened(name);
        assert.deepEqual((await client.read(handle, 0, 20_000)).data, pattern(20_000, 3));
        await client.close(handle);
      }
    });
  });

  test('a full root directory is told when the name is made', async () => {
    await boot();
    let count = 0;
    await rig.client(async (client) => {
      while ((await make(client, nameOf(count), 0)) === 'STATUS_SUCCESS') count++;
      assert.equal(await make(client, 'A:\\LAST.BIN', 0), 'STATUS_CANNOT_MAKE');
    });
    // 112 slots, one of which FIRST.BIN has.
    assert.equal(count, 111);
    await onDisk();
  });

  test('where the file system ends, what it never heard of is gone and the rest goes on', async () => {
    await boot();
    await rig.client(async (client) => {
      await make(client, 'A:\\LOST.BIN', SIZE);
      await rig.asExecutive(({ ldr, ps }) => {
        ps.terminate(ldr.driverProcess('fatfs')!, Status.STATUS_CONTROL_C_EXIT, true);
      });
    });
    assert.include(await rig.run('dir A:\\'), 'FIRST.BIN');
    await rig.client(async (client) => {
      assert.equal(await make(client, 'A:\\AGAIN.BIN', SIZE), 'STATUS_SUCCESS');
    });
    await onDisk();
  });
});
