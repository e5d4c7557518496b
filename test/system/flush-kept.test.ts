/**
 * A program's flush and the store, with everything between them: what the store refuses is the
 * flush's own status, and nothing is dropped; what is kept at any moment, and what an export has,
 * are states that the disk really had.
 */
import { assert } from 'chai';
import { NtFlushBuffersFile } from '../../personality/ntdll/native.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { Disk } from '../../web/element/disk.ts';
import type { KeepResult } from '../../web/machine/types.ts';
import { createDiskStore } from '../../web/store/disks.ts';
import { createMemoryBackend } from '../../web/store/memory.ts';
import type { DiskChange } from '../../web/store/types.ts';
import { bootClientRig, type Client, pattern } from '../ntos/io-client.ts';
import { makeImage, readFile } from '../support/mtools.ts';

const SECTOR = 512;
/** Of the second of two sectors that belong together. */
const OTHER = 8 * SECTOR;
const ROUNDS = 40;

const bytesOf = (changes: readonly DiskChange[]): number =>
  changes.reduce((sum, { bytes }) => sum + bytes.length, 0);

async function flush({ process }: Client, handle: number): Promise<string> {
  return statusName((await NtFlushBuffersFile(process, { handle })).status);
}

/** Others, and timers, have theirs. */
const turn = (): Promise<void> => new Promise((later) => setTimeout(later, 2));

/** A sector that says which round it is of. */
function sectorOf(which: string, round: number): Uint8Array {
  return new TextEncoder().encode(`${which} of ${round} `.padEnd(SECTOR, '.'));
}

/** The rounds of the two sectors of PAIR.BIN. */
function pairIn(image: Uint8Array, start: number): [number, number] {
  const round = (at: number): number => {
    const text = new TextDecoder().decode(image.subarray(start + at, start + at + SECTOR));
    return Number(/^\w+ of (\d+) \.+$/.exec(text)?.[1] ?? NaN);
  };
  return [round(0), round(OTHER)];
}

function find(image: Uint8Array, sector: Uint8Array): number {
  for (let at = 0; at < image.length; at += SECTOR)
    if (sector.every((byte, i) => image[at + i] === byte)) return at;
  throw new Error('it is not on the disk');
}

function assertPair([first, second]: [number, number], what: string): void {
  assert.include([second, second + 1], first, `${what}: ${first} and ${second}`);
}

suite('system/flushes and the store', function () {
  this.timeout(60_000);

  test('what the store refuses is the status of a flush; when it has room, all is kept', async () => {
    const empty = await makeImage({ kib: 360 });
    const page = { answer: 'kept' as KeepResult, given: [] as DiskChange[][] };
    const commit = (_drive: number, changes: DiskChange[]): Promise<KeepResult> => {
      page.given.push(changes);
      return Promise.resolve(page.answer);
    };
    const rig = await bootClientRig([empty], {}, {}, false, { commit });
    const data = pattern(5000, 3);
    await rig.client(async (client) => {
      const handle = await client.opened('A:\\F.BIN', { disposition: nt.FILE_CREATE });
      const volume = await client.opened('A:');
      assert.equal(await client.write(handle, 0, data.subarray(0, 4000)), 'STATUS_SUCCESS');
      page.answer = 'full';
      assert.equal(await flush(client, handle), 'STATUS_DISK_QUOTA_EXCEEDED');
      assert.equal(await client.write(handle, 4000, data.subarray(4000)), 'STATUS_SUCCESS');
      assert.equal(await flush(client, handle), 'STATUS_DISK_QUOTA_EXCEEDED', 'asked again');
      assert.equal(await flush(client, volume), 'STATUS_DISK_QUOTA_EXCEEDED');
      page.answer = 'failed';
      assert.equal(await flush(client, handle), 'STATUS_TRANSACTION_ABORTED');
      page.answer = 'silent';
      assert.equal(await flush(client, handle), 'STATUS_TRANSACTION_TIMED_OUT');
      assert.deepEqual(await readFile(rig.image(), 'F.BIN'), data, 'it is on the medium');

      page.answer = 'kept';
      page.given.length = 0;
      assert.equal(await flush(client, handle), 'STATUS_SUCCESS');
      const kept = empty.slice();
      for (const { offset, bytes } of page.given.flat()) kept.set(bytes, offset);
      assert.deepEqual(await readFile(kept, 'F.BIN'), data, 'all of it came again');

      page.given.length = 0;
      assert.equal(await client.write(handle, 1024, pattern(512, 9)), 'STATUS_SUCCESS');
      assert.equal(await flush(client, handle), 'STATUS_SUCCESS');
      const changed = bytesOf(page.given.flat());
      assert.isAtMost(changed, 2 * SECTOR, 'its sector, and the one with its name');
    });
    rig.end();
  });

  test('two sectors written in order: in order in the store at any moment, and in exports', async () => {
    const files = { 'PAIR.BIN': new Uint8Array(OTHER + SECTOR) };
    files['PAIR.BIN'].set(sectorOf('first', 0));
    files['PAIR.BIN'].set(sectorOf('second', 0), OTHER);
    const image = await makeImage({ kib: 360, files });
    const start = find(image, sectorOf('first', 0));
    const store = createDiskStore({ backend: createMemoryBackend() });
    const home = { prefix: '', open: () => store.open('pair') };
    const disk = new Disk({ label: 'pair', image: image.slice(), home, retry: 1e6 });
    disk.keepAt(home);
    await disk.save();
    const commit = async (
      _drive: number,
      changes: DiskChange[],
      asked: boolean,
    ): Promise<KeepResult> => {
      disk.take(changes);
      await disk.save(asked);
      return 'kept';
    };
    const rig = await bootClientRig([image], {}, {}, false, { commit });
    let over = false;
    const looks = { store: 0, exports: 0, apart: 0 };
    /** As another page would find it, were this one to end now. */
    const lookAtStore = async (): Promise<void> => {
      const hold = await store.open('pair');
      while (!over) {
        const pair = pairIn((await hold.read())!, start);
        assertPair(pair, 'kept');
        looks.store++;
        looks.apart += Number(pair[0] !== pair[1]);
        await turn();
      }
      await hold.close();
    };
    const takeExports = async (): Promise<void> => {
      while (!over) {
        await rig.ask({ op: 'flush', drive: 'A:' });
        assertPair(pairIn(rig.image(), start), 'exported');
        looks.exports++;
        await turn();
      }
    };
    const writing = rig.client(async (client) => {
      const handle = await client.opened('A:\\PAIR.BIN');
      for (let round = 1; round <= ROUNDS; round++)
        for (const [which, at] of [
          ['first', 0],
          ['second', OTHER],
        ] as const) {
          await client.write(handle, at, sectorOf(which, round));
          assert.equal(await flush(client, handle), 'STATUS_SUCCESS');
        }
    });
    await Promise.all([writing.finally(() => (over = true)), lookAtStore(), takeExports()]);
    assert.isAbove(looks.store, 3);
    assert.isAbove(looks.exports, 3);
    assert.isAbove(looks.apart, 0, 'some were taken between the two');
    assert.deepEqual(pairIn((await (await store.open('pair')).read())!, start), [ROUNDS, ROUNDS]);
    rig.end();
  });
});
