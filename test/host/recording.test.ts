/**
 * A recording as a file: what comes back is what went in, and what is none is refused in words,
 * whoever made it.
 */
import { assert } from 'chai';
import { checkLog, packRecording, unpackRecording } from '../../web/host/record/format.ts';
import { Log } from '../../web/host/record/log.ts';
import * as Code from '../../web/host/record/codes.ts';
import { Entries } from '../../web/host/record/entries.ts';
import * as Tag from '../../web/host/record/tags.ts';
import type { Recording } from '../../web/host/record/types.ts';
import { random } from '../support/recorded-session.ts';

const HEAD = { build: 'sources', ramBytes: 32 << 20, speed: 'fast', full: false } as const;

function disk(): Uint8Array {
  return Uint8Array.from({ length: 24 << 10 }, (_, at) => (at >> 13) & 0xff);
}

/** A log that has one of each kind. */
function sample(): Recording {
  const log = new Log();
  for (const now of [1000, 1000, 1001, 1200, 5_000_000, 5_000_000]) log.look(now);
  log.settle();
  log.byte(Code.DATE);
  log.double(134_117_424_000_000_000);
  for (const [code, ...numbers] of [
    [Code.INPUT, 0],
    [Code.INPUT, 3],
    [Code.TURN, 300],
    [Code.TIMER, 2, 1],
    [Code.ARRIVAL, 0, 0, Code.ENDED_WITH],
    [Code.ARRIVAL, 0, 0, Code.ENDED_HERE],
    [Code.ARRIVAL, 9, 3, Code.ENDED_BADLY],
  ] as [number, ...number[]][]) {
    log.byte(code);
    for (const number of numbers) log.number(number);
  }
  log.byte(Code.HASH);
  log.number(4);
  log.word(0xdead_beef);
  log.byte(Code.END);
  log.number(7);
  log.word(0xffff_ffff);
  const range = { offset: 512, length: 1024 };
  const values = [
    ['insert', 1, disk(), true, [range], Uint8Array.of(1, 2, 3)],
    ['ask', { op: 'writeFile', path: 'A:\\Ä.TXT', data: disk().subarray(0, 5000) }],
    'kept',
    'no such file',
  ];
  return { ...HEAD, log: log.copy(), values };
}

/** As a file: the head changed, all bytes given to `spoil`, and packed again as it should be. */
async function remade(spoil: (bytes: Uint8Array) => Uint8Array): Promise<Blob> {
  const file = await packRecording(sample());
  const inflated = file.slice(8).stream().pipeThrough(new DecompressionStream('gzip'));
  const bytes = spoil(new Uint8Array(await new Response(inflated).arrayBuffer()));
  const packed = new Blob([new Uint8Array(bytes)])
    .stream()
    .pipeThrough(new CompressionStream('gzip'));
  return new Blob([file.slice(0, 8), await new Response(packed).blob()]);
}

interface Parts {
  readonly log: readonly number[];
  readonly values: readonly number[];
  /** Behind the values. */
  readonly more: Uint8Array;
  readonly pages: number;
}

/** With a head that says what is in it. */
async function handMade(given: Partial<Parts>): Promise<Blob> {
  const end = [Code.END, 0, 0, 0, 0, 0];
  const { log = end, values = [], more = new Uint8Array(), pages = 0 } = given;
  const sizes = {
    ...HEAD,
    ...{ log: log.length, values: values.length + more.length },
    pages: pages * Code.PAGE_BYTES,
  };
  const head = new TextEncoder().encode(JSON.stringify(sizes));
  const length = new Uint8Array(Uint32Array.of(head.length).buffer);
  const parts = [length, head, Uint8Array.from(log), Uint8Array.from(values), new Uint8Array(more)];
  const packed = new Blob([...parts, new Uint8Array(pages * Code.PAGE_BYTES)])
    .stream()
    .pipeThrough(new CompressionStream('gzip'));
  const start = (await packRecording(sample())).slice(0, 8);
  return new Blob([start, await new Response(packed).blob()]);
}

async function wordsOf(file: Blob): Promise<string> {
  try {
    await unpackRecording(file);
    return '';
  } catch (error) {
    assert.equal((error as Error).name, 'Error');
    return (error as Error).message;
  }
}

