/**
 * Containers cut and spoilt, by a seed: each is answered in words, or is a disk.
 *
 *   attack(store, bases, { first, count, now })   `bases` by name; `now(number, name)` is told
 *                                                 before each. Resolves to { opened, refused }
 *   basesOf(store, fixture)                       one image of each format
 */
import { gzipSync } from 'node:zlib';
import { d88, edsk, hfe, imd, td0, tracksOf, vfd } from './writers.mjs';

const DD = { cylinders: 80, heads: 2, sectors: 9, sectorSize: 512 };
const MADE = ['plain.imd', 'plain.td0', 'plain.cqm', 'plain.dsk', 'plain.edsk', 'plain.msa'];

export function basesOf(store, fixture) {
  const tracks = tracksOf(fixture('plain.img'), DD);
  tracks[3].sectors[2].badCrc = true;
  tracks[4].sectors[5].deleted = true;
  const bases = Object.fromEntries(MADE.map((name) => [name, fixture(name)]));
  const written = {
    imd: imd(tracks),
    edsk: edsk(tracks),
    d88: d88(tracks),
    vfd: vfd(tracks),
    td0: td0(store, tracks),
    'td0 advanced': td0(store, tracks, true),
    'td0, TeleDisk 1': td0(store, tracks, 'lzw'),
    hfe: hfe(store, tracks.slice(0, 8)),
    zip: fixture('plain.zip'),
    gzip: gzipSync(fixture('plain.img')),
    'header of 1 byte': Buffer.concat([Buffer.of(0), fixture('plain.img')]),
    'header of 4,608': Buffer.concat([Buffer.alloc(4608, 0x44), fixture('plain.img')]),
    'raw, shaped by its block': fixture('plain.img').subarray(0, -4000),
  };
  return { ...bases, ...written };
}

export function randomOf(seed) {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

const EDGES = [0, 1, 0x7f, 0x80, 0xfe, 0xff];

/** Most of what steers lies in front; the rest is hit now and then. */
function placeIn(random, length) {
  return random(3) < 2 ? random(Math.min(length, 1024)) : random(length);
}

export function mutated(base, random) {
  let bytes = new Uint8Array(base);
  if (random(4) === 0) bytes = bytes.slice(0, placeIn(random, bytes.length) + 1);
  if (random(8) === 0) {
    const at = placeIn(random, bytes.length);
    const more = new Uint8Array(bytes.length + random(600));
    more.set(bytes.subarray(0, at));
    more.set(bytes.subarray(at), at + more.length - bytes.length);
    bytes = more;
  }
  for (let changes = random(6); changes >= 0; changes--)
    bytes[placeIn(random, bytes.length)] = random(2) ? EDGES[random(EDGES.length)] : random(256);
  return bytes;
}

export async function attack(store, bases, { first, count, now = () => undefined }) {
  const names = Object.keys(bases);
  const ended = { opened: 0, refused: 0 };
  for (let number = first; number < first + count; number++) {
    const random = randomOf(number);
    const name = names[number % names.length];
    now(number, name);
    const bytes = mutated(bases[name], random);
    try {
      check(store, await store.importImage(bytes));
      ended.opened++;
    } catch (error) {
      const clear = error?.name === 'ImageError' && /^[^\n]{10,400}\.$/.test(error.message);
      if (!clear) throw new Error(`image ${number} (${name}): ${error?.stack}`, { cause: error });
      ended.refused++;
    }
  }
  return ended;
}

/** What the machine is given has to be what it takes. */
function check(store, { image, damaged, tracks, format }) {
  if (image.length > store.LARGEST_FLOPPY) throw new Error(`${image.length} bytes`);
  if (format.bytes !== image.length) throw new Error(`${format.name} with ${image.length} bytes`);
  for (const { offset, length } of damaged)
    if (offset + length > image.length) throw new Error(`damage at ${offset}`);
  const machine = new store.Medium(image);
  if (tracks) machine.adopt(store.decodeTracks(tracks));
}
