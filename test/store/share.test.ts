/** Disks in links: round trips byte for byte, and text that means harm. */
import { assert } from 'chai';
import fc from 'fast-check';
import { readCapped, through } from '../../web/store/capped.ts';
import { FLOPPY_FORMATS, floppyFormat } from '../../web/store/formats.ts';
import { fromBase64url, toBase64url } from '../../web/store/share/base64url.ts';
import { decodeDisk, encodeDisk, LINK_LIMIT } from '../../web/store/share/codec.ts';
import { crc32 } from '../../web/store/share/crc32.ts';
import { packRuns, unpackRuns } from '../../web/store/share/runs.ts';
import { makeImage } from '../support/mtools.ts';
import { noise, refusal, sameBytes } from './backends.ts';

/** A small floppy with noise where `writes` say. */
const disks = fc
  .record({
    format: fc.constantFrom(...FLOPPY_FORMATS),
    writes: fc.array(fc.record({ at: fc.nat(), length: fc.nat(5000), seed: fc.nat() }), {
      maxLength: 12,
    }),
  })
  .map(({ format, writes }) => {
    const image = new Uint8Array(format.bytes);
    for (const { at, length, seed } of writes) {
      image.set(
        noise(Math.min(length, format.bytes - (at % format.bytes)), seed),
        at % format.bytes,
      );
    }
    return image;
  });

async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = through(bytes, new CompressionStream('deflate-raw'));
  return (await readCapped(stream, Infinity))!;
}

/** A payload as an attacker would make it: any body, any checksum. */
function forge(deflated: Uint8Array, crc = 0, length = deflated.length): string {
  const bytes = new Uint8Array(7 + deflated.length);
  new DataView(bytes.buffer).setUint32(0, crc, true);
  bytes.set([length & 0xff, (length >> 8) & 0xff, length >> 16], 4);
  bytes.set(deflated, 7);
  return `1.${toBase64url(bytes)}`;
}

async function forgeBody(body: Uint8Array, crc = 0): Promise<string> {
  return forge(await deflate(body), crc);
}

async function deflateZeros(megabytes: number): Promise<Uint8Array> {
  let left = megabytes;
  const zeros = new ReadableStream<BufferSource>({
    pull: (controller) => {
      if (left-- > 0) controller.enqueue(new Uint8Array(1 << 20));
      else controller.close();
    },
  });
  const stream = zeros.pipeThrough(new CompressionStream('deflate-raw'));
  return (await readCapped(stream, Infinity))!;
}

/** Every DecompressionStream made from now on counts what it puts out. */
function countInflated(): { bytes: number; end: () => void } {
  const Real = globalThis.DecompressionStream;
  const counter = { bytes: 0, end: () => void (globalThis.DecompressionStream = Real) };
  globalThis.DecompressionStream = class implements GenericTransformStream {
    readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
    readonly writable: WritableStream<BufferSource>;
    constructor(format: CompressionFormat) {
      const inner = new Real(format);
      const count = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform: (chunk, controller) => {
          counter.bytes += chunk.length;
          controller.enqueue(chunk);
        },
      });
      this.writable = inner.writable;
      this.readable = inner.readable.pipeThrough(count);
    }
  };
  return counter;
}

suite('store/share/codec', () => {
  test('crc32 is the one of gzip', () => {
    assert.equal(crc32(new TextEncoder().encode('123456789')), 0xcbf43926);
    assert.equal(crc32(new Uint8Array()), 0);
  });

  test('base64url round trips every length, and refuses what it never makes', () => {
    for (let length = 0; length < 70; length++) {
      const text = toBase64url(noise(length, length + 1));
      assert.match(text, /^[A-Za-z0-9_-]*$/);
      assert.deepEqual(fromBase64url(text), noise(length, length + 1));
    }
    assert.deepEqual(fromBase64url(toBase64url(noise(100_000))), noise(100_000));
    for (const bad of ['A', 'AA==', 'A+AA', 'A/AA', 'A AA', 'AAé']) {
      assert.isUndefined(fromBase64url(bad), bad);
    }
  });

  test('every disk comes back byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(disks, async (image) => {
        sameBytes(await decodeDisk(await encodeDisk(image)), image);
      }),
      { numRuns: 40 },
    );
  });

  test('every format round trips, empty and with its first and last sector in use', async () => {
    for (const { bytes } of FLOPPY_FORMATS) {
      const image = new Uint8Array(bytes);
      sameBytes(await decodeDisk(await encodeDisk(image)), image);
      image[0] = 1;
      image[bytes - 1] = 2;
      sameBytes(await decodeDisk(await encodeDisk(image)), image);
    }
  });

  test('every second sector in use is the longest body, and still fits', async () => {
    const image = new Uint8Array(2_949_120);
    for (let at = 512; at < image.length; at += 1024) image[at] = 1;
    sameBytes(await decodeDisk(await encodeDisk(image)), image);
  });

  test('a blank 1.44M disk is a short link; pages of text are a link of their own size', async () => {
    const blank = await encodeDisk(await makeImage({ kib: 1440 }));
    assert.isBelow(blank.length, 400, `blank: ${blank.length}`);
    const one = await encodeDisk(
      await makeImage({ kib: 1440, files: { 'HELLO.TXT': 'Hello from the disk.\r\n' } }),
    );
    assert.isBelow(one.length, 500, `one file: ${one.length}`);
  });

  test('a disk that is too full for a link is refused with the size and the limit', async () => {
    const error = await refusal(encodeDisk(noise(2_949_120)));
    assert.equal(error.code, 'too-large');
    assert.match(error.message, /3,9\d\d,\d{3} characters/);
    assert.include(error.message, '2,000,000');
    const full = noise(1_474_560);
    assert.equal(crc32(await decodeDisk(await encodeDisk(full))), crc32(full));
  });

  test('only floppies go into links', async () => {
    assert.equal((await refusal(encodeDisk(new Uint8Array(700)))).code, 'size');
  });
});

