/**
 * What kept disks cost in this browser's IndexedDB, as medians; not part of `npm test`.
 *
 *   npx wtr --files test/bench/store-costs.ts     prints a table for decision 0010
 */
import { createDiskStore } from '../../web/store/disks.ts';
import { createIndexedDbBackend } from '../../web/store/indexeddb.ts';
import { crc32 } from '../../web/store/share/crc32.ts';

const ROUNDS = 31;
const SIZE = 1_474_560;
const SECTOR = 512;

suite('bench/store-costs', function () {
  this.timeout(120_000);

  test('commits, replacing, reading, checking, and check sums alone', async () => {
    const times = new Map<string, number[]>();
    const timed = async (what: string, work: () => unknown): Promise<void> => {
      const begun = performance.now();
      await work();
      times.set(what, [...(times.get(what) ?? []), performance.now() - begun]);
    };
    const backend = createIndexedDbBackend({ database: `store-costs-${Date.now()}` });
    const disk = await createDiskStore({ backend }).open('disk');
    const image = Uint8Array.from({ length: SIZE }, (_, i) => (i * 31) ^ (i >> 7));
    const sums = (): void => {
      for (let at = 0; at < SIZE; at += SECTOR) crc32(image.subarray(at, at + SECTOR));
    };
    for (let round = 0; round < ROUNDS; round++) {
      const sector = { offset: 5 * SECTOR, bytes: new Uint8Array(SECTOR).fill(round) };
      const tracks = { offset: 100 * SECTOR, bytes: new Uint8Array(288 * SECTOR).fill(round + 1) };
      await timed('replace 1.44M', () => disk.replace(image));
      await timed('commit one sector', () => disk.commit([sector]));
      await timed('commit 144 KiB', () => disk.commit([tracks]));
      await timed('read 1.44M', () => disk.read());
      await timed('check 1.44M', () => disk.check());
      await timed('CRC-32 of 1.44M by sectors', sums);
    }
    for (const [what, all] of times) {
      const median = all.sort((a, b) => a - b)[ROUNDS >> 1]!;
      console.log(`${what}: ${median.toFixed(2)} ms`);
    }
    await disk.delete();
    await disk.close();
    backend.close();
  });
});
