/** The floppy driver: every medium is recognised, every sector read and written. */
import { assert } from 'chai';
import { IRP_MN_REMOVE_DEVICE, PowerDeviceD3 } from '../../personality/rtl/pnp.ts';
import { decodeGeometry, decodeLarge } from '../../personality/rtl/information.ts';
import * as nt from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { FakeExecutive } from '../support/fake-executive.ts';
import { assertSame, patterned, startFloppy } from './fdc-rig.ts';

interface Case {
  name: string;
  bytes: number;
  type: number;
  cylinders: number;
  heads: number;
  sectors: number;
  size?: number;
}

const cases: Case[] = [
  { name: '160K', bytes: 163840, type: 10, cylinders: 40, heads: 1, sectors: 8 },
  { name: '180K', bytes: 184320, type: 9, cylinders: 40, heads: 1, sectors: 9 },
  { name: '320K', bytes: 327680, type: 7, cylinders: 40, heads: 2, sectors: 8 },
  { name: '360K', bytes: 368640, type: 6, cylinders: 40, heads: 2, sectors: 9 },
  { name: '640K', bytes: 655360, type: 14, cylinders: 80, heads: 2, sectors: 8 },
  { name: '720K', bytes: 737280, type: 5, cylinders: 80, heads: 2, sectors: 9 },
  { name: '1.2M', bytes: 1228800, type: 1, cylinders: 80, heads: 2, sectors: 15 },
  { name: '1.23M', bytes: 1261568, type: 18, cylinders: 77, heads: 2, sectors: 8, size: 1024 },
  { name: '1.44M', bytes: 1474560, type: 2, cylinders: 80, heads: 2, sectors: 18 },
  { name: '1.68M', bytes: 1720320, type: 2, cylinders: 80, heads: 2, sectors: 21 },
  { name: '1.72M', bytes: 1763328, type: 2, cylinders: 82, heads: 2, sectors: 21 },
  { name: '2.88M', bytes: 2949120, type: 3, cylinders: 80, heads: 2, sectors: 36 },
];

const PIECE = 0x1_0000;

for (const { name, bytes, type, cylinders, heads, sectors, size = 512 } of cases) {
  suite(`floppy driver, ${name}`, () => {
    test('recognises the medium', async () => {
      const rig = await startFloppy({}, (machine) => machine.insert(0, patterned(bytes)));
      assert.equal(rig.status, 0);
      const answer = await rig.control(0, nt.IOCTL_DISK_GET_DRIVE_GEOMETRY, 24);
      assert.equal(statusName(answer.status), 'STATUS_SUCCESS');
      assert.deepEqual(decodeGeometry(answer.output), {
        cylinders,
        mediaType: type,
        tracksPerCylinder: heads,
        sectorsPerTrack: sectors,
        bytesPerSector: size,
      });
      const length = await rig.control(0, nt.IOCTL_DISK_GET_LENGTH_INFO, 8);
      assert.equal(decodeLarge(length.output), bytes);
    });

    test('reads every sector', async () => {
      const image = patterned(bytes, 7);
      const rig = await startFloppy({}, (machine) => machine.insert(0, image));
      for (let at = 0; at < bytes; at += PIECE) {
        const length = Math.min(PIECE, bytes - at);
        const { status, information, data } = await rig.read(0, at, length);
        assert.deepEqual([statusName(status), information], ['STATUS_SUCCESS', length]);
        assertSame(data, image.slice(at, at + length));
      }
    });

    test('writes every sector', async () => {
      const image = new Uint8Array(bytes);
      const rig = await startFloppy({}, (machine) => machine.insert(0, image));
      const wanted = patterned(bytes, 9);
      for (let at = 0; at < bytes; at += PIECE) {
        const piece = wanted.slice(at, Math.min(at + PIECE, bytes));
        const { status, information } = await rig.write(0, at, piece);
        assert.deepEqual([statusName(status), information], ['STATUS_SUCCESS', piece.length]);
      }
      assertSame(image, wanted);
    });
  });
}

/** [cylinders, sectors]: layouts that no table has. */
const odd = [
  [83, 10],
  [80, 23],
  [82, 18],
  [48, 18],
  [55, 18],
] as const;

