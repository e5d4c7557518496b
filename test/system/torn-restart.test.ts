/**
 * The processes between a file and its disk end while a sector is half written: the disk is pulled
 * out in the middle of it, and put back for their successors; or it stays in.
 *
 * Whose end it is decides what is known to be right. With the file system alone the cache still has
 * what the sector is to hold. With the disk's driver the cache of the disk goes (decision 0008), as
 * in a power failure: a FAT's sector then comes from the other copy.
 */
import { assert } from 'chai';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { FloppyFaults } from '../../web/machine/faults.ts';
import { mediumFor } from '../../web/machine/fdc/medium.ts';
import type { Rig } from '../support/rig.ts';
import {
  assertAllDone,
  assertKept,
  makeDisk,
  start,
  type Subject,
  until,
  WORK,
} from './torn-disk.ts';

const SECTOR = 512;

/** Sectors that hold a wrong checksum. */
function tornSectors(disk: Uint8Array): number[] {
  const medium = mediumFor(disk);
  const found: number[] = [];
  for (let track = 0; track < medium.media.cylinders * medium.media.heads; track++)
    for (const sector of medium.track(track >> 1, track & 1)!.sectors)
      if (sector.badCrc) found.push(sector.offset! / SECTOR);
  return found;
}

function layout(disk: Uint8Array): { fats: [number, number]; fatSectors: number; root: number } {
  const bytes = new DataView(disk.buffer, disk.byteOffset);
  const [first, fatSectors] = [bytes.getUint16(14, true), bytes.getUint16(22, true)];
  return { fats: [first, first + fatSectors], fatSectors, root: first + 2 * fatSectors };
}

/** Tears the sector when it is written next; whether it has. */
function tear({ machine }: Rig, lba: number, by: 'door' | 'hang'): () => boolean {
  const faults = machine.fault as unknown as FloppyFaults;
  const tears = faults.tears.bind(faults);
  let torn = false;
  faults.tears = (...where) => {
    const found = tears(...where);
    torn ||= found !== undefined;
    return found;
  };
  machine.fault.tearSector(0, lba, by);
  return () => torn && (by === 'hang' || !machine.medium(0));
}

async function end(rig: Rig, images: readonly string[]): Promise<void> {
  await rig.asExecutive(({ ps }) => {
    for (const process of ps.processes())
      if (images.includes(process.image)) ps.terminate(process, 1, true);
  });
}

/** The sector is torn, these processes have ended, and the disk is in. */
async function tearAndEnd(
  lba: number,
  images: readonly string[],
  by: 'door' | 'hang' = 'door',
): Promise<Subject> {
  const subject = await start();
  const { rig, disk } = subject;
  for (const line of WORK) await rig.run(line);
  const torn = tear(rig, lba, by);
  const flushing = rig.exec('sync');
  await until(torn);
  assert.deepEqual(tornSectors(disk), by === 'door' ? [lba] : [], 'a hang tears when it is ended');
  await end(rig, images);
  if (by === 'door') rig.machine.insert(0, disk);
  await flushing;
  return subject;
}

async function succeeds(rig: Rig, line: string, what: string): Promise<void> {
  const { status, output } = await rig.exec(line);
  assert.equal(statusName(status), 'STATUS_SUCCESS', `${what}: ${line}: ${output}`);
}

suite('system/torn sectors and ends of drivers', function () {
  this.timeout(120_000);
  const places = ['the first FAT', 'the second FAT', 'the root directory'] as const;

  async function lbaOf(place: (typeof places)[number]): Promise<number> {
    const { fats, root } = layout(await makeDisk());
    return [...fats, root][places.indexOf(place)]!;
  }

  for (const place of places) {
    test(`${place} is torn and the file system ends: the cache has all of it`, async () => {
      const { rig, disk } = await tearAndEnd(await lbaOf(place), ['fatfs.sys']);
      await succeeds(rig, 'dir', place);
      await succeeds(rig, 'sync', place);
      assert.deepEqual(tornSectors(disk), []);
      await assertAllDone(rig.image(), place);
      rig.end();
    });

    for (const [images, by] of [
      [['fdc.sys'], 'door'],
      [['fdc.sys', 'fatfs.sys'], 'door'],
      [['fdc.sys'], 'hang'],
    ] as const)
      test(`${place} is torn (${by}), ${images.join(', ')} end: as after a power failure`, async () => {
        const { rig, disk } = await tearAndEnd(await lbaOf(place), images, by);
        await assertKept(rig, place);
        await succeeds(rig, 'echo more> AFTER.TXT', place);
        await succeeds(rig, 'sync', place);
        assert.deepEqual(tornSectors(disk), []);
        const { fats, fatSectors } = layout(disk);
        const [one, two] = fats.map((at) => disk.slice(at * SECTOR, (at + fatSectors) * SECTOR));
        assert.deepEqual(one, two, 'both copies of the FAT');
        rig.end();
      });
  }

  test('the controller hangs in a sector: it is reset, and the sector is written again', async () => {
    const { rig, disk } = await tearAndEnd(await lbaOf('the first FAT'), [], 'hang');
    assert.deepEqual(tornSectors(disk), []);
    await assertAllDone(rig.image(), 'reset');
    rig.end();
  });
});
