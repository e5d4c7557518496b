/** Media that change, cannot be written, are not there; drivers that die or do not answer. */
import { assert } from 'chai';
import { NtFlushBuffersFile } from '../../personality/ntdll/native.ts';
import { callService } from '../../personality/ntdll/call.ts';
import { makeProcess } from '../../personality/ntdll/process.ts';
import { driverRegistry } from '../../drivers/registry.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { Image } from '../../personality/sel4/types.ts';
import { fsck, makeImage, readFile } from '../support/mtools.ts';
import { bootClientRig, type Client, pattern } from './io-client.ts';

const OK = 'STATUS_SUCCESS';

async function flush(client: Client, handle: number): Promise<string> {
  return statusName((await NtFlushBuffersFile(client.process, { handle })).status);
}

function makeDisk(seed: number): Promise<Uint8Array> {
  const files = { 'FILE.BIN': pattern(20_000, seed), [`DISK${seed}.TXT`]: `disk ${seed}` };
  return makeImage({ kib: 1440, files, volumeId: `0000000${seed}` });
}

suite('ntos/io media', function () {
  this.timeout(60_000);

  test('what is cached of one disk is never written to another', async () => {
    const [first, second] = [await makeDisk(1), await makeDisk(2)];
    const rig = await bootClientRig([first]);
    await rig.client(async (client) => {
      const handle = await client.opened('A:\\FILE.BIN');
      assert.equal(await client.write(handle, 0, pattern(8000, 77)), OK);
      rig.machine.eject(0);
      rig.insert(0, second);
      assert.equal(await flush(client, handle), 'STATUS_WRONG_VOLUME');
      assert.equal((await client.read(handle, 0, 10)).status, 'STATUS_WRONG_VOLUME');
      const other = await client.opened('A:\\FILE.BIN');
      assert.deepEqual((await client.read(other, 0, 20_000)).data, pattern(20_000, 2));
      await client.close(other);
      await client.close(handle);
    });
    assert.include(await rig.run('dir'), 'DISK2.TXT');
    assert.deepEqual(rig.image(), second);
    const { status, output } = await rig.exec('sync');
    assert.equal(statusName(status), 'STATUS_WRONG_VOLUME');
    assert.match(output, /A: waits for the disk 0000-0001: \d+ KB of it are not written/);
    assert.include(await rig.run('mount'), 'waits for the disk');
    assert.notProperty(await rig.counters(), 'cc.lost');
  });

  test('it waits, through changes of the disk, and is written when its disk is back', async () => {
    const [first, second] = [await makeDisk(1), await makeDisk(2)];
    const rig = await bootClientRig([first]);
    await rig.client(async (client) => {
      const handle = await client.opened('A:\\FILE.BIN');
      assert.equal(await client.write(handle, 0, pattern(8000, 77)), OK);
      const gone = await client.opened('A:\\DISK1.TXT', { access: nt.DELETE });
      const taken = rig.image();
      rig.machine.eject(0);
      rig.insert(0, second);
      assert.equal(await flush(client, handle), 'STATUS_WRONG_VOLUME');
      const made = { disposition: nt.FILE_CREATE };
      const other = await client.opened('A:\\OTHER.TXT', made);
      assert.equal(await client.write(other, 0, new TextEncoder().encode('other')), OK);
      await client.close(other);
      rig.machine.eject(0);
      // Both wait now.
      rig.insert(0, taken);
      assert.equal(await flush(client, handle), OK);
      assert.deepEqual((await client.read(handle, 0, 8000)).data, pattern(8000, 77));
      await client.close(gone);
      await client.close(handle);
    });
    assert.include(await rig.run('dir'), 'DISK1.TXT');
    assert.include((await rig.exec('sync')).output, '0000-0002');
    const image = rig.image();
    assert.deepEqual((await readFile(image, 'FILE.BIN')).slice(0, 8000), pattern(8000, 77));
    assert.isTrue((await fsck(image)).clean);
    rig.machine.eject(0);
    rig.insert(0, second);
    assert.include(await rig.run('dir'), 'OTHER.TXT');
    await rig.run('sync');
    const other = rig.image();
    assert.equal(new TextDecoder().decode(await readFile(other, 'OTHER.TXT')), 'other');
    assert.isTrue((await fsck(other)).clean);
    assert.notProperty(await rig.counters(), 'cc.lost');
  });

  test('a file system that dies while its disk is out: what it left is written when that is back', async () => {
    const rig = await bootClientRig([await makeDisk(1)]);
    let taken: Uint8Array = new Uint8Array();
    await rig.client(async (client) => {
      const handle = await client.opened('A:\\FILE.BIN');
      assert.equal(await client.write(handle, 0, pattern(8000, 77)), OK);
      taken = rig.image();
      rig.machine.eject(0);
    });
    await rig.asExecutive(({ ps, ldr }) => ps.terminate(ldr.driverProcess('fatfs')!, 0xc0000001));
    await new Promise((done) => setTimeout(done, 500));
    await rig.exec('loaddrv fatfs');
    rig.insert(0, taken);
    await rig.run('dir');
    await rig.run('sync');
    const image = rig.image();
    assert.deepEqual((await readFile(image, 'FILE.BIN')).slice(0, 8000), pattern(8000, 77));
    assert.isTrue((await fsck(image)).clean);
  });

  test('a disk that comes back gets what was kept for it', async () => {
    const rig = await bootClientRig([await makeDisk(1)]);
    await rig.client(async (client) => {
      const handle = await client.opened('A:\\FILE.BIN');
      assert.equal(await client.write(handle, 0, pattern(8000, 77)), OK);
      const taken = rig.image();
      rig.machine.eject(0);
      assert.equal(await flush(client, handle), 'STATUS_NO_MEDIA_IN_DEVICE');
      rig.insert(0, taken);
      assert.equal(await flush(client, handle), OK);
      await client.close(handle);
    });
    await rig.run('umount A:');
    const image = rig.image();
    const bytes = await readFile(image, 'FILE.BIN');
    assert.deepEqual(bytes.slice(0, 8000), pattern(8000, 77));
    assert.isTrue((await fsck(image)).clean);
  });

  test('no disk, and a disk that holds nothing known', async () => {
    const rig = await bootClientRig([undefined, new Uint8Array(1_474_560).fill(0xf6)]);
    await rig.client(async (client) => {
      assert.equal((await client.open('A:\\FILE.BIN')).status, 'STATUS_NO_MEDIA_IN_DEVICE');
      assert.equal((await client.open('A:')).status, 'STATUS_NO_MEDIA_IN_DEVICE');
      assert.equal((await client.open('B:\\FILE.BIN')).status, 'STATUS_UNRECOGNIZED_VOLUME');
      const raw = await client.opened('B:');
      assert.deepEqual((await client.read(raw, 512, 1024)).data, new Uint8Array(1024).fill(0xf6));
      assert.equal(await client.write(raw, 1024, pattern(512)), OK);
      assert.deepEqual((await client.read(raw, 1024, 512)).data, pattern(512));
      assert.equal((await client.read(raw, 100, 512)).status, 'STATUS_INVALID_PARAMETER');
    });
  });

  test("what is mended on a disk whose files cannot be found after all is nobody's loss", async () => {
    const news: string[] = [];
    const onDirty = (_device: string, each: string): void => void news.push(each);
    const rig = await bootClientRig([await makeDisk(1)], { onDirty });
    // One copy of the table lacks a sector, which is written again; both lack another one, and the
    // root directory lacks its first.
    rig.machine.fault.sector(0, 3, 'crc', Infinity);
    for (const sector of [9, 18, 19]) rig.machine.fault.sector(0, sector, 'noData', Infinity);
    await rig.client(async (client) => {
      assert.equal((await client.open('A:\\FILE.BIN')).status, 'STATUS_DEVICE_DATA_ERROR');
    });
    assert.include(news, 'dirty');
    assert.notInclude(news, 'lost');
    assert.notProperty(await rig.counters(), 'cc.lost');
    rig.machine.fault.clear();
    await rig.run('umount A:');
    assert.include(await rig.run('dir'), 'DISK1.TXT');
  });

  test('a write-protected disk is read, and refuses what would change it at the open', async () => {
    const rig = await bootClientRig([await makeDisk(1)], {}, {}, true);
    const before = rig.image();
    await rig.client(async (client) => {
      assert.equal((await client.open('A:\\FILE.BIN')).status, 'STATUS_MEDIA_WRITE_PROTECTED');
      const handle = await client.opened('A:\\FILE.BIN', { access: nt.FILE_READ_DATA });
      assert.deepEqual((await client.read(handle, 0, 600)).data, pattern(600));
      assert.equal(await client.write(handle, 0, pattern(600, 77)), 'STATUS_ACCESS_DENIED');
      await client.close(handle);
    });
    assert.deepEqual(rig.image(), before);
  });

  test('a file system that dies: its files are closed, it starts again, nothing written is lost', async () => {
    const rig = await bootClientRig([await makeDisk(1)]);
    await rig.client(async (client) => {
      const handle = await client.opened('A:\\FILE.BIN');
      assert.equal(await client.write(handle, 0, pattern(8000, 77)), OK);
      await callService(client.process, 'NtDelayExecution', { alertable: false, interval: -1000 });
    });
    await rig.asExecutive(({ ps, ldr }) => ps.terminate(ldr.driverProcess('fatfs')!, 0xc0000001));
    await new Promise((done) => setTimeout(done, 500));
    assert.include(await rig.run('dir'), 'DISK1.TXT');
    const bytes = await rig.ask({ op: 'readFile', path: 'A:\\FILE.BIN' });
    assert.deepEqual(bytes.slice(0, 8000), pattern(8000, 77));
    await rig.run('umount A:');
    assert.isTrue((await fsck(rig.image())).clean);
  });

  test('a driver that does not answer is ended, and its callers go on', async () => {
    const entry: Image = () => ({
      entries: [
        async (thread) => {
          const process = makeProcess(thread, 0);
          const device = { name: '\\Device\\Mute', type: 0x22, flags: 4, sectorSize: 0 };
          await callService(process, 'WdmCreateDevice', device);
          for (;;)
            await callService(process, 'WdmRequestIoPackets', {
              outgoing: 0,
              wait: true,
              status: 0,
            });
        },
      ],
    });
    const mute = { image: 'mute.sys', counterName: 'mute', ports: [], interrupts: [], dma: [] };
    const options = { drivers: { ...driverRegistry, mute }, irpTimeout: 500_000 };
    const rig = await bootClientRig([await makeDisk(1)], options, { 'mute.sys': entry });
    await rig.run('loaddrv mute');
    await rig.client(async (client) => {
      const access = { access: nt.FILE_READ_DATA };
      const { status } = await client.open('\\Device\\Mute', access);
      assert.equal(status, 'STATUS_DRIVER_PROCESS_TERMINATED');
      assert.equal(
        (await client.open('\\Device\\Mute', access)).status,
        'STATUS_OBJECT_NAME_NOT_FOUND',
      );
    });
    assert.notInclude(await rig.run('lsdrv'), 'mute');
  });
});
