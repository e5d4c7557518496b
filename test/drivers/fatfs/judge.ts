/**
 * What programs that are not ours say of a disk that the driver has changed.
 *
 *   check(rig, expected?)   flushes; fsck.fat has no complaint, the FATs agree, and, where the
 *                           expected tree is given, mtools finds just that
 */
import { assert } from 'chai';
import { fsck, listFiles, readFile, runMtools } from '../../support/mtools.ts';
import type { FatRig } from './rig.ts';

/** Path ('/' between names; directories end in '/') -> contents. */
export type Tree = ReadonlyMap<string, Uint8Array | undefined>;

export async function check(rig: FatRig, expected?: Tree): Promise<void> {
  await rig.flush();
  const { image } = rig;
  const verdict = await fsck(image);
  assert.isTrue(verdict.clean, verdict.output);
  assertSameFats(image);
  if (expected && !isSmallFat32(image)) await assertTree(image, expected);
}

/** mtools goes by the number of clusters alone, and takes it for FAT16. */
function isSmallFat32(image: Uint8Array): boolean {
  const view = new DataView(image.buffer, image.byteOffset);
  return view.getUint16(22, true) === 0 && image.length < 65_525 * 512;
}

export function assertSameFats(image: Uint8Array): void {
  const view = new DataView(image.buffer, image.byteOffset);
  const sector = view.getUint16(11, true);
  const start = view.getUint16(14, true) * sector;
  const length = (view.getUint16(22, true) || view.getUint32(36, true)) * sector;
  const first = image.subarray(start, start + length);
  const second = image.subarray(start + length, start + 2 * length);
  assertBytes(second, first, 'the FATs');
}

async function assertTree(image: Uint8Array, expected: Tree): Promise<void> {
  if (expected.size === 0) return assertEmpty(image);
  assert.deepEqual(await listFiles(image), [...expected.keys()].sort());
  for (const [path, bytes] of expected)
    if (bytes) assertBytes(await readFile(image, path), bytes, path);
}

/** With its plain listing mdir takes an empty root for one that is missing. */
async function assertEmpty(image: Uint8Array): Promise<void> {
  const { stdout } = await runMtools('mdir', ['-i', 'IMAGE', '-a', '::'], image);
  assert.include(new TextDecoder().decode(stdout), 'No files');
}

/** Says where they differ, and does not print them whole. */
export function assertBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  assert.equal(actual.length, expected.length, `length of ${what}`);
  const at = expected.findIndex((byte, index) => actual[index] !== byte);
  if (at >= 0) assert.fail(`${what} differ at ${at}: ${actual[at]} for ${expected[at]}`);
}
