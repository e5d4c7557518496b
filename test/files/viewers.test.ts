/** What files are shown as: detection, letters, old documents, pictures, and hostile ones. */
import { assert } from 'chai';
import { decode, detect } from '../../web/files/viewer/encodings.ts';
import { viewerFor, VIEWERS, viewersFor } from '../../web/files/viewer/index.ts';
import { decodePcx } from '../../web/files/viewer/pcx.ts';
import { pictureOf } from '../../web/files/viewer/picture-kinds.ts';
import { lineEndsOf } from '../../web/files/viewer/text.ts';
import { isWordStar, wordStarText } from '../../web/files/viewer/wordstar.ts';
import { isWriteFile, writeFileText } from '../../web/files/viewer/write-file.ts';
import { date } from '../../web/files/words.ts';

const bytesOf = (...parts: (string | readonly number[] | Uint8Array)[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'string' ? [...new TextEncoder().encode(part)] : [...part],
    ),
  );
const file = (bytes: Uint8Array, name = 'FILE') => ({ name, bytes, missing: [] });
const shows = (bytes: Uint8Array): string => viewerFor(file(bytes)).id;

/** A document of Write: text, then one page of paragraphs, the second of them a picture. */
function writeDocument(): Uint8Array<ArrayBuffer> {
  const [before, picture, after] = ['Dear Sir,\r\n', '\x01\x02PIX', 'Yours \u00e4.\r\n'];
  const text = [before, picture, after].map((part) => [...part].map((unit) => unit.charCodeAt(0)));
  const end = 128 + text.flat().length;
  const bytes = new Uint8Array(3 * 128);
  const view = new DataView(bytes.buffer);
  for (const [at, word] of [
    [0, 0xbe31],
    [4, 0xab00],
    [18, 2],
    [20, 3],
    [96, 3],
  ] as const)
    view.setUint16(at, word, true);
  view.setUint32(14, end, true);
  bytes.set(text.flat(), 128);
  const page = 256;
  view.setUint32(page, 128, true);
  const limits = [139, 144, end];
  limits.forEach((limit, at) => {
    view.setUint32(page + 4 + 6 * at, limit, true);
    view.setUint16(page + 8 + 6 * at, at === 1 ? 60 : 0xffff, true);
  });
  bytes[page + 4 + 60] = 17;
  bytes[page + 4 + 60 + 17] = 0x10;
  bytes[page + 127] = 3;
  return bytes;
}

function pcx(bits: number, planes: number, width: number, height: number, data: readonly number[]) {
  const head = new Uint8Array(128);
  const view = new DataView(head.buffer);
  head.set([10, 5, 1, bits]);
  view.setUint16(8, width - 1, true);
  view.setUint16(10, height - 1, true);
  head[65] = planes;
  view.setUint16(66, Math.ceil((width * bits) / 8), true);
  head.set([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255], 16);
  return bytesOf(head, data);
}

