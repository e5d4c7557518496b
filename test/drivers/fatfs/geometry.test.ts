/** Boot sectors: the limits between FAT12, FAT16 and neither, and numbers that cannot be. */
import { assert } from 'chai';
import fc from 'fast-check';
import { type Geometry, parseGeometry } from '../../../drivers/filesystems/fatfs/geometry.ts';
import { parseGeometry as parseOfTools } from '../../../personality/fstools/fat/geometry.ts';
import { parseFatGeometry } from '../../../web/store/share/fat-geometry.ts';

interface Stated {
  sector?: number;
  cluster?: number;
  reserved?: number;
  fats?: number;
  root?: number;
  sectors?: number;
  fatSectors?: number;
}

function bootSector(stated: Stated): Uint8Array {
  const { sector = 512, cluster = 1, reserved = 1, fats = 2, root = 112 } = stated;
  const { sectors = 720, fatSectors = 2 } = stated;
  const head = new Uint8Array(1024);
  const view = new DataView(head.buffer);
  head.set([0xeb, 0x3c, 0x90]);
  view.setUint16(11, sector, true);
  head[13] = cluster;
  view.setUint16(14, reserved, true);
  head[16] = fats;
  view.setUint16(17, root, true);
  if (sectors < 0x1_0000) view.setUint16(19, sectors, true);
  else view.setUint32(32, sectors, true);
  head[21] = 0xf0;
  view.setUint16(22, fatSectors, true);
  return head;
}

/** As FAT32 lays it out, with these flags. */
function wideHead(flags: number): Uint8Array {
  const head = bootSector({ root: 0, fatSectors: 0, reserved: 8 });
  const view = new DataView(head.buffer);
  view.setUint32(36, 6, true);
  view.setUint16(40, flags, true);
  view.setUint32(44, 2, true);
  return head;
}

/** A disk of just that many one-sector clusters. */
function withClusters(count: number, fatSectors: number): Geometry | undefined {
  return parseGeometry(bootSector({ fatSectors, sectors: 1 + 2 * fatSectors + 7 + count }));
}

suite('fatfs: boot sectors', () => {
  test('the number of clusters alone makes the type', () => {
    const types = [1, 4000, 4084, 4085, 65_524, 65_525].map(
      (count) => withClusters(count, 256)?.fatType,
    );
    assert.deepEqual(types, [12, 12, 12, 16, 16, undefined]);
  });

  test('a FAT too short for the disk limits the clusters', () => {
    assert.equal(withClusters(2000, 1)?.clusterCount, Math.floor((512 * 8) / 12) - 2);
    assert.equal(withClusters(5000, 2)?.clusterCount, 512 - 2);
  });

  test('places', () => {
    const geometry = parseGeometry(bootSector({ reserved: 3, cluster: 2 }));
    assert.deepInclude(geometry, {
      fatStart: 3 * 512,
      rootStart: 7 * 512,
      dataStart: 14 * 512,
      bytesPerCluster: 1024,
      clusterCount: 353,
      totalBytes: 720 * 512,
    });
  });

  const impossible: [string, Stated][] = [
    ['no sector size', { sector: 0 }],
    ['an odd sector size', { sector: 513 }],
    ['a tiny sector', { sector: 256 }],
    ['three sectors a cluster', { cluster: 3 }],
    ['no sectors a cluster', { cluster: 0 }],
    ['no reserved sector', { reserved: 0 }],
    ['no FAT', { fats: 0 }],
    ['five FATs', { fats: 5 }],
    ['no root and a short FAT', { root: 0 }],
    ['a FAT of no sectors', { fatSectors: 0 }],
    ['no sectors', { sectors: 0 }],
    ['tables longer than the disk', { sectors: 10 }],
  ];
  for (const [what, stated] of impossible)
    test(`refused: ${what}`, () => assert.isUndefined(parseGeometry(bootSector(stated))));

  test('whatever the bytes: nothing, or numbers that agree with each other', () => {
    const byte = fc.record({ at: fc.nat(63), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 12 }), (changes) => {
        const head = bootSector({});
        for (const { at, value } of changes) head[at] = value;
        const found = parseGeometry(head);
        if (!found) return;
        const { fatStart, fatUsed, fatBytes, rootStart, dataStart, totalBytes } = found;
        assert.isAtMost(fatUsed, fatBytes);
        assert.isAtMost(fatStart + found.fatCount * fatBytes, rootStart);
        assert.isBelow(rootStart, dataStart);
        assert.isAtMost(dataStart + found.clusterCount * found.bytesPerCluster, totalBytes);
        assert.isAtMost(((found.clusterCount + 2) * found.fatType) / 8, fatUsed);
        assert.isAtMost(fatUsed, 0x2_0001);
      }),
      { numRuns: 2000 },
    );
  });

  test('the driver, the disk programs and the store see the same volume', () => {
    const byte = fc.record({ at: fc.nat(63), value: fc.nat(255) });
    const flags = fc.option(fc.integer({ min: 0, max: 0x8f }));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 4 }), flags, (changes, wideFlags) => {
        const image = new Uint8Array(720 * 512);
        image.set(wideFlags === null ? bootSector({}) : wideHead(wideFlags));
        for (const { at, value } of changes) image[at] = value;
        const head = image.subarray(0, 1024);
        const driver = parseGeometry(head, image.length);
        const tools = parseOfTools(head, image.length);
        const store = parseFatGeometry(image);
        const seen = [
          driver && [driver.fatType, driver.fatStart, driver.fatCount, driver.onlyFat],
          tools && [tools.type, tools.fatStart, tools.fats, tools.active],
          store && [store.bits, store.fatStart, store.fatCopies, store.onlyCopy],
        ];
        assert.deepEqual(seen, [seen[0], seen[0], seen[0]]);
        if (!driver || !tools || !store) return;
        const places = [
          [driver.rootStart, driver.dataStart, driver.rootCluster, driver.clusterCount + 1],
          [tools.rootStart, tools.dataStart, tools.rootCluster, tools.clusters + 1],
          [store.rootStart, store.dataStart, store.rootCluster, store.lastCluster],
        ];
        assert.deepEqual(places, [places[0], places[0], places[0]]);
      }),
      { numRuns: 2000 },
    );
  });

  test('an active FAT that there is not is the last', () => {
    assert.deepEqual(
      [0, 0x80, 0x81, 0x82, 0x8f].map((flags) => parseGeometry(wideHead(flags))?.onlyFat),
      [undefined, 0, 1, 1, 1],
    );
  });
});