suite('host/recording', function () {
  this.timeout(60_000);

  test('what comes back is what went in', async () => {
    const file = await packRecording(sample());
    assert.isBelow(file.size, 1024);
    assert.equal(JSON.stringify(await unpackRecording(file)), JSON.stringify(sample()));
  });

  test('a log is read entry for entry', () => {
    const entries = new Entries(sample());
    const looks = Array.from({ length: 7 }, () => entries.look());
    assert.deepEqual(looks, [1000, 1000, 1001, 1200, 5_000_000, 5_000_000, undefined]);
    assert.isUndefined(entries.event());
    assert.equal(entries.date(), 134_117_424_000_000_000);
    const kinds = Array.from({ length: 9 }, () => entries.event()!);
    assert.deepEqual(
      kinds.map(({ kind }) => kind).join(' '),
      'input input turn timer arrival arrival arrival hash end',
    );
    assert.deepEqual(kinds[2], { kind: 'turn', entries: 300 });
    assert.deepEqual(kinds[3], { kind: 'timer', entries: 2, back: 1 });
    assert.deepEqual(kinds[8], { kind: 'end', entries: 7, hash: 0xffff_ffff });
    assert.isTrue(entries.atEnd);
  });

  test('what is no recording, or of another version, is refused in words', async () => {
    const file = await packRecording(sample());
    assert.equal(await wordsOf(new Blob(['hello'])), 'This is no recording of a session.');
    assert.equal(await wordsOf(new Blob([])), 'This is no recording of a session.');
    const other = new Blob([file.slice(0, 7), Uint8Array.of(9), file.slice(8)]);
    assert.equal(
      await wordsOf(other),
      'The recording is of version 9; this build reads version 1.',
    );
    assert.match(await wordsOf(file.slice(0, file.size - 20)), /damaged: it cannot be inflated/);
  });

  test('a log that is cut off says so, wherever it is cut', () => {
    const whole = sample();
    for (let length = 0; length < whole.log.length; length++)
      assert.throws(
        () => checkLog({ ...whole, log: whole.log.slice(0, length) }),
        /The recording is damaged: at byte \d+ of its log it is cut off\./,
      );
  });

  test('one that inflates without end stops at the limit', async () => {
    const zeros = new Blob(Array.from({ length: 320 }, () => new Uint8Array(1 << 20)));
    const packed = zeros.stream().pipeThrough(new CompressionStream('gzip'));
    const start = (await packRecording(sample())).slice(0, 8);
    const bomb = new Blob([start, await new Response(packed).blob()]);
    assert.isBelow(bomb.size, 1 << 20);
    assert.match(await wordsOf(bomb), /^The recording is too large: it inflates to more than/);
  });

  test('inputs that there are not, and arguments of other kinds, are refused', () => {
    const wrong: unknown[][] = [
      ['toString'],
      ['__proto__'],
      ['insert', 2, new Uint8Array(4), false],
      ['insert', 0, [1, 2, 3], false],
      ['insert', 0, new Uint8Array(4), false, [{ offset: -1, length: 1 }]],
      ['type', 'dir'],
      ['key', 'KeyA', 1],
      ['ask', { op: 'nothing' }],
      ['ask', { op: 'readFile' }],
      ['start', 1],
    ];
    const { values, ...rest } = sample();
    for (const input of wrong)
      assert.throws(
        () => checkLog({ ...rest, values: [input, ...values.slice(1)] }),
        /an input is none that there is/,
        JSON.stringify(input),
      );
  });

  test('a thousand spoilt ones are read or refused, each in words', async () => {
    const below = random(7);
    let refused = 0;
    for (let i = 0; i < 1000; i++) {
      const file = await remade((bytes) => {
        for (let left = 1 + below(4); left > 0; left--) {
          // The head and the log are at the beginning.
          const at = below(2) === 0 ? below(400) : below(bytes.length);
          bytes[at] = below(3) === 0 ? 0xff : below(256);
        }
        return below(4) === 0 ? bytes.slice(0, below(bytes.length)) : bytes;
      });
      if ((await wordsOf(file)) !== '') refused++;
    }
    assert.isAbove(refused, 300);
  });

  test('a small file with huge counts is refused before anything is made of them', async () => {
    const number = (value: number): number[] => {
      const log = new Log();
      log.number(value);
      return [...log.copy()];
    };
    const many = 20 << 20;
    const zeros = new Uint8Array(many);
    const deep = [Tag.LIST, ...number(16 << 20)];
    const pageOften = [Tag.PAGED, ...number(64 << 20), ...new Array<number>(1 << 14).fill(0)];
    const cases: [string, Partial<Parts>, RegExp][] = [
      [
        'nested lists',
        { values: [...Array.from({ length: 8 }, () => deep).flat()], more: zeros },
        /too many values/,
      ],
      ['values without end', { values: [], more: zeros }, /too many values/],
      ['a record of names', { values: [Tag.RECORD, ...number(16 << 20)], more: zeros }, /no name/],
      ['a text longer than all', { values: [Tag.TEXT, ...number(2 ** 50)] }, /cut off/],
      [
        'one page again and again',
        { values: [pageOften, pageOften, pageOften].flat(), pages: 1 },
        /a content is too large/,
      ],
      [
        'a content of no page',
        { values: [Tag.PAGED, ...number(64 << 20)], more: zeros },
        /no page/,
      ],
      [
        'looks without end',
        { log: [Code.SAME, ...number(2 ** 40), Code.END, 0, 0, 0, 0, 0] },
        /a count of looks is wrong/,
      ],
      [
        'a number without end',
        { log: new Array<number>(64).fill(0xff) },
        /no known kind|too large|too long/,
      ],
      [
        'entries past all numbers',
        { log: [Code.TURN, ...new Array<number>(9).fill(0xff)] },
        /too large|too long/,
      ],
    ];
    for (const [name, parts, words] of cases) {
      const file = await handMade(parts);
      assert.isBelow(file.size, 1 << 20, name);
      assert.match(await wordsOf(file), words, name);
    }
  });
});
