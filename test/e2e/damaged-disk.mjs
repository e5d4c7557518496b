/** A disk of 720K on which much is odd, as tracks for the writers of containers. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { tracksOf } from '../store/container/writers.mjs';

export const raw = gunzipSync(
  readFileSync(new URL('../store/container/fixtures/plain.img.gz', import.meta.url)),
);
const DD = { cylinders: 80, heads: 2, sectors: 9, sectorSize: 512 };
export const LINES = Buffer.from(
  Array.from({ length: 2000 }, (_, i) => `line ${i % 97}\r\n`).join(''),
  'latin1',
);
/** SUB\LINES.TXT lies in one piece, from this sector on. */
export const FIRST = raw.indexOf(LINES.subarray(0, 512)) / 512;
export const FILE = 'A:\\SUB\\LINES.TXT';

/** Bad, deleted, missing and odd sectors; a track of another density, and one more. */
export function damagedTracks() {
  const all = tracksOf(raw, DD);
  const at = (lba) => all[Math.floor(lba / 9)].sectors[lba % 9];
  at(FIRST + 10).badCrc = true;
  at(FIRST + 11).badCrc = true;
  at(1300).deleted = true;
  const short = all[150].sectors;
  short.splice(4, 1);
  short.push({ ...short[0], r: 0xc1 }, { ...short[0], c: 99, h: 1, r: 3 });
  const dense = all[158];
  dense.rate = 0;
  dense.mfm = false;
  all.push({
    ...all[151],
    cylinder: 80,
    head: 0,
    sectors: [{ ...all[0].sectors[0], c: 80, r: 7 }],
  });
  return all;
}
