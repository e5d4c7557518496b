/**
 * A 1.44M disk in drive A: and requests on it that are checked: against the image, and for the time
 * that they took.
 *
 *   disk.image         what is in the drive, live
 *   start(options?)    a driver that has looked at the disk
 *   reads, writes      with the status that is expected; how many bytes went through
 */
import { assert } from 'chai';
import * as nt from '../../personality/rtl/nt.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { MachineOptions } from '../../web/machine/index.ts';
import { assertSame, type FloppyRig, patterned, SIZE_144M, startFloppy } from './fdc-rig.ts';

export const IRQ = 6;
const TRACK = 18 * 512;
export const CYLINDER = 2 * TRACK;
/** Virtual microseconds that the Executive would let an IRP take. */
const DEADLINE = 20_000_000;

export const disk: { image: Uint8Array } = { image: new Uint8Array() };

export async function start(
  options: MachineOptions = {},
  writeProtected = false,
): Promise<FloppyRig> {
  disk.image = patterned(SIZE_144M, 11);
  const rig = await startFloppy(options, (machine) =>
    machine.insert(0, disk.image, { writeProtected }),
  );
  const { status } = await rig.control(0, nt.IOCTL_DISK_CHECK_VERIFY);
  assert.equal(statusName(status), 'STATUS_SUCCESS');
  return rig;
}

export async function reads(
  rig: FloppyRig,
  offset: number,
  length: number,
  expected = 'STATUS_SUCCESS',
) {
  const begun = rig.executive.time;
  const outcome = await rig.read(0, offset, length);
  assert.equal(statusName(outcome.status), expected);
  assert.isBelow(rig.executive.time - begun, DEADLINE, 'it took too long');
  const { information, data } = outcome;
  assertSame(data.slice(0, information), disk.image.slice(offset, offset + information));
  return information;
}

export async function writes(rig: FloppyRig, offset: number, bytes: Uint8Array, expected: string) {
  const begun = rig.executive.time;
  const { status, information } = await rig.write(0, offset, bytes);
  assert.equal(statusName(status), expected);
  assert.isBelow(rig.executive.time - begun, DEADLINE, 'it took too long');
  return information;
}
