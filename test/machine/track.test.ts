/** What a disk has beyond plain sectors: as plain data, as bytes, and back on a disk. */
import { assert } from 'chai';
import fc from 'fast-check';
import { mediumFor } from '../../web/machine/fdc/medium.ts';
import { mediaFormats, formatBytes } from '../../web/machine/fdc/formats.ts';
import { decodeTracks, encodeTracks } from '../../web/machine/fdc/track-codec.ts';
import { placeSectors, turnBytes, type DiskTracks } from '../../web/machine/fdc/track.ts';
import { FloppyDriver, patterned, size144 } from './floppy-driver.ts';

const at = 0x10000;

function format(driver: FloppyDriver, ids: number[][], n = 2, opcode = 0x4d): void {
  driver.machine.ram.set(ids.flat(), at);
  driver.programDma(0x4a, at, ids.length * 4);
  driver.send(opcode, 0, n, ids.length, 0x54, 0xe5);
  driver.waitIrq();
  assert.equal(driver.results()[0], 0);
}

function withDisk(image = patterned(size144), tracks?: Uint8Array): FloppyDriver {
  const driver = new FloppyDriver().start();
  driver.machine.insert(0, image, { tracks });
  return driver;
}

suite('machine/fdc tracks', () => {
  test('every format fits into its turns, sector after sector', () => {
    for (const media of mediaFormats) {
      const medium = mediumFor(new Uint8Array(formatBytes(media)));
      const { sectors } = medium.track(0, 0)!;
      assert.equal(sectors.length, media.sectors, media.name);
      let end = 0;
      for (const { start, span } of sectors) {
        assert.isAtLeast(start, end, media.name);
        end = start + span;
      }
      assert.isAtMost(end, 1, media.name);
    }
  });

  test('a turn has 12,500 bytes at 500K and 300 rpm, 10,416 at 360, half in FM', () => {
    assert.equal(turnBytes({ rate: 0, rpm: 300, mfm: true }), 12500);
    assert.equal(Math.floor(turnBytes({ rate: 0, rpm: 360, mfm: true })), 10416);
    assert.equal(turnBytes({ rate: 2, rpm: 300, mfm: false }), 3125);
    const form = { rate: 0, rpm: 300, mfm: true, gap: 0x6c };
    assert.equal(placeSectors(new Array<number>(30).fill(512), form).length, 18);
  });

  test('a plain disk has nothing to tell, also when it was written and formatted as it was', () => {
    const driver = withDisk();
    driver.write([0, 0, 1, 2], 1024);
    driver.read([0, 1, 1, 2], 1024);
    assert.isUndefined(driver.machine.tracks(0));
    format(
      driver,
      Array.from({ length: 18 }, (_, i) => [0, 0, i + 1, 2]),
    );
    assert.isUndefined(driver.machine.tracks(0));
    assert.isUndefined(driver.machine.tracks(1), 'an empty drive');
  });

  test('what is odd comes back with the tracks, on another array of the same bytes', () => {
    const image = patterned(size144);
    const driver = withDisk(image);
    const told: number[] = [];
    driver.machine.onTracks = (drive) => told.push(drive);
    const odd = [0, 0, 77, 2];
    format(driver, [[0, 0, 1, 2], odd, [9, 0, 3, 2]]);
    const after = told.length;
    assert.isAbove(after, 0);
    driver.machine.ram.fill(5, at, at + 512);
    driver.write([0, 0, 77, 2], 512, { eot: 77 });
    assert.isAbove(told.length, after, 'its bytes lie in no image');
    driver.seek(0, 2);
    driver.programDma(0x4a, at, 512);
    driver.data([2, 0, 4, 2], { opcode: 0x49 });
    const tracks = driver.machine.tracks(0);
    const cylinders = decodeTracks(tracks!).tracks.map((one) => one.cylinder);
    assert.deepEqual(cylinders, [0, 2]);

    const other = withDisk(image.slice(), tracks);
    assert.deepEqual(other.machine.tracks(0), tracks);
    assert.equal(other.read([0, 0, 77, 2], 512, { eot: 77 })[0], 0);
    assert.isTrue(other.machine.ram.subarray(at, at + 512).every((byte) => byte === 5));
    assert.equal(other.read([9, 0, 3, 2], 512)[0], 0);
    assert.deepEqual(other.read([0, 0, 2, 2], 512).slice(0, 3), [0x40, 4, 0x10]);
    other.seek(0, 2);
    assert.deepEqual(other.read([2, 0, 4, 2], 512).slice(0, 3), [0, 0, 0x40]);
    assert.isUndefined(withDisk(image.slice()).machine.tracks(0), 'without them it is plain');
  });

  test('a whole track in FM, with sectors of 128 bytes', () => {
    const driver = withDisk();
    driver.machine.out8(0x3f7, 2);
    const ids = Array.from({ length: 10 }, (_, i) => [0, 0, i + 1, 0]);
    format(driver, ids, 0, 0x0d);
    const tracks = driver.machine.tracks(0);
    const other = withDisk(patterned(size144), tracks);
    other.machine.out8(0x3f7, 2);
    assert.equal(other.read([0, 0, 10, 0], 128, { opcode: 0x06, dtl: 128, eot: 10 })[0], 0);
    assert.equal(other.read([0, 0, 10, 0], 128, { dtl: 128, eot: 10 })[1], 1, 'not in MFM');
  });
});

