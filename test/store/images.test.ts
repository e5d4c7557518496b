/** Images from outside. */
import { assert } from 'chai';
import { readCapped, through } from '../../web/store/capped.ts';
import { FLOPPY_FORMATS, floppyFormat } from '../../web/store/formats.ts';
import { fetchImage, importImage } from '../../web/store/images.ts';
import { noise, refusal, sameBytes } from './backends.ts';

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  return (await readCapped(through(bytes, new CompressionStream('gzip')), Infinity))!;
}

suite('store/images', () => {
  test('the sizes of twelve formats are known', () => {
    const sizes = [
      163_840, 184_320, 327_680, 368_640, 655_360, 737_280, 1_228_800, 1_261_568, 1_474_560,
      1_720_320, 1_763_328, 2_949_120,
    ];
    assert.deepEqual(
      FLOPPY_FORMATS.map((format) => format.bytes),
      sizes,
    );
    assert.include(floppyFormat(1_474_560), { name: '1.44M', sectors: 18, heads: 2 });
  });

  test('garbage of the right size is a disk; it is copied', async () => {
    const bytes = noise(1_474_560);
    for (const source of [bytes, bytes.buffer as ArrayBuffer, new Blob([bytes as BlobPart])]) {
      const { image, format } = await importImage(source);
      assert.equal(format.name, '1.44M');
      sameBytes(image, bytes);
      assert.notStrictEqual(image.buffer, bytes.buffer);
    }
  });

  test('a Blob of another frame is one', async () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const other = frame.contentWindow as Window & typeof globalThis;
    const { image } = await importImage(new other.Blob([new Uint8Array(163_840).fill(7)]));
    assert.deepEqual(image, new Uint8Array(163_840).fill(7));
    frame.remove();
  });

  test('shared memory is copied out', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(163_840)).fill(7);
    const { image } = await importImage(shared);
    assert.instanceOf(image.buffer, ArrayBuffer);
    assert.deepEqual(image, new Uint8Array(163_840).fill(7));
  });

  test('a disk of another size is laid out by its parameter block, and filled up', async () => {
    const bytes = new Uint8Array(20_000).fill(0xe5, 17_000);
    const view = new DataView(bytes.buffer);
    bytes.set([0xeb, 0x3c, 0x90]);
    const words = { 11: 512, 14: 1, 17: 224, 19: 2880, 22: 9, 24: 18, 26: 2 };
    for (const [at, value] of Object.entries(words)) view.setUint16(Number(at), value, true);
    bytes[13] = 1;
    bytes[16] = 2;
    // Clusters 2 to 9: the last of them, from sector 39 on, are behind the cut.
    bytes.set([0xf0, 0xff, 0xff, 3, 0x40, 0, 5, 0x60, 0, 7, 0x80, 0, 9, 0xf0, 0xff], 512);
    const { image, format, filled, damaged } = await importImage(bytes);
    assert.deepEqual([image.length, filled], [1_474_560, 1_474_560 - 20_000]);
    assert.deepEqual([format.cylinders, format.heads, format.sectors], [80, 2, 18]);
    assert.deepEqual(damaged, [{ offset: 39 * 512, length: 2 * 512 }]);
    assert.equal((await refusal(importImage(bytes.slice(0, 2000)))).code, 'size');
  });

  test('any other size is refused in one line that names it', async () => {
    for (const size of [0, 1, 1_474_559, 1_474_561, 2_000_000]) {
      const error = await refusal(importImage(new Uint8Array(size)));
      assert.equal(error.code, 'size');
      assert.include(error.message, `${size.toLocaleString('en-US')} bytes`);
      assert.notInclude(error.message, '\n');
    }
  });

  test('what is far too large is refused before it is read', async () => {
    const huge = new Blob([new Uint8Array(10_000_000)]);
    huge.arrayBuffer = () => Promise.reject(new Error('was read'));
    const error = await refusal(importImage(huge));
    assert.equal(error.code, 'size');
    assert.include(error.message, '2,949,120');
  });

  test('a gzipped image is unpacked, and is no disk when damaged, cut or a bomb', async () => {
    const bytes = noise(368_640);
    const packed = await gzip(bytes);
    sameBytes((await importImage(packed)).image, bytes);
    assert.equal((await refusal(importImage(packed.subarray(0, 1000)))).code, 'gzip');
    const noisy = new Uint8Array(packed);
    noisy.fill(0, 5000, 5100);
    assert.equal((await refusal(importImage(noisy))).code, 'gzip');
    const bomb = await gzip(new Uint8Array(64 << 20));
    const error = await refusal(importImage(bomb));
    assert.equal(error.code, 'size');
    assert.match(error.message, /more than a floppy/);
    assert.equal((await refusal(importImage(await gzip(new Uint8Array(99))))).code, 'size');
  });

  test('a raw image that begins like gzip stays raw', async () => {
    const bytes = noise(368_640);
    bytes.set([0x1f, 0x8b, 8]);
    sameBytes((await importImage(bytes)).image, bytes);
  });

  test('a ZIP archive is named as one', async () => {
    const error = await refusal(importImage(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0)));
    assert.match(error.message, /^The ZIP .* cut short\.$/);
  });
});

suite('store/images, fetched', () => {
  const respond = (body: BodyInit | null, init?: ResponseInit) => async () =>
    new Response(body, init);

  test('an image is fetched, without cookies', async () => {
    const bytes = noise(368_640);
    let credentials: string | undefined;
    const fetch = async (_: string, init: RequestInit) => {
      credentials = init.credentials;
      return new Response(bytes as BodyInit);
    };
    const { image } = await fetchImage('https://disks.example/a.img', { fetch });
    sameBytes(image, bytes);
    assert.equal(credentials, 'omit');
  });

  test('each failure names the host and the reason', async () => {
    const url = 'https://disks.example/a.img';
    const missing = await refusal(fetchImage(url, { fetch: respond('', { status: 404 }) }));
    assert.equal(
      missing.message,
      'https://disks.example/a.img was answered by HTTP status 404 (not found), not by a disk image.',
    );
    const refused = await refusal(
      fetchImage(url, { fetch: () => Promise.reject(new TypeError('Failed to fetch')) }),
    );
    assert.match(refused.message, /disks\.example.*is out of reach/);
    assert.equal((await refusal(fetchImage('http://'))).code, 'fetch');
  });

  test('a download without end is stopped where no image is as large', async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(100_000).fill(pulled++)),
    });
    const error = await refusal(fetchImage('https://a.example/', { fetch: respond(endless) }));
    assert.equal(error.code, 'size');
    assert.isBelow(pulled, 110);
  });

  test('a silent server is given up, and so is a download that the caller stops', async () => {
    const silent = (_: string, { signal }: RequestInit) =>
      new Promise<Response>((_resolve, reject) => {
        signal!.addEventListener('abort', () => reject(signal!.reason));
      });
    const late = await refusal(fetchImage('https://a.example/', { fetch: silent, timeout: 30 }));
    assert.match(late.message, /in time/);
    const stop = new AbortController();
    const stopped = refusal(
      fetchImage('https://a.example/', { fetch: silent, signal: stop.signal }),
    );
    stop.abort();
    assert.match((await stopped).message, /given up/);
  });
});
