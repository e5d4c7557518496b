/** A volume that is let go, or comes back, while somebody uses it. */
import { assert } from 'chai';
import type { Executive } from '../../personality/ntos/executive.ts';
import type { VolumeCache } from '../../personality/ntos/cc/volumecache.ts';
import type { FileObject } from '../../personality/ntos/io/file/fileobject.ts';
import type { Fcb } from '../../personality/ntos/io/file/fcb.ts';
import type { Volume } from '../../personality/ntos/io/file/volume.ts';
import { abandonVolume, dismountVolume } from '../../personality/ntos/io/mount/dismount.ts';
import { openDisk } from '../../personality/ntos/io/service/createonvolume.ts';
import { openOnVolume } from '../../personality/ntos/io/service/open.ts';
import * as nt from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { fsck, makeImage, readFile } from '../support/mtools.ts';
import { bootClientRig, type ClientRig, pattern, RW } from './io-client.ts';

const SIZE = 2000;
/** Files that are made again before the one that is asked for. */
const OTHERS = 40;
const pause = (): Promise<unknown> => new Promise((done) => setTimeout(done, 2));

function volumeOf({ cc }: Executive): Volume {
  const caches: VolumeCache[] = [...cc.manager.volumes];
  const file = caches.flatMap(({ files }) => [...files])[0]!;
  return (file.backing as Fcb).volume;
}

suite('ntos/io a volume that goes', function () {
  this.timeout(60_000);
  let rig: ClientRig;

  setup(async () => {
    const files = { 'COUNT.BIN': new Uint8Array(8), 'DIR/FILE.TXT': 'x' };
    rig = await bootClientRig([await makeImage({ kib: 1440, files })]);
  });
  teardown(() => rig.end());

  test('what was acknowledged before is on the medium, whoever writes all the time', async () => {
    let last = 0;
    const ending = rig.client(async (client) => {
      const handle = await client.opened('A:\\COUNT.BIN');
      await client.read(handle, 0, 8);
      for (;;) {
        const bytes = new Uint8Array(new Uint32Array([last + 1, 0]).buffer);
        const status = await client.write(handle, 0, bytes);
        if (status !== 'STATUS_SUCCESS') return status;
        last++;
      }
    });
    while (last < 10) await pause();
    const status = await rig.asExecutive((executive) => {
      const volume = volumeOf(executive);
      return dismountVolume((volume.names.all().next().value as Fcb).io, volume, false);
    });
    assert.equal(statusName(status), 'STATUS_SUCCESS');
    assert.equal(await ending, 'STATUS_FILE_FORCED_CLOSED');
    const bytes = await readFile(rig.image(), 'COUNT.BIN');
    assert.equal(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true), last);
    assert.notProperty(await rig.counters(), 'cc.lost');
    assert.isTrue((await fsck(rig.image())).clean);
  });

  test('a disk is not opened raw because its volume was let go in between', async () => {
    await rig.run('dir A:\\DIR');
    const found = await rig.asExecutive(async (executive) => {
      const volume = volumeOf(executive);
      const { io } = volume.names.all().next().value as Fcb;
      const { type } = [...io.files][0]!.header;
      const how = { attributes: 0, share: nt.FILE_SHARE_ALL, options: 0, allocation: 0 };
      const parameters = { ...how, access: RW, disposition: nt.FILE_OPEN } as never;
      const opening = openDisk(io, type, volume.storage, parameters);
      abandonVolume(io, volume);
      return opening;
    });
    assert.equal(statusName(found.status), 'STATUS_SUCCESS');
    assert.equal((found.object as FileObject).volume?.state, 'mounted');
  });

  test('its files are made again before anybody can make others in their place', async () => {
    await rig.client(async (client) => {
      const options = { disposition: nt.FILE_CREATE };
      // Brings the promise.
      await client.close(await client.opened('A:\\DIR\\FIRST.BIN', options));
      for (let count = 0; count < OTHERS; count++)
        await client.close(await client.opened(`A:\\DIR\\${count}.BIN`, options));
      const handle = await client.opened('A:\\DIR\\NEW.BIN', options);
      assert.equal(await client.write(handle, 0, pattern(SIZE, 3)), 'STATUS_SUCCESS');
      await rig.asExecutive(({ ldr, ps }) => {
        ps.terminate(ldr.driverProcess('fatfs')!, Status.STATUS_CONTROL_C_EXIT, true);
      });
    });
    const found = await rig.asExecutive(async ({ ke, cc }) => {
      const old = [...cc.manager.volumes].flatMap(({ files }) => [...files])[0]!.backing as Fcb;
      const { io } = old;
      const disk = old.volume.storage;
      const { type } = [...io.files][0]!.header;
      while (!disk.volume?.mounted || disk.volume === old.volume) await ke.delay(100);
      const how = { attributes: 0, share: nt.FILE_SHARE_ALL, options: 0, allocation: 0 };
      const parameters = { ...how, access: RW, disposition: nt.FILE_OPEN_IF };
      const opened = await openOnVolume(io, type, disk.volume, 'DIR\\NEW.BIN', parameters);
      return { status: opened.status, information: opened.information };
    });
    assert.equal(statusName(found.status), 'STATUS_SUCCESS');
    assert.equal(found.information, nt.FILE_OPENED);
    await rig.run('umount A:');
    assert.deepEqual(await readFile(rig.image(), 'DIR/NEW.BIN'), pattern(SIZE, 3));
    assert.isTrue((await fsck(rig.image())).clean);
  });
});