suite('floppy driver, odd disks', () => {
  for (const [cylinders, sectors] of odd)
    test(`${cylinders} cylinders of ${sectors} sectors`, async () => {
      const bytes = cylinders * 2 * sectors * 512;
      const image = patterned(bytes, 5);
      new DataView(image.buffer).setUint16(11, 512, true);
      new DataView(image.buffer).setUint16(24, sectors, true);
      new DataView(image.buffer).setUint16(26, 2, true);
      const rig = await startFloppy({}, (machine) => machine.insert(0, image));
      const length = await rig.control(0, nt.IOCTL_DISK_GET_LENGTH_INFO, 8);
      assert.equal(decodeLarge(length.output), bytes);
      const last = await rig.read(0, bytes - 4096, 4096);
      assertSame(last.data, image.slice(bytes - 4096));
    });

  test('half a sector of 1,024 bytes is read and written, and nothing beside it', async () => {
    const image = patterned(1_261_568, 3);
    const wanted = image.slice();
    const rig = await startFloppy({}, (machine) => machine.insert(0, image));
    for (const [at, length] of [
      [512, 512],
      [1024 * 40 + 512, 1024 * 30],
      [0, 512],
    ] as const) {
      assertSame((await rig.read(0, at, length)).data, wanted.slice(at, at + length));
      const bytes = patterned(length, at);
      const { status, information } = await rig.write(0, at, bytes);
      assert.deepEqual([statusName(status), information], ['STATUS_SUCCESS', length]);
      wanted.set(bytes, at);
    }
    assertSame(image, wanted);
    assert.equal((await rig.read(0, 100, 512)).status, Status.STATUS_INVALID_PARAMETER);
  });
});

suite('floppy driver, drives', () => {
  test('a 360K disk in a 1.2M drive is stepped twice a cylinder', async () => {
    const image = patterned(368640, 3);
    const rig = await startFloppy({ drives: ['1.2M'] }, (machine) => machine.insert(0, image));
    const { status, data } = await rig.read(0, 0, 368640);
    assert.equal(statusName(status), 'STATUS_SUCCESS');
    assertSame(data, image);
    assert.lengthOf(
      rig.executive.devices.filter(({ name }) => name !== ''),
      1,
    );
  });

  test('switched off, the motor stops at once; the next request turns it on', async () => {
    const image = patterned(368640, 3);
    const rig = await startFloppy({ drives: ['1.2M'] }, (machine) => machine.insert(0, image));
    const { executive, machine } = rig;
    const motors = () => machine.in8(0x3f2) & 0xf0;
    assert.equal((await rig.read(0, 0, 512)).status, 0);
    assert.equal(motors(), 0x10);
    const request: FakeExecutive['request'] = (...all) => executive.request(...all);
    assert.equal(await executive.stack.power(request, PowerDeviceD3), 0);
    assert.equal(motors(), 0);
    assert.equal((await rig.read(0, 0, 512)).status, 0);
    assert.equal(await executive.stack.plugPlay(request, IRP_MN_REMOVE_DEVICE), 0);
    assert.equal(motors(), 0);
    // The device goes after its request.
    await executive.advance(1);
    assert.deepEqual(executive.devices, []);
    assert.isUndefined(executive.crash);
  });

  test('both drives work, in turn and at once', async () => {
    const images = [patterned(1474560, 1), patterned(737280, 2)];
    const rig = await startFloppy({}, (machine) => {
      machine.insert(0, images[0]!);
      machine.insert(1, images[1]!);
    });
    const jobs = [0, 1, 0, 1, 1, 0].map(async (drive, index) => {
      const at = index * 18432;
      const { status, data } = await rig.read(drive, at, 18432);
      assert.equal(status, 0);
      assertSame(data, images[drive]!.slice(at, at + 18432));
    });
    await Promise.all(jobs);
  });

  test('single sectors at odd places', async () => {
    const image = patterned(1474560, 5);
    const rig = await startFloppy({}, (machine) => machine.insert(0, image));
    for (const sector of [0, 1, 17, 18, 35, 36, 37, 719, 2878, 2879]) {
      const { status, data } = await rig.read(0, sector * 512, 512);
      assert.equal(statusName(status), 'STATUS_SUCCESS');
      assertSame(data, image.slice(sector * 512, sector * 512 + 512), `sector ${sector}`);
    }
  });

  test('map registers that cut a transfer anywhere', async () => {
    const image = patterned(1474560, 6);
    const rig = await startFloppy({}, (machine) => machine.insert(0, image));
    rig.executive.dma!.mapLimit = 5000;
    const { status, data } = await rig.read(0, 512, 40960);
    assert.equal(statusName(status), 'STATUS_SUCCESS');
    assertSame(data, image.slice(512, 512 + 40960));
  });

  test('misfit lengths and places are refused', async () => {
    const rig = await startFloppy({}, (machine) => machine.insert(0, patterned(368640)));
    for (const [offset, length] of [
      [1, 512],
      [0, 100],
      [368640, 512],
      [368128, 1024],
      [-512, 512],
    ] as const) {
      const { status, information } = await rig.read(0, offset, length);
      assert.equal(statusName(status), 'STATUS_INVALID_PARAMETER', `${offset} ${length}`);
      assert.equal(information, 0);
    }
    const { status } = await rig.read(0, 512, 0);
    assert.equal(status, Status.STATUS_SUCCESS);
  });

  test('no controller, no driver', async () => {
    const { startWithoutController } = await import('./fdc-rig.ts');
    assert.equal(statusName(await startWithoutController()), 'STATUS_NO_SUCH_DEVICE');
  });
});
