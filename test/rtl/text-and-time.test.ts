/** Code page 437, and NT times. */
import { assert } from 'chai';
import fc from 'fast-check';
import { platformDoor } from '../../personality/sel4/index.ts';
import { decodeOem, decodeText, encodeOem } from '../../personality/rtl/codepage.ts';
import { RtlTimeFieldsToTime, RtlTimeToTimeFields } from '../../personality/rtl/time.ts';

suite('rtl/codepage', () => {
  test('all 256 bytes have a character of their own, and come back', () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const text = decodeOem(all);
    assert.equal(new Set(text).size, 256);
    assert.equal(text.length, 256);
    assert.deepEqual(encodeOem(text), all);
  });

  test('the places that other lists confirm', () => {
    // Unicode's CP437.TXT.
    const known: [number, number][] = [
      [0x41, 0x41],
      [0x80, 0xc7],
      [0x9b, 0xa2],
      [0x9f, 0x192],
      [0xb0, 0x2591],
      [0xc4, 0x2500],
      [0xdb, 0x2588],
      [0xe1, 0xdf],
      [0xe5, 0x3c3],
      [0xf1, 0xb1],
      [0xfd, 0xb2],
      [0xff, 0xa0],
    ];
    for (const [byte, code] of known)
      assert.equal(decodeOem(Uint8Array.of(byte)).charCodeAt(0), code, byte.toString(16));
  });

  test('what has no place there', () => {
    for (const text of ['Ж', '日', '\u{1f600}', 'a\ud800']) assert.isUndefined(encodeOem(text));
    assert.deepEqual(encodeOem(''), new Uint8Array(0));
  });

  test('texts are UTF-8 where they can be', () => {
    assert.equal(decodeText(new TextEncoder().encode('größe')), 'größe');
    assert.equal(decodeText(Uint8Array.of(0x67, 0x94)), 'gö');
  });
});

suite('rtl/time', () => {
  test('known instants', () => {
    const fields = { month: 1, day: 1, hour: 0, minute: 0, second: 0, milliseconds: 0 };
    assert.equal(RtlTimeFieldsToTime({ year: 1601, ...fields }), 0);
    assert.equal(RtlTimeFieldsToTime({ year: 1970, ...fields }), 116_444_736_000_000_000);
    assert.equal(RtlTimeFieldsToTime({ year: 1980, ...fields }), 119_600_064_000_000_000);
  });

  test('fields and back, to the millisecond', () => {
    const from = Date.UTC(1980, 0, 1);
    const until = Date.UTC(2107, 11, 31);
    fc.assert(
      fc.property(fc.integer({ min: from, max: until }), (milliseconds) => {
        const time = (milliseconds + 11_644_473_600_000) * 10_000;
        const fields = RtlTimeToTimeFields(time);
        assert.equal(RtlTimeFieldsToTime(fields), time);
        assert.equal(fields.milliseconds, milliseconds % 1000);
      }),
    );
  });

  test('the calendar is that of Date, from 1601 on', () => {
    const from = Date.UTC(1601, 0, 1);
    const until = Date.UTC(3000, 0, 1) - 1;
    fc.assert(
      fc.property(fc.integer({ min: from, max: until }), (milliseconds) => {
        const date = new Date(milliseconds);
        const fields = RtlTimeToTimeFields((milliseconds + 11_644_473_600_000) * 10_000);
        assert.deepEqual(
          [fields.year, fields.month, fields.day, fields.hour, fields.minute, fields.second],
          [
            ...[date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()],
            ...[date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()],
          ],
        );
      }),
    );
  });

  test('fields of a damaged disk go over into the next ones, as those of Date do', () => {
    const numbers = [1980, 2099, 0, 15, 0, 31, 0, 31, 0, 63, 0, 62];
    const [year, month, day, hour, minute, second] = [0, 2, 4, 6, 8, 10].map((at) =>
      fc.integer({ min: numbers[at]!, max: numbers[at + 1]! }),
    );
    const parts = fc.tuple(year!, month!, day!, hour!, minute!, second!);
    fc.assert(
      fc.property(parts, ([year, month, day, hour, minute, second]) => {
        const fields = { year, month, day, hour, minute, second, milliseconds: 0 };
        const expected = Date.UTC(year, month - 1, day, hour, minute, second);
        assert.equal(RtlTimeFieldsToTime(fields) / 10_000 - 11_644_473_600_000, expected);
      }),
    );
  });

  test('the date at the door is local time', () => {
    const before = new Date();
    const fields = RtlTimeToTimeFields(platformDoor.date());
    const { year, month, day, hour, minute, second, milliseconds } = fields;
    const told = new Date(year, month - 1, day, hour, minute, second, milliseconds).getTime();
    assert.isAtLeast(told, before.getTime());
    assert.isAtMost(told, Date.now());
  });
});