suite('store/share/codec, hostile text', () => {
  let good: string;
  let image: Uint8Array;

  suiteSetup(async () => {
    image = new Uint8Array(368_640);
    image.set(noise(3000), 4000);
    good = await encodeDisk(image);
  });

  test('each kind of damage has its own line', async () => {
    const code = async (text: string) => (await refusal(decodeDisk(text))).code;
    assert.equal(await code(''), 'version');
    assert.equal(await code('hello'), 'version');
    assert.equal(await code(`2.${good.slice(2)}`), 'version');
    assert.equal(await code('1.'), 'cut');
    assert.equal(await code('1.AAAA'), 'cut');
    assert.equal(await code(good.slice(0, -10)), 'cut');
    assert.equal(await code(`${good}AAAA`), 'damaged');
    assert.equal(await code(`${good.slice(0, 50)}%00${good.slice(53)}`), 'base64');
    assert.equal(await code('1.====' + good.slice(6)), 'base64');
    assert.equal(await code(`1.${'A'.repeat(LINK_LIMIT)}`), 'too-large');
  });

  test('a wrong checksum is found', async () => {
    const crc = crc32(image);
    assert.deepEqual(await decodeDisk(await forgeBody(packRuns(image), crc)), image);
    const error = await refusal(decodeDisk(await forgeBody(packRuns(image), crc ^ 1)));
    assert.equal(error.code, 'checksum');
  });

  test('every cut is refused, at whatever place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: good.length - 1 }), async (end) => {
        const error = await refusal(decodeDisk(good.slice(0, end)));
        assert.equal(error.name, 'ShareError');
        if (end > 2) assert.equal(error.code, 'cut');
        assert.notInclude(error.message, '\n');
      }),
      { numRuns: 60 },
    );
  });

  test('noise is refused or harmless: never another disk, never another error', async () => {
    const letter = fc.constantFrom(...'ABCxyz019-_+/=. %&#é');
    const edits = fc.array(fc.tuple(fc.nat(good.length - 1), letter), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        const letters = [...good];
        for (const [at, text] of changes) letters[at] = text;
        try {
          assert.deepEqual(await decodeDisk(letters.join('')), image);
        } catch (error) {
          assert.equal((error as Error).name, 'ShareError', String(error));
        }
      }),
      { numRuns: 150 },
    );
  });

  test('any text at all is refused with a ShareError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.constantFrom('', '1.'), async (text, tag) => {
        assert.equal((await refusal(decodeDisk(tag + text))).name, 'ShareError');
      }),
      { numRuns: 100 },
    );
  });

  test('bodies with wrong runs are refused', () => {
    const size = [0, 0xa0, 0x05, 0]; // 368,640
    const sector = Array<number>(512).fill(1);
    const refused: [string, number[]][] = [
      ['no size', [0, 0]],
      ['no floppy', [1, 2, 3, 4]],
      ['an empty run', [...size, 1, 0]],
      ['half a number', [...size, 0x80]],
      ['a number without end', [...size, 0x80, 0x80, 0x80, 1]],
      ['fewer sectors than said', [...size, 0, 2, ...sector]],
      ['a run behind the end', [...size, 0xd0, 0x05, 1, ...sector]],
      ['a run across the end', [...size, 0xcf, 0x05, 2, ...sector, ...sector]],
    ];
    for (const [what, body] of refused) {
      assert.throws(() => unpackRuns(Uint8Array.from(body)), /damaged|No floppy/, what);
    }
    const last = unpackRuns(Uint8Array.from([...size, 0xcf, 0x05, 1, ...sector]));
    assert.equal(last.lastIndexOf(1), 368_639);
    assert.isDefined(floppyFormat(last.length));
  });

  test('a bomb is stopped: 256 MiB of zeros in a link, of which a hundredth is inflated', async () => {
    const text = forge(await deflateZeros(256));
    assert.isBelow(text.length, LINK_LIMIT);
    const counter = countInflated();
    try {
      assert.equal((await refusal(decodeDisk(text))).code, 'too-large');
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.isAbove(counter.bytes, 0);
      assert.isBelow(counter.bytes, 4 << 20);
    } finally {
      counter.end();
    }
  });

  test('reading stops at the limit, and the source is told', async () => {
    let pulled = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1000).fill(pulled++)),
      cancel: () => void (cancelled = true),
    });
    assert.isUndefined(await readCapped(endless, 10_000));
    await new Promise((resolve) => setTimeout(resolve, 0));
    assert.isTrue(cancelled);
    assert.isAtMost(pulled, 13);
  });
});
