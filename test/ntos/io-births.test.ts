/**
 * Files that are made before their file system is asked: what it is asked in the end, what stands
 * on the disk then, and what is told where there is no room.
 */
import { assert } from 'chai';
import {
  NtFlushBuffersFile,
  NtQueryInformationFile,
  NtSetInformationFile,
} from '../../personality/ntdll/native.ts';
import { encodeBasic, encodeDisposition } from '../../personality/rtl/information.ts';
import * as nt from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { fsck, makeImage, readFile } from '../support/mtools.ts';
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
    // On a busy machine a file is told of, after its 20 ms, between its creation and its write.
    assert.isBelow(asked('io.irp.fatfs.write') + asked('io.irp.fatfs.read'), 20);
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

  test('a name in lower case takes one slot, as promised, and keeps its case', async () => {
    await boot();
    const names = ['readme.txt', 'setup.EXE', 'MAKE.bat', 'lower'];
    await rig.client(async (client) => {
      for (const name of names) await make(client, `A:\\${name}`, SIZE);
      assert.equal(
        (await client.open('A:\\README.TXT', { disposition: nt.FILE_CREATE })).status,
        'STATUS_OBJECT_NAME_COLLISION',
      );
    });
    const image = await onDisk();
    // The root directory of a disk of 360 KB, one sector; its label, if there is one, aside.
    const slots = Array.from({ length: 16 }, (_, i) => image.subarray(0xa00 + i * 32).slice(0, 32));
    const used = slots.filter(([first, ...rest]) => first !== 0 && (rest[10]! & 8) === 0);
    const text = (slot: Uint8Array) => String.fromCharCode(...slot.subarray(0, 11));
    assert.deepEqual(
      used.map((slot) => [text(slot), slot[12]]),
      [
        ['FIRST   BIN', 0],
        ['README  TXT', 0x18],
        ['SETUP   EXE', 0x08],
        ['MAKE    BAT', 0x10],
        ['LOWER      ', 0x08],
      ],
    );
    await rig.run('umount A:');
    for (const name of names) assert.include(await rig.run('dir A:\\'), name);
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

  const end = () =>
    rig.asExecutive(({ ldr, ps }) => {
      ps.terminate(ldr.driverProcess('fatfs')!, Status.STATUS_CONTROL_C_EXIT, true);
    });

  test('where the file system ends, the next one makes what it never heard of', async () => {
    await boot({ 'DIR/FILE.TXT': Uint8Array.of(1) });
    const hole = new Uint8Array(30_000);
    hole.set(pattern(1000, 5), 20_000);
    await rig.client(async (client) => {
      await make(client, 'A:\\DIR\\TOLD.BIN', SIZE);
      await make(client, 'A:\\DIR\\ONE.BIN', SIZE);
      const handle = await client.opened('A:\\DIR\\HOLE.BIN', { disposition: nt.FILE_CREATE });
      assert.equal(await client.write(handle, 20_000, pattern(1000, 5)), 'STATUS_SUCCESS');
      assert.equal(await client.write(handle, 29_999, new Uint8Array(1)), 'STATUS_SUCCESS');
      const attributes = nt.FILE_ATTRIBUTE_READONLY | nt.FILE_ATTRIBUTE_HIDDEN;
      await client.opened('A:\\DIR\\EMPTY.BIN', { disposition: nt.FILE_CREATE, attributes });
      await end();
    });
    assert.include(await rig.run('dir A:\\'), 'FIRST.BIN');
    await rig.client(async (client) => {
      const same = async (name: string, bytes: Uint8Array) => {
        const handle = await client.opened(name, { access: nt.FILE_READ_DATA });
        assert.deepEqual((await client.read(handle, 0, 40_000)).data, bytes, name);
        await client.close(handle);
      };
      await same('A:\\DIR\\ONE.BIN', pattern(SIZE, 3));
      await same('A:\\DIR\\HOLE.BIN', hole);
      await same('A:\\DIR\\EMPTY.BIN', new Uint8Array());
      assert.equal(await make(client, 'A:\\AGAIN.BIN', SIZE), 'STATUS_SUCCESS');
    });
    const image = await onDisk();
    assert.deepEqual(await readFile(image, 'DIR/HOLE.BIN'), hole);
    assert.deepEqual(await readFile(image, 'DIR/ONE.BIN'), pattern(SIZE, 3));
    assert.match(await rig.run('attrib A:\\DIR\\EMPTY.BIN'), /H.*R/);
    assert.notProperty(await rig.counters(), 'cc.lost');
  });

  test('that waits for its disk, if that is out meanwhile', async () => {
    await boot();
    const other = await makeImage({ kib: 360, files: { 'OTHER.TXT': 'x' } });
    let taken: Uint8Array = new Uint8Array();
    await rig.client(async (client) => {
      await make(client, 'A:\\LATER.BIN', SIZE);
      await end();
      taken = (await rig.eject(0))!;
      rig.insert(0, other);
    });
    const listing = await rig.run('dir A:\\');
    assert.include(listing, 'OTHER.TXT');
    assert.notInclude(listing, 'LATER');
    assert.deepEqual(await rig.eject(0), other);
    rig.insert(0, taken);
    assert.include(await rig.run('dir A:\\'), 'LATER.BIN');
    const image = await onDisk();
    assert.deepEqual(await readFile(image, 'LATER.BIN'), pattern(SIZE, 3));
  });

  test('an empty one waits for its disk as one with data does', async () => {
    await boot({ 'LARGE.BIN': pattern(200_000) });
    await rig.run('sync');
    const other = await makeImage({ kib: 360, files: { 'OTHER.TXT': 'x' } });
    let taken: Uint8Array = new Uint8Array();
    await rig.client(async (client) => {
      const large = await client.opened('A:\\LARGE.BIN');
      await client.read(large, 0, 512);
      // Brings the promise, and is on the disk.
      await make(client, 'A:\\SECOND.BIN', 0);
      await NtFlushBuffersFile(client.process, { handle: large });
      await client.close(await client.opened('A:\\EMPTY.BIN', { disposition: nt.FILE_CREATE }));
      taken = rig.image();
      rig.machine.eject(0);
      rig.insert(0, other);
      // Where it lies is known: the file system is not asked.
      assert.equal((await client.read(large, 190_000, 512)).status, 'STATUS_WRONG_VOLUME');
    });
    rig.machine.eject(0);
    rig.insert(0, taken);
    assert.include(await rig.run('dir A:\\'), 'EMPTY.BIN');
    await onDisk();
  });

  test('past the cache, of one in more pieces than its creation tells', async () => {
    const image = await makeImage({ kib: 1440, sectorsPerCluster: 1 });
    // Every other cluster is bad.
    for (let cluster = 2; cluster < 2800; cluster += 2)
      for (const table of [512, 512 * 10]) {
        const at = table + cluster + (cluster >> 1);
        image[at] = 0xf7;
        image[at + 1] = (image[at + 1]! & 0xf0) | 0x0f;
      }
    rig = await bootClientRig([image]);
    await rig.client(async (client) => {
      await make(client, 'A:\\FIRST.BIN', SIZE);
      const handle = await client.opened('A:\\PIECES.BIN', { disposition: nt.FILE_CREATE });
      for (let at = 0; at < 400_000; at += 50_000)
        assert.equal(await client.write(handle, at, pattern(50_000, 3)), 'STATUS_SUCCESS');
      const options = nt.FILE_NO_INTERMEDIATE_BUFFERING;
      const direct = await client.opened('A:\\PIECES.BIN', { options });
      assert.equal(await client.write(direct, 300_032, pattern(1024, 9)), 'STATUS_SUCCESS');
      assert.deepEqual((await client.read(handle, 300_032, 1024)).data, pattern(1024, 9));
    });
    await onDisk();
  });

  /** A file is born, and its file system cannot make it: the disk lets nothing be written. */
  async function refuse(client: Client, folder = 'A:\\'): Promise<{ first: number; born: number }> {
    const access = nt.FILE_READ_DATA | nt.FILE_WRITE_ATTRIBUTES | nt.FILE_READ_ATTRIBUTES;
    const first = await client.opened('A:\\FIRST.BIN', { access });
    await make(client, 'A:\\SECOND.BIN', SIZE);
    const deletes = { access: nt.DELETE, options: nt.FILE_DELETE_ON_CLOSE };
    await client.close(await client.opened('A:\\LARGE.BIN', deletes));
    // Promises what the deletion frees; the disk must know of that before it is given away.
    await make(client, `${folder}THIRD.BIN`, SIZE);
    await shortName(client, first);
    rig.machine.fault.protect(0, true);
    const times = { created: 0, accessed: 0, written: 0, changed: 0 };
    const data = encodeBasic({ ...times, attributes: nt.FILE_ATTRIBUTE_HIDDEN });
    const set = { handle: first, class: nt.FileBasicInformation, data };
    assert.equal((await NtSetInformationFile(client.process, set)).status, 0);
    const born = await client.opened(`${folder}BORN.BIN`, { disposition: nt.FILE_CREATE });
    assert.equal(await client.write(born, 0, pattern(30_000, 9)), 'STATUS_SUCCESS');
    return { first, born };
  }

  /** Which its file system is asked for each time. */
  async function shortName({ process }: Client, handle: number): Promise<void> {
    const query = { handle, class: nt.FileAlternateNameInformation, length: 64 };
    assert.equal((await NtQueryInformationFile(process, query)).status, 0);
  }

  const flushed = async ({ process }: Client, handle: number) =>
    statusName((await NtFlushBuffersFile(process, { handle })).status);

  test('one that its file system refuses is dirty, asked for seldom, and made in the end', async () => {
    await boot({ 'LARGE.BIN': pattern(345_000) });
    const life = () =>
      rig.client(async (client) => {
        const { first, born } = await refuse(client);
        for (let i = 0; i < 30; i++) await shortName(client, first);
        assert.equal(await flushed(client, born), 'STATUS_MEDIA_WRITE_PROTECTED');
        assert.deepEqual((await client.read(born, 0, 30_000)).data, pattern(30_000, 9));
        rig.machine.fault.protect(0, false);
        assert.equal(await flushed(client, born), 'STATUS_SUCCESS');
        await client.close(born);
        await client.close(first);
      });
    // Thirty requests did not each take it along.
    assert.isBelow((await counted(life))('io.irp.fatfs.create'), 15);
    assert.deepEqual(await readFile(await onDisk(), 'BORN.BIN'), pattern(30_000, 9));
    assert.notProperty(await rig.counters(), 'cc.lost');
  });

  test('one that is refused and deleted is gone, whatever the disk does', async () => {
    await boot({ 'LARGE.BIN': pattern(345_000) });
    await rig.client(async (client) => {
      const { first, born } = await refuse(client);
      await shortName(client, first);
      assert.equal(await flushed(client, born), 'STATUS_MEDIA_WRITE_PROTECTED');
      const data = encodeDisposition(true);
      const opened = await client.opened('A:\\BORN.BIN', { access: nt.DELETE });
      const input = { handle: opened, class: nt.FileDispositionInformation, data };
      assert.equal((await NtSetInformationFile(client.process, input)).status, 0);
      await client.close(opened);
      await client.close(born);
      assert.equal((await client.open('A:\\BORN.BIN')).status, 'STATUS_OBJECT_NAME_NOT_FOUND');
      rig.machine.fault.protect(0, false);
      await client.close(first);
    });
    await onDisk();
    assert.notInclude(await rig.run('dir A:\\'), 'BORN');
    assert.notProperty(await rig.counters(), 'cc.lost');
  });

  test('a directory with nothing in it but one that was refused is not empty', async () => {
    await boot({ 'LARGE.BIN': pattern(345_000) });
    assert.equal(await rig.run('md A:\\DIR'), '');
    await rig.client(async (client) => {
      const { first, born } = await refuse(client, 'A:\\DIR\\');
      await shortName(client, first);
      assert.equal(await flushed(client, born), 'STATUS_MEDIA_WRITE_PROTECTED');
      rig.machine.fault.protect(0, false);
      const deletes = { access: nt.DELETE, options: nt.FILE_DELETE_ON_CLOSE };
      await client.close(await client.opened('A:\\DIR\\THIRD.BIN', deletes));
      const handle = await client.opened('A:\\DIR', { access: nt.DELETE });
      const data = encodeDisposition(true);
      const input = { handle, class: nt.FileDispositionInformation, data };
      const { status } = await NtSetInformationFile(client.process, input);
      assert.equal(statusName(status), 'STATUS_DIRECTORY_NOT_EMPTY');
      await client.close(handle);
      assert.equal(await flushed(client, born), 'STATUS_SUCCESS');
      await client.close(born);
      await client.close(first);
    });
    assert.deepEqual(await readFile(await onDisk(), 'DIR/BORN.BIN'), pattern(30_000, 9));
  });
});
