/** Device control requests of the floppy driver: what each answers, and each of its refusals. */
import { assert } from 'chai';
import { decodeGeometry, decodeLarge } from '../../personality/rtl/information.ts';
import { SL_OVERRIDE_VERIFY_VOLUME } from '../../personality/rtl/irp.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { patterned, SIZE_144M, SIZE_720K, startFloppy } from './fdc-rig.ts';

const OK = 'STATUS_SUCCESS';
const TRACK = 18 * 512;
const GEOMETRY = 24;

async function start(image: Uint8Array | undefined = patterned(SIZE_144M, 3), locked = false) {
  const rig = await startFloppy({}, (machine) => {
    if (image) machine.insert(0, image, { writeProtected: locked });
  });
  const ask = async (code: number, room = 0, input: Uint8Array = new Uint8Array(), flags = 0) => {
    const { status, output } = await rig.control(0, code, room, flags, input);
    return { status: statusName(status), output };
  };
  return { rig, image, ask };
}

const words = (...numbers: number[]) => new Uint8Array(Uint32Array.from(numbers).buffer);

suite('floppy driver, device control', () => {
  test('CHECK_VERIFY, both forms: the count of changes for who has room for it', async () => {
    for (const code of [nt.IOCTL_DISK_CHECK_VERIFY, nt.IOCTL_STORAGE_CHECK_VERIFY]) {
      const { rig, ask } = await start();
      assert.deepEqual(await ask(code), { status: OK, output: new Uint8Array() });
      const first = (await ask(code, 4)).output;
      assert.lengthOf(first, 4);
      for (const room of [1, 2, 3])
        assert.equal((await ask(code, room)).status, 'STATUS_BUFFER_TOO_SMALL');
      rig.machine.eject(0);
      assert.equal((await ask(code)).status, 'STATUS_NO_MEDIA_IN_DEVICE');
      rig.machine.insert(0, patterned(SIZE_720K));
      assert.equal((await ask(code, 4)).status, 'STATUS_VERIFY_REQUIRED');
      const { status, output } = await ask(code, 8, undefined, SL_OVERRIDE_VERIFY_VOLUME);
      assert.equal(status, OK);
      assert.equal(output[0], first[0]! + 1);
      assert.equal((await ask(code, 4)).status, OK, 'it was told that somebody knows');
    }
  });

  test('the geometry is that of the disk, anew after each change', async () => {
    const { rig, ask } = await start();
    const code = nt.IOCTL_DISK_GET_DRIVE_GEOMETRY;
    for (const room of [0, GEOMETRY - 1])
      assert.equal((await ask(code, room)).status, 'STATUS_BUFFER_TOO_SMALL');
    const { status, output } = await ask(code, 100);
    assert.equal(status, OK);
    assert.lengthOf(output, GEOMETRY);
    assert.equal(decodeGeometry(output).sectorsPerTrack, 18);
    rig.machine.eject(0);
    assert.equal((await ask(code, GEOMETRY)).status, 'STATUS_NO_MEDIA_IN_DEVICE');
    rig.machine.insert(0, patterned(SIZE_720K));
    const other = await ask(code, GEOMETRY, undefined, SL_OVERRIDE_VERIFY_VOLUME);
    assert.equal(decodeGeometry(other.output).sectorsPerTrack, 9);
  });

  test('GEOMETRY_EX and LENGTH_INFO', async () => {
    const { ask } = await start();
    const extended = nt.IOCTL_DISK_GET_DRIVE_GEOMETRY_EX;
    assert.equal((await ask(extended, GEOMETRY + 7)).status, 'STATUS_BUFFER_TOO_SMALL');
    const { status, output } = await ask(extended, GEOMETRY + 8);
    assert.equal(status, OK);
    assert.equal(decodeLarge(output.subarray(GEOMETRY)), SIZE_144M);
    const length = nt.IOCTL_DISK_GET_LENGTH_INFO;
    assert.equal((await ask(length, 7)).status, 'STATUS_BUFFER_TOO_SMALL');
    assert.equal(decodeLarge((await ask(length, 8)).output), SIZE_144M);
  });

  test('MEDIA_TYPES: all that there are, those that fit, none; no disk is needed', async () => {
    const { rig, ask } = await start();
    rig.machine.eject(0);
    const code = nt.IOCTL_DISK_GET_MEDIA_TYPES;
    const all = await ask(code, 1000);
    assert.equal(all.status, OK);
    assert.isAtLeast(all.output.length, 12 * GEOMETRY);
    const types = [];
    for (let at = 0; at < all.output.length; at += GEOMETRY)
      types.push(decodeGeometry(all.output.subarray(at)).mediaType);
    assert.includeMembers(types, [1, 2, 3, 5, 6, 7, 9, 10, 14, 18]);
    const some = await ask(code, 3 * GEOMETRY + 5);
    assert.equal(some.status, 'STATUS_BUFFER_OVERFLOW');
    assert.deepEqual(some.output, all.output.slice(0, 3 * GEOMETRY));
    assert.equal((await ask(code, GEOMETRY - 1)).status, 'STATUS_BUFFER_TOO_SMALL');
  });

  test('IS_WRITABLE, also when the tab is slid while the disk is in', async () => {
    const { rig, ask } = await start();
    const code = nt.IOCTL_DISK_IS_WRITABLE;
    assert.equal((await ask(code)).status, OK);
    rig.machine.fault.protect(0, true);
    assert.equal((await ask(code)).status, 'STATUS_MEDIA_WRITE_PROTECTED');
    rig.machine.fault.protect(0, false);
    assert.equal((await ask(code)).status, OK);
    rig.machine.eject(0);
    assert.equal((await ask(code)).status, 'STATUS_NO_MEDIA_IN_DEVICE');
  });

  test('VERIFY: what makes no sense, and a sector that fails for a while', async () => {
    const { rig, ask } = await start();
    const code = nt.IOCTL_DISK_VERIFY;
    const status = async (input: Uint8Array) => (await ask(code, 0, input)).status;
    assert.equal(await status(new Uint8Array(11)), 'STATUS_INVALID_PARAMETER');
    for (const wrong of [
      [1, 0, 512],
      [0, 0, 100],
      [SIZE_144M, 0, 512],
      [0, 0x8000_0000, 512],
    ])
      assert.equal(await status(words(...wrong)), 'STATUS_INVALID_PARAMETER', String(wrong));
    rig.machine.fault.sector(0, 40, 'crc', 3);
    assert.equal(await status(words(TRACK, 0, 4 * TRACK)), OK);
    rig.machine.fault.sector(0, 40, 'noId', Infinity);
    assert.equal(await status(words(TRACK, 0, 4 * TRACK)), 'STATUS_NONEXISTENT_SECTOR');
    rig.machine.eject(0);
    assert.equal(await status(words(0, 0, 512)), 'STATUS_NO_MEDIA_IN_DEVICE');
  });

  test('FORMAT_TRACKS: the numbers of tracks that cannot be used, for who has room for them', async () => {
    const { rig, image, ask } = await start();
    for (const lba of [5, 18 * 3 + 1, 18 * 6]) rig.machine.fault.sector(0, lba, 'crc', Infinity);
    const code = nt.IOCTL_DISK_FORMAT_TRACKS;
    const input = words(2, 0, 4, 0, 1);
    const list = await ask(code, 20, input);
    assert.equal(list.status, OK);
    assert.deepEqual([...new Uint16Array(list.output.slice().buffer)], [0, 3, 6]);
    assert.isTrue(
      image!.subarray(0, 10 * TRACK).every((byte) => byte === 0xf6),
      'all were made',
    );
    const short = await ask(code, 4, input);
    assert.equal(short.status, 'STATUS_BUFFER_OVERFLOW');
    assert.deepEqual([...short.output], [0, 0, 3, 0]);
    assert.equal((await ask(code, 0, input)).status, OK, 'made, and not looked at');
    rig.machine.eject(0);
    assert.equal((await ask(code, 0, input)).status, 'STATUS_NO_MEDIA_IN_DEVICE');
  });

  test('MOUNTDEV: the name, its length alone for who has less room', async () => {
    const { ask } = await start(undefined);
    for (const code of [nt.IOCTL_MOUNTDEV_QUERY_DEVICE_NAME, nt.IOCTL_MOUNTDEV_QUERY_UNIQUE_ID]) {
      const { status, output } = await ask(code, 100);
      assert.equal(status, OK);
      const name = String.fromCharCode(...new Uint16Array(output.slice(2).buffer));
      assert.equal(name, '\\Device\\Floppy0');
      assert.equal(output[0], name.length * 2);
      const short = await ask(code, 10);
      assert.equal(short.status, 'STATUS_BUFFER_OVERFLOW');
      assert.deepEqual(short.output, output.slice(0, 2));
      assert.equal((await ask(code, 1)).status, 'STATUS_BUFFER_TOO_SMALL');
    }
  });

  test('a floppy has no partitions, throws no disk out, and knows no other codes', async () => {
    const { ask } = await start();
    for (const code of [
      nt.IOCTL_DISK_GET_PARTITION_INFO,
      nt.IOCTL_DISK_EJECT_MEDIA,
      nt.IOCTL_STORAGE_EJECT_MEDIA,
      0x0007_7ffc,
      0,
    ])
      assert.equal((await ask(code, 100)).status, 'STATUS_INVALID_DEVICE_REQUEST');
  });
});
