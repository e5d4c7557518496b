/**
 * A disk that may be damaged, and all that a program could ask of it: each request is answered
 * with a status, no extent lies outside the medium.
 *
 *   makeBase(empty)         a sound disk with files and directories
 *   mutate(sound, number)   a copy of it with some bytes of its tables and directories changed; the
 *                           same ones for the same number
 *   useDisk(image)          throws where the driver dies
 *
 * No browser is needed: the soak runs it in Node (scripts/soak-disks.mjs).
 */
import { decodeFsSize } from '../../../personality/rtl/information.ts';
import * as nt from '../../../personality/rtl/nt.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import { assert } from 'chai';
import { type FatRig, mountImage, patterned, triplesOf } from './rig.ts';

/** What a disk may be refused with. */
const refusals: readonly number[] = [
  Status.STATUS_UNRECOGNIZED_VOLUME,
  Status.STATUS_DISK_CORRUPT_ERROR,
  Status.STATUS_FILE_CORRUPT_ERROR,
];
/** Bytes at the start that hold a small disk's tables, and what makeBase puts behind them. */
const TABLES = 200 * 1024;

export async function makeBase(empty: Uint8Array): Promise<Uint8Array> {
  const rig = await mountImage(empty);
  await rig.makeDirectory('DIR');
  await rig.makeDirectory('DIR\\Inner one');
  await rig.writeFile('A.BIN', patterned(9000));
  await rig.writeFile('A long name for a file.bin', patterned(5000));
  await rig.writeFile('DIR\\B.BIN', patterned(7000));
  for (let i = 0; i < 20; i++) await rig.close((await rig.make(`DIR\\Long name ${i}`)).file);
  await rig.writeFile('DIR\\Inner one\\C.BIN', patterned(3000));
  await rig.flush();
  return rig.image.slice();
}

export function mutate(sound: Uint8Array, number: number): Uint8Array {
  const image = sound.slice();
  // xorshift32: any number but 0 goes round.
  let state = (number >>> 0) | 1;
  const next = (limit: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  const changes = 1 + next(24);
  for (let change = 0; change < changes; change++) {
    const places = [96, 1024, 8192, Math.min(TABLES, image.length)];
    const at = next(places[next(places.length)]!);
    image[at] = [next(256), 0, 0xff, image[at]! ^ (1 << next(8))][next(4)]!;
  }
  return image;
}

/** Everything that a program could ask of it. Throws where the driver dies. */
export async function useDisk(image: Uint8Array): Promise<void> {
  let rig: FatRig;
  try {
    rig = await mountImage(image);
  } catch (error) {
    if (error instanceof NtException && refusals.includes(error.status)) return;
    throw error;
  }
  await tolerant(async () => {
    const { result } = await rig.queryVolume(nt.FileFsSizeInformation);
    const { totalUnits, freeUnits } = decodeFsSize(result.data!);
    assert.isAtMost(freeUnits, totalUnits);
  });
  await tolerant(() => rig.queryVolume(nt.FileFsVolumeInformation));
  await visit(rig, '', 3);
  await change(rig);
  await visit(rig, '', 2);
  await tolerant(() => rig.remount());
}

async function visit(rig: FatRig, path: string, depth: number): Promise<void> {
  const entries = (await tolerant(() => rig.list(path))) ?? [];
  for (const { name, attributes } of entries.slice(0, 30)) {
    const inside = path === '' ? name : `${path}\\${name}`;
    await tolerant(() => examine(rig, inside));
    if (attributes & nt.FILE_ATTRIBUTE_DIRECTORY && depth > 0) await visit(rig, inside, depth - 1);
  }
}

async function examine(rig: FatRig, path: string): Promise<void> {
  const { status, file } = await rig.create(path);
  if (status !== 0) return;
  for (const offset of [0, 1000, 5000]) {
    const { result } = await rig.read(file, offset, 4096);
    assertExtents(rig, result.extents ?? []);
  }
  await rig.close(file);
}

function assertExtents(rig: FatRig, extents: readonly number[]): void {
  const end = rig.image.length;
  let covered = -1;
  for (const [at, disk, length] of triplesOf(extents)) {
    assert.isAtLeast(at, covered);
    assert.isAbove(length, 0);
    assert.isAtLeast(disk, 512);
    assert.isAtMost(disk + length, end);
    assert.equal((at | disk | length) % 512, 0);
    covered = at + length;
  }
}

async function change(rig: FatRig): Promise<void> {
  const attempts = [
    () => rig.make('NEW.BIN').then(({ file }) => rig.write(file, 0, 20_000)),
    () => rig.makeDirectory('DIR\\A new directory'),
    () => rig.rename('A.BIN', 'DIR\\A.BIN', true),
    () => rig.rename('DIR\\Inner one', 'Outer'),
    () => rig.make('DIR\\Yet another long name in here'),
    () => rig.open('A long name for a file.bin').then(({ file }) => rig.write(file, 60_000, 10)),
    () => rig.remove('DIR\\B.BIN'),
    () => rig.remove('Outer\\C.BIN'),
    () => rig.remove('Outer'),
    () => rig.remove('NEW.BIN'),
    () => rig.setLabel('DAMAGED'),
    () => rig.flush(),
  ];
  for (const attempt of attempts) await tolerant<unknown>(attempt);
}

/** A status is an answer; anything else is a failure of the driver. */
async function tolerant<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NtException) return undefined;
    throw error;
  }
}
