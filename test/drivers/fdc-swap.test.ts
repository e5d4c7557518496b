/**
 * Disks that are swapped at any moment of a load of reads and writes: between any two looks of the
 * driver at the hardware. No request mixes two disks, and nothing that was meant for one is written
 * to the other.
 */
import { assert } from 'chai';
import { SL_OVERRIDE_VERIFY_VOLUME } from '../../personality/rtl/irp.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { Chance } from '../../web/machine/chance.ts';
import { assertSame, type FloppyRig, patterned, SIZE_144M, startFloppy } from './fdc-rig.ts';

const SEEDS = 12;
const REQUESTS = 25;
const CYLINDER = 36 * 512;
const TOLD = [
  'STATUS_VERIFY_REQUIRED',
  'STATUS_MEDIA_CHANGED',
  'STATUS_NO_MEDIA_IN_DEVICE',
  'STATUS_CRC_ERROR',
];

/** Calls back before the n-th port access from now. */
function atAccess(rig: FloppyRig): (count: number, body: () => void) => void {
  const { machine } = rig;
  const { in8, out8 } = machine;
  let left = 0;
  let due: () => void = () => undefined;
  const count = () => {
    if (left > 0 && --left === 0) due();
  };
  machine.in8 = (port) => {
    count();
    return in8.call(machine, port);
  };
  machine.out8 = (port, value) => {
    count();
    out8.call(machine, port, value);
  };
  return (accesses, body) => ([left, due] = [accesses, body]);
}

async function live(seed: number, told: Set<string>): Promise<void> {
  const chance = new Chance();
  chance.start(seed, { kinds: [], every: 1 });
  const below = (limit: number) => Math.floor(chance.random() * limit);
  const disks = [patterned(SIZE_144M, 11), patterned(SIZE_144M, 77)];
  /** What must be on each; a sector under a write that failed may hold anything. */
  const wanted = disks.map((disk) => disk.slice());
  const loose = disks.map(() => new Set<number>());
  const rig = await startFloppy({}, (machine) => machine.insert(0, disks[0]!));
  const after = atAccess(rig);
  await rig.control(0, nt.IOCTL_DISK_CHECK_VERIFY);
  /** The disk that the caller believes to be in the drive. */
  let believed = 0;
  let present = 0;
  const swap = () => {
    present = 1 - present;
    rig.machine.eject(0);
    rig.machine.insert(0, disks[present]!);
  };
  for (let request = 0; request < REQUESTS; request++) {
    after(1 + below(below(2) === 0 ? 60 : 400), swap);
    const offset = below(60) * CYLINDER + below(36) * 512;
    const length = (1 + below(60)) * 512;
    const writes = below(3) > 0;
    const bytes = patterned(length, seed * 1000 + request);
    const read = writes ? undefined : await rig.read(0, offset, length);
    const outcome = read ?? (await rig.write(0, offset, bytes));
    const status = statusName(outcome.status);
    if (status === 'STATUS_SUCCESS') {
      if (read) check(read.data, offset);
      else wanted[believed]!.set(bytes, offset);
      continue;
    }
    assert.include(TOLD, status);
    told.add(status);
    if (writes)
      for (let at = offset; at < offset + length; at += 512) loose[believed]!.add(at / 512);
    after(0, () => undefined);
    // Who is told looks which disk there is, and says that he knows.
    const flags = SL_OVERRIDE_VERIFY_VOLUME;
    for (let tries = 0; tries < 4; tries++) {
      const answer = await rig.control(0, nt.IOCTL_DISK_CHECK_VERIFY, 0, flags);
      if (answer.status === 0) break;
    }
    believed = present;
  }
  for (const disk of [0, 1]) sameBut(disks[disk]!, wanted[disk]!, loose[disk]!);

  function check(data: Uint8Array, offset: number): void {
    for (let at = 0; at < data.length; at += 512) {
      if (loose[believed]!.has((offset + at) / 512)) continue;
      const expected = wanted[believed]!.slice(offset + at, offset + at + 512);
      assertSame(data.slice(at, at + 512), expected, `seed ${seed}, read at ${offset + at}`);
    }
  }

  function sameBut(disk: Uint8Array, expected: Uint8Array, anything: Set<number>): void {
    for (let at = 0; at < disk.length; at += 512)
      if (!anything.has(at / 512))
        assertSame(disk.slice(at, at + 512), expected.slice(at, at + 512), `seed ${seed}, ${at}`);
  }
}

suite('floppy driver, disks swapped at any moment', function () {
  this.timeout(60_000);

  test('no request mixes two disks, no write reaches the wrong one', async () => {
    const told = new Set<string>();
    for (let seed = 1; seed <= SEEDS; seed++) await live(seed, told);
    assert.include([...told], 'STATUS_VERIFY_REQUIRED');
  });
});