suite('machine/fdc track codec', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  const marks = {
    deleted: fc.boolean(),
    badCrc: fc.boolean(),
    badId: fc.boolean(),
    noData: fc.boolean(),
    weak: fc.boolean(),
  };
  const sector = fc
    .record({ c: byte, h: byte, r: byte, n: fc.integer({ min: 0, max: 3 }), own: byte, ...marks })
    .map(({ own, ...one }) => {
      const data = own & 1 ? new Uint8Array(128 << one.n).fill(own) : undefined;
      return { ...one, data };
    });
  const track = fc.record({
    rate: fc.integer({ min: 0, max: 3 }),
    mfm: fc.boolean(),
    gap: byte,
    rpm: fc.constantFrom(300, 360),
    sectors: fc.array(sector, { maxLength: 30 }),
  });
  const disk: fc.Arbitrary<DiskTracks> = fc
    .array(track, { minLength: 1, maxLength: 5 })
    .map((all) => {
      return { tracks: all.map((one, i) => ({ cylinder: i * 7, head: i & 1, ...one })) };
    });

  test('what is encoded is what is decoded', () => {
    fc.assert(
      fc.property(disk, (one) => assert.deepEqual(decodeTracks(encodeTracks(one)!), one)),
      { numRuns: 60, seed: 3 },
    );
    assert.isUndefined(encodeTracks({ tracks: [] }));
  });

  test('bytes that are spoilt are refused in words, or are other tracks that a disk can take', () => {
    const spoil = fc.array(fc.tuple(fc.nat(), byte), { minLength: 1, maxLength: 4 });
    const cut = fc.integer({ min: 0, max: 20 });
    let refused = 0;
    fc.assert(
      fc.property(disk, spoil, cut, (one, changes, less) => {
        const whole = encodeTracks(one)!;
        for (const [where, value] of changes) whole[where % whole.length] = value;
        const bytes = whole.subarray(0, whole.length - less);
        try {
          const driver = withDisk(new Uint8Array(size144), bytes);
          driver.read([0, 0, 1, 2], 512);
          driver.machine.tracks(0);
        } catch (error) {
          refused++;
          assert.instanceOf(error, RangeError);
          assert.match((error as Error).message, /^What a disk has beyond plain sectors/);
        }
      }),
      { numRuns: 60, seed: 4 },
    );
    assert.isAbove(refused, 10);
    for (const bytes of [
      [],
      [0x54, 0x52, 0x4b, 2, 0],
      [0x54, 0x52, 0x4b, 1, 1, 90, 0, 0, 0, 30, 0],
    ])
      assert.throws(() => decodeTracks(Uint8Array.from(bytes)), RangeError);
  });

  test('a disk whose tracks are refused is not in the drive', () => {
    const driver = new FloppyDriver().start();
    const tracks = Uint8Array.of(1, 2, 3);
    assert.throws(() => driver.machine.insert(0, patterned(size144), { tracks }), /not readable/);
    assert.isUndefined(driver.machine.medium(0));
  });
});
