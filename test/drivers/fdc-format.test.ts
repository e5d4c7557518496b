/** IOCTL_DISK_FORMAT_TRACKS: tracks made anew, through the chip, on the emulated machine. */
import { assert } from 'chai';
import * as nt from '../../personality/rtl/nt.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import {
  assertSame,
  type FloppyRig,
  patterned,
  SIZE_144M,
  SIZE_288M,
  SIZE_360K,
  SIZE_720K,
  SIZE_1200K,
  startFloppy,
} from './fdc-rig.ts';

const TRACK = 18 * 512;

function parameters(...words: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(words).buffer);
}

/** FORMAT_EX_PARAMETERS with sectors from 1 on. */
function extended(words: readonly number[], sectors: number): Uint8Array {
  const bytes = new Uint8Array(24 + sectors * 2);
  bytes.set(parameters(...words));
  const view = new DataView(bytes.buffer);
  view.setUint16(22, sectors, true);
  for (let index = 0; index < sectors; index++) view.setUint16(24 + index * 2, index + 1, true);
  return bytes;
}

async function start(size: number, writeProtected = false) {
  const image = patterned(size, 3);
  const rig = await startFloppy({}, (machine) => machine.insert(0, image, { writeProtected }));
  await rig.control(0, nt.IOCTL_DISK_CHECK_VERIFY);
  const format = async (input: Uint8Array, code: number = nt.IOCTL_DISK_FORMAT_TRACKS) =>
    statusName((await rig.control(0, code, 0, 0, input)).status);
  return { rig, image, format };
}

async function all(rig: FloppyRig, length: number): Promise<Uint8Array> {
  const { status, data } = await rig.read(0, 0, length);
  assert.equal(statusName(status), 'STATUS_SUCCESS');
  return data;
}

suite('floppy driver: FORMAT TRACK', function () {
  this.timeout(30_000);

  test('some tracks of a disk: those are F6, the others as they were', async () => {
    const { rig, image, format } = await start(SIZE_144M);
    const before = image.slice();
    assert.equal(await format(parameters(2, 3, 4, 0, 1)), 'STATUS_SUCCESS');
    before.fill(0xf6, 6 * TRACK, 10 * TRACK);
    assertSame(await all(rig, SIZE_144M), before);
    assert.equal(await format(parameters(2, 79, 79, 1, 1)), 'STATUS_SUCCESS');
    before.fill(0xf6, 159 * TRACK);
    assertSame(await all(rig, SIZE_144M), before);
  });

  const formats = [
    [SIZE_360K, 6, 40, 9],
    [SIZE_720K, 5, 80, 9],
    [SIZE_1200K, 1, 80, 15],
    [SIZE_144M, 2, 80, 18],
    [SIZE_288M, 3, 80, 36],
    [80 * 2 * 21 * 512, 2, 80, 21],
  ] as const;
  for (const [size, type, cylinders, sectors] of formats)
    test(`all of a disk of ${cylinders} cylinders and ${sectors} sectors`, async () => {
      const { rig, format } = await start(size);
      const input = extended([type, 0, cylinders - 1, 0, 1], sectors);
      assert.equal(await format(input, nt.IOCTL_DISK_FORMAT_TRACKS_EX), 'STATUS_SUCCESS');
      assertSame(await all(rig, size), new Uint8Array(size).fill(0xf6));
      assert.equal(rig.executive.mdls.size, 0, 'its pages went back');
    });

  test('what makes no sense, and a disk that is write-protected', async () => {
    const { image, format } = await start(SIZE_144M);
    const before = image.slice();
    for (const wrong of [
      [99, 0, 0, 0, 0],
      [2, 4, 3, 0, 0],
      [2, 0, 80, 0, 0],
      [2, 0, 0, 1, 0],
      [2, 0, 0, 0, 2],
    ])
      assert.equal(await format(parameters(...wrong)), 'STATUS_INVALID_PARAMETER');
    assert.equal(await format(new Uint8Array(19)), 'STATUS_INVALID_PARAMETER');
    const code = nt.IOCTL_DISK_FORMAT_TRACKS_EX;
    const none = extended([2, 0, 0, 0, 0], 0);
    assert.equal(await format(none, code), 'STATUS_INVALID_PARAMETER');
    const short = extended([2, 0, 0, 0, 0], 18).subarray(0, 40);
    assert.equal(await format(short, code), 'STATUS_INVALID_PARAMETER');
    assertSame(image, before);
    const locked = await start(SIZE_144M, true);
    const status = await locked.format(parameters(2, 0, 0, 0, 0));
    assert.equal(status, 'STATUS_MEDIA_WRITE_PROTECTED');
    assertSame(locked.image, before);
  });
});