suite('files/viewers', () => {
  test('letters are told apart by what they would say', () => {
    const cases: [string, Uint8Array][] = [
      ['cp437', bytesOf('Gr', [0x81, 0xe1], 'e aus K', [0x94], 'ln, sch', [0x94], 'n\r\n')],
      ['cp437', bytesOf([0xc9, 0xcd, 0xcd, 0xbb, 13, 10, 0xba, 0x20, 0x20, 0xba])],
      ['windows-1252', bytesOf('Gr', [0xfc, 0xdf], 'e aus K', [0xf6], 'ln, f', [0xfc], 'r Sie')],
      ['utf-8', bytesOf('Grüße aus Köln')],
      ['utf-8', bytesOf([0xef, 0xbb, 0xbf], 'x')],
      ['utf-16le', bytesOf([0xff, 0xfe, 0x41, 0])],
      ['utf-16le', bytesOf([...'plain text'].flatMap((unit) => [unit.charCodeAt(0), 0]))],
      ['utf-16be', bytesOf([...'plain text'].flatMap((unit) => [0, unit.charCodeAt(0)]))],
    ];
    for (const [encoding, bytes] of cases)
      assert.equal(detect(bytes), encoding, decode(bytes, 'cp437'));
    assert.equal(decode(bytesOf([0x81, 0xe1, 0xb0, 1, 0x1b]), 'cp437'), 'üß░☺←');
    assert.equal(decode(bytesOf([0xb5, 0xd5]), 'cp850'), 'Áı');
    assert.equal(decode(bytesOf([0x80, 0x93]), 'windows-1252'), '€“');
  });

  test('what turns the direction of writing, or cannot be seen, is seen', () => {
    assert.equal(decode(bytesOf('a\u202egnp.exe\u0000'), 'utf-8'), 'a\ufffdgnp.exe␀');
  });

  test('a date is one that FAT can have, or nothing: an entry without one is no day of 1601', () => {
    assert.equal(date(new Date(1994, 6, 3, 9, 5)), '1994-07-03 09:05');
    for (const none of [new Date(1601, 0, 1), new Date(1979, 11, 31), new Date(NaN)])
      assert.equal(date(none), '');
  });

  test('ends of lines, of every kind', () => {
    assert.equal(lineEndsOf('a\r\nb\r\n'), 'CRLF line ends');
    assert.equal(lineEndsOf('a\nb'), 'LF line ends');
    assert.equal(lineEndsOf('a\rb'), 'CR line ends');
    assert.equal(lineEndsOf('a\r\nb\n'), 'mixed line ends');
    assert.equal(lineEndsOf('a'), 'one line');
  });

  test('each kind of file has its viewer; what could act is text', () => {
    assert.equal(
      shows(bytesOf('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')),
      'text',
    );
    assert.equal(shows(bytesOf('<!doctype html><script>alert(1)</script>')), 'text');
    assert.equal(shows(bytesOf('@echo off\r\n', [0x1a, 0, 0, 0, 0])), 'text');
    assert.equal(shows(bytesOf([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0, 4, 0])), 'hex');
    assert.equal(shows(writeDocument()), 'document');
    assert.equal(shows(pcx(1, 1, 8, 1, [0x55])), 'picture');
    assert.equal(shows(new Uint8Array()), 'text');
    const svg = file(bytesOf('<svg/>'), 'X.PNG');
    assert.deepEqual(
      viewersFor(svg).map(({ id }) => id),
      ['text', 'hex'],
    );
  });

  test('a Write document’s words, without its pictures', () => {
    assert.isTrue(isWriteFile(writeDocument()));
    assert.equal(writeFileText(writeDocument()), 'Dear Sir,\n[picture]\nYours ä.\n');
  });

  test('a WordStar document’s words, without its marks', () => {
    const text = bytesOf(
      '.pl 66\r\n\x02Dea',
      [0xf2],
      ' Si',
      [0xf2],
      ' an',
      [0xe4],
      [0x8d, 0x0a],
      'Mada',
      [0xed],
      [0x1b, 0x81, 0x1c],
      [0x1d, 7, 0, 9, 0x41, 0x42, 0x43, 7, 0, 0x1d].slice(0, 10),
      '\r\nEnd.\r\n',
      [0x1a, 0x1a, 0x41],
    );
    assert.isTrue(isWordStar(text));
    assert.match(wordStarText(text), /^Dear Sir and\nMadamü/);
    assert.match(wordStarText(text), /End\.\n$/);
    assert.isFalse(isWordStar(bytesOf('Gr', [0x81, 0xe1], 'e\r\n')));
  });

  test('PCX in all its depths', () => {
    const dots = (bytes: Uint8Array, width: number): number[][] => {
      const rgba = decodePcx(bytes, width, 1);
      return Array.from({ length: width }, (_, x) => [...rgba.subarray(x * 4, x * 4 + 3)]);
    };
    const [black, red, green, blue] = [
      [0, 0, 0],
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
    ];
    assert.deepEqual(dots(pcx(1, 1, 2, 1, [0x40]), 2), [black, [255, 255, 255]]);
    assert.deepEqual(dots(pcx(1, 2, 4, 1, [0x50, 0x30]), 4), [black, red, green, blue]);
    assert.deepEqual(dots(pcx(2, 1, 4, 1, [0x1b]), 4), [black, red, green, blue]);
    assert.deepEqual(dots(pcx(4, 1, 2, 1, [0x13]), 2), [red, blue]);
    assert.deepEqual(dots(pcx(8, 3, 2, 1, [0xc1, 255, 0, 0, 0xc1, 255, 0, 0]), 2), [red, green]);
    const palette = new Uint8Array(768);
    palette.set([255, 0, 0], 3 * 7);
    assert.deepEqual(dots(pcx(8, 1, 2, 1, [0xc2, 7, 0x0c, ...palette]), 2), [red, red]);
  });

  test('how large a picture is comes from its own bytes, also inside an icon', () => {
    const png = bytesOf(
      [0x89],
      'PNG\r\n',
      [0x1a, 10, 0, 0, 0, 13],
      'IHDR',
      [0, 1, 0, 0, 0, 2, 0, 0],
      new Uint8Array(9),
    );
    assert.deepInclude(pictureOf(png), { type: 'image/png', width: 65536, height: 131072 });
    const entry = [16, 16, 0, 0, 1, 0, 32, 0, 33, 0, 0, 0, 22, 0, 0, 0];
    const icon = bytesOf([0, 0, 1, 0, 1, 0], entry, png);
    assert.deepInclude(pictureOf(icon), { width: 65536, height: 131072 });
    assert.isUndefined(pictureOf(bytesOf([0, 0, 1, 0, 255, 255])));
    assert.isUndefined(pictureOf(bytesOf([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0])));
  });

  test('2,000 mutated and cut files of each kind: an answer, and in a bounded time', () => {
    const seeds = [
      writeDocument(),
      pcx(8, 1, 64, 64, [0xff, 7, 0xff, 8]),
      bytesOf([0x1d, 0x7d, 0, 0], 'Tex', [0xf4], ' x', [0x8d, 0x0a], [0x1d, 255, 255]),
      bytesOf('BM', new Uint8Array(12), [40, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0], new Uint8Array(60)),
    ];
    let state = 12345;
    const random = (below: number): number => {
      state = (state * 1103515245 + 12345) & 0x7fffffff;
      return Math.floor((state / 0x7fffffff) * below) % below;
    };
    for (let round = 0; round < 2000; round++) {
      const bytes = seeds[round % seeds.length]!.slice();
      for (let change = 0; change < 1 + random(6); change++)
        bytes[random(bytes.length)] = random(256);
      const cut = file(bytes.subarray(0, 1 + random(bytes.length)));
      for (const viewer of VIEWERS)
        if (viewer.fits(cut)) viewer.open(cut, () => undefined).close?.();
      const found = pictureOf(cut.bytes);
      if (found?.name === 'PCX' && found.width * found.height < 1e6)
        assert.lengthOf(
          decodePcx(cut.bytes, found.width, found.height),
          found.width * found.height * 4,
        );
    }
  }).timeout(60_000);
});
