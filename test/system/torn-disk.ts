/**
 * What is done to a disk that is torn (torn.test.ts, torn-restart.test.ts), and how it must look.
 *
 *   start()                  a system whose disk has been used
 *   WORK                     commands that change files, directories and both FATs
 *   assertAllDone(image, at) all of it is on the disk, and nothing else is wrong there
 *   assertKept(rig, at)      what was flushed before the work is read, under the names it may have
 */
import { assert } from 'chai';
import { fsck, listFiles, makeImage, readFile } from '../support/mtools.ts';
import { bootRig, type Rig } from '../support/rig.ts';
import { pattern } from './commands.suite.ts';

export const KEPT = { 'KEPT.BIN': pattern(3000, 3), 'DIR/INNER.TXT': pattern(700, 4) };
export const MOVED = pattern(2100, 5);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What is done to the disk. */
export const WORK: readonly string[] = [
  'echo appended>> LOG.TXT',
  'copy KEPT.BIN "a new file with a long name.bin"',
  'del OLD.TXT',
  'md NEWDIR',
  'ren MOVED.BIN "another name, which is longer.bin"',
  'move "another name, which is longer.bin" NEWDIR\\MOVED.BIN',
  'copy DIR\\INNER.TXT NEWDIR',
];

export interface Subject {
  rig: Rig;
  /** The medium's own bytes, torn marks and all. */
  disk: Uint8Array;
}

export function makeDisk(): Promise<Uint8Array> {
  const files = { ...KEPT, 'OLD.TXT': 'old', 'LOG.TXT': 'first\r\n' };
  return makeImage({ kib: 1440, sectorsPerCluster: 1, files });
}

export async function start(): Promise<Subject> {
  const rig = await bootRig({ disks: [await makeDisk()] });
  await rig.ask({ op: 'writeFile', path: 'A:\\MOVED.BIN', data: MOVED });
  await rig.run('sync');
  return { rig, disk: rig.machine.medium(0)! };
}

export async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((done) => setTimeout(done, 2));
}

export async function sound(image: Uint8Array, what: string): Promise<void> {
  const verdict = await fsck(image);
  assert.isTrue(verdict.clean, `${what}: ${verdict.output}`);
}

export async function assertAllDone(image: Uint8Array, what: string): Promise<void> {
  await sound(image, what);
  assert.deepEqual(await listFiles(image), [
    'DIR/',
    'DIR/INNER.TXT',
    'KEPT.BIN',
    'LOG.TXT',
    'NEWDIR/',
    'NEWDIR/INNER.TXT',
    'NEWDIR/MOVED.BIN',
    'a new file with a long name.bin',
  ]);
  assert.deepEqual(await readFile(image, 'NEWDIR/MOVED.BIN'), MOVED, what);
  assert.deepEqual(await readFile(image, 'KEPT.BIN'), KEPT['KEPT.BIN'], what);
  const copy = await readFile(image, 'a new file with a long name.bin');
  assert.deepEqual(copy, KEPT['KEPT.BIN'], what);
  assert.include(text(await readFile(image, 'LOG.TXT')), 'first\r\nappended\r\n', what);
}

export async function assertKept(rig: Rig, what: string): Promise<void> {
  const read = (path: string) => rig.ask({ op: 'readFile', path: `A:\\${path}` });
  assert.deepEqual(await read('KEPT.BIN'), KEPT['KEPT.BIN'], what);
  assert.deepEqual(await read('DIR\\INNER.TXT'), KEPT['DIR/INNER.TXT'], what);
  // Renamed and moved since: it has one of its names.
  const names = ['MOVED.BIN', 'another name, which is longer.bin', 'NEWDIR\\MOVED.BIN'];
  const found = await Promise.all(names.map((name) => read(name).catch(() => undefined)));
  assert.isTrue(
    found.some((bytes) => bytes && bytes.every((byte, i) => byte === MOVED[i])),
    `${what}: the moved file`,
  );
}
