/** Disks by the drive's name: what goes to the floppy drives, and what to the system's own RAM. */
import { assert } from 'chai';
import { DisksByName } from '../../web/element/disks-by-name.ts';

interface Asked {
  readonly op: string;
  readonly drive?: string;
  readonly image?: Uint8Array;
  readonly writeProtected?: boolean;
}

function make() {
  const asked: Asked[] = [];
  const floppies: string[] = [];
  const image = Uint8Array.of(1, 2, 3);
  const disks = new DisksByName({
    drives: {
      insert: (drive: string) => Promise.resolve(void floppies.push(`insert ${drive}`)),
      eject: (drive: string) => Promise.resolve((floppies.push(`eject ${drive}`), image.slice())),
      image: (drive: string) => Promise.resolve((floppies.push(`image ${drive}`), image.slice())),
      asWritten: () => Promise.resolve(undefined),
    },
    mayLeave: () => undefined,
    needed: () => Promise.resolve(),
    ask: ((request: Asked) => {
      asked.push(request);
      return Promise.resolve(request.op === 'insertImage' ? undefined : image.slice());
    }) as never,
  });
  return { disks, asked, floppies };
}

const bytesOf = async (blob: Blob) => [...new Uint8Array(await blob.arrayBuffer())];

async function refused(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return String(error);
  }
  return 'not refused';
}

suite('element/C:', () => {
  test('any form of bytes goes in, and comes out as a Blob', async () => {
    const { disks, asked, floppies } = make();
    await disks.insert('C:', Uint8Array.of(7, 8), { writeProtected: true });
    await disks.insert('c', new Blob([Uint8Array.of(9)]), undefined);
    const url = URL.createObjectURL(new Blob([Uint8Array.of(5, 6)]));
    await disks.insert('C:\\', new URL(url), {});
    assert.deepEqual(
      asked.map(({ drive, image, writeProtected }) => [drive, [...image!], writeProtected]),
      [
        ['C:', [7, 8], true],
        ['C:', [9], false],
        ['C:', [5, 6], false],
      ],
    );
    asked.length = 0;
    assert.deepEqual(await bytesOf(await disks.image('C:')), [1, 2, 3]);
    assert.deepEqual(await bytesOf(await disks.eject('c:')), [1, 2, 3]);
    assert.deepEqual(
      asked.map(({ op }) => op),
      ['readImage', 'ejectImage'],
    );
    assert.deepEqual(floppies, []);
  });

  test('floppies go to their drives', async () => {
    const { disks, asked, floppies } = make();
    await disks.insert('a', new Uint8Array(512), undefined);
    await disks.image('B:');
    await disks.eject('A:');
    assert.deepEqual(floppies, ['insert A:', 'image B:', 'eject A:']);
    assert.deepEqual(asked, []);
  });

  test('what cannot be is said in words, and nothing is asked', async () => {
    const { disks, asked, floppies } = make();
    const some = new Uint8Array(512);
    assert.match(await refused(disks.insert('D:', some, undefined)), /not a drive/);
    assert.match(await refused(disks.insert(undefined, some, undefined)), /must be a string/);
    assert.match(await refused(disks.insert('C:', 5 as never, undefined)), /The image must be/);
    assert.match(await refused(disks.insert('C:', some, { persist: true })), /not kept/);
    assert.match(
      await refused(disks.insert('C:', new URL('/build/none.img', location.href), undefined)),
      /404/,
    );
    assert.deepEqual([...asked, ...floppies], []);
  });
});
