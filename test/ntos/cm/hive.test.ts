/**
 * Hives as bytes: there and back against a plain model, and hostile bytes.
 */
import { assert } from 'chai';
import fc from 'fast-check';
import { BASE, baseSum, PAGE } from '../../../personality/ntos/cm/hiveformat.ts';
import { decodeHive, graft, type HiveKey } from '../../../personality/ntos/cm/hiveread.ts';
import { encodeHive } from '../../../personality/ntos/cm/hivewrite.ts';
import {
  addKey,
  Budget,
  costOf,
  Hive,
  type Key,
  setValue,
} from '../../../personality/ntos/cm/key.ts';
import { textData, viewOf } from '../../../personality/rtl/registry.ts';
import * as Status from '../../../personality/rtl/ntstatus.ts';

const NOW = 133_594_960_890_000_000;

/** What a model says of a key. */
interface Model {
  name: string;
  className: string;
  values: [name: string, type: number, data: Uint8Array][];
  keys: Model[];
}

const keyName = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 12 })
  .filter((name) => !/[\\\0]/.test(name) && name.length <= 255);
const fold = (name: string): string => name.toUpperCase();
const unique = <T>(of: (one: T) => string) => ({
  selector: (one: T) => fold(of(one)),
  maxLength: 6,
});
const value = fc.tuple(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.nat(11),
  fc.oneof(
    fc.uint8Array({ maxLength: 6 }),
    fc.nat(9000).map((length) => new Uint8Array(length).fill(7)),
  ),
);
const { tree } = fc.letrec<{ tree: Model }>((tie) => ({
  tree: fc.record({
    name: keyName,
    className: fc.string({ maxLength: 5 }),
    values: fc.uniqueArray(
      value,
      unique(([name]) => name),
    ),
    keys: fc.oneof(
      { maxDepth: 4 },
      fc.constant([] as Model[]),
      fc.uniqueArray(
        tie('tree'),
        unique<Model>(({ name }) => name),
      ),
    ),
  }),
}));

function hiveOf(limit = 4 << 20): Hive {
  return new Hive({ name: 'Root', limit, volatiles: new Budget(1 << 20) });
}

function fill(key: Key, { values, keys }: Model): void {
  for (const [name, type, data] of values)
    assert.equal(setValue(key, { name, type, data }, NOW), 0);
  for (const child of keys) {
    const made = addKey(key, child.name, { className: child.className }, NOW);
    // Names that this system's own folding takes for the same.
    if (made.key) fill(made.key, child);
  }
}

/** Of a key in memory, of a tree that was read: what both must say. */
function picture(key: Key | HiveKey): unknown {
  const keys = [...('hive' in key ? key.keys.values() : key.keys)] as (Key | HiveKey)[];
  return {
    name: key.name,
    className: key.className,
    written: key.written,
    values: [...('hive' in key ? key.values.values() : key.values)].map((one) => ({ ...one })),
    keys: keys.map(picture).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)),
  };
}

const nameOf = (of: unknown): string => (of as { name: string }).name;

function everyKey(key: Key): Key[] {
  return [key, ...[...key.keys.values()].flatMap(everyKey)];
}

function sample(): { hive: Hive; bytes: Uint8Array } {
  const hive = hiveOf();
  const one = addKey(hive.root, 'One', { className: 'class' }, NOW).key!;
  setValue(one, { name: '', type: 1, data: Uint8Array.of(65, 0, 0, 0) }, NOW);
  setValue(one, { name: 'long', type: 3, data: new Uint8Array(100).fill(5) }, NOW);
  const two = addKey(one, 'Zwölf', {}, NOW).key!;
  setValue(two, { name: 'Ж', type: 4, data: Uint8Array.of(1, 2, 3, 4) }, NOW);
  addKey(hive.root, 'Link', { link: true }, NOW);
  return { hive, bytes: encodeHive(hive.root, 'SAMPLE', NOW) };
}

/** The base block's sum made right again, so that what lies behind it is looked at. */
function resum(bytes: Uint8Array): Uint8Array {
  viewOf(bytes).setUint32(BASE.sum, baseSum(viewOf(bytes)), true);
  return bytes;
}

/** An empty hive of ours, into which hivexsh of the hivex package has written; gzip, base64. */
const FOREIGN = [
  'H4sICOEgC2sCA2guaGl2ZQDtmi1Pw1AUhk/vWhiEsDaZnKgkBIEgBMdHCAFHUAgMI4WSNesyBpbK/QQcwSHxGCQ/gR',
  'AEchK5YMo994NubPsD7H2Wm7739p5zPzZz3qwdXZwLIuKWtR+ee/fvjiN1iTSsuyxCrfcJ/BfeHmsfuAUAAAAAAAAA',
  'mA7i+mVTCb8Ysz4A67s8z68aqvxXzZXtUPkCbrYqn1smpqo8hJryCEhUaZMqpIwEbRuQI5T2VB4x2n+U6zQbK0N7k0',
  'O5MPrT1307Hprn/Jgz8R6P0rTDOqzgOwYAAAAAAAAAAFT97w/X/4PoujwcGuv+qdHH1eU0oS7fiTqn1m5IYodCKU6y',
  'tYnrOEY/BYUf0Pe1F8H9snnPPsCC0Z5s20kr5oV6ck4SC+rKmL2D21m73hfHypwbgfEXZP+moXMsBcW6Fp4fU0SJ/K',
  'S/8z0+U7ZszsYxZ+l1szPp3vzRe+OYl6A4j33P55oZuLfdKGrZffC9HcuY77l16sv+a2D346qYXqD/v8G560lat3GO',
  'KLmeSVpexG8fAAAAAAAAAKaJH9vGW3AAMAAA',
].join('');

async function foreign(): Promise<Uint8Array> {
  const bytes = Uint8Array.from(atob(FOREIGN), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

suite('ntos/cm/hive', function () {
  this.timeout(20_000);

  test('what is written is read, names of any sort, data of any length', () => {
    fc.assert(
      fc.property(tree, (model) => {
        const hive = hiveOf();
        fill(hive.root, model);
        const bytes = encodeHive(hive.root, 'X', NOW);
        assert.equal(bytes.length % PAGE, 0);
        const read = decodeHive(bytes);
        assert.isDefined(read);
        assert.deepEqual(picture(read), picture(hive.root));
        const again = hiveOf();
        assert.equal(graft(again.root, read), Status.STATUS_SUCCESS);
        assert.deepEqual(encodeHive(again.root, 'X', NOW), bytes);
        assert.equal(again.budget.used, hive.budget.used);
      }),
      { numRuns: 60 },
    );
  });

  test('no hive takes more than its budget says', () => {
    fc.assert(
      fc.property(tree, (model) => {
        const hive = hiveOf();
        fill(hive.root, model);
        const counted = everyKey(hive.root)
          .slice(1)
          .reduce((sum, key) => sum + costOf(key), 0);
        const own = costOf(hive.root);
        assert.equal(counted + own - costOf(hiveOf().root), hive.budget.used);
        const bytes = encodeHive(hive.root, 'X', NOW);
        assert.isAtMost(bytes.length, 3 * PAGE + hive.budget.used);
      }),
      { numRuns: 60 },
    );
  });

  test('more keys than one list has', () => {
    const hive = hiveOf();
    for (let index = 0; index < 1203; index++) addKey(hive.root, `key ${index}`, {}, NOW);
    const read = decodeHive(encodeHive(hive.root, 'X', NOW));
    assert.lengthOf(read!.keys, 1203);
    assert.equal(graft(hiveOf().root, read!), 0);
  });

  test('volatile keys are left out', () => {
    const { hive } = sample();
    const before = encodeHive(hive.root, 'X', NOW);
    addKey(hive.root, 'Gone', { volatile: true }, NOW);
    assert.deepEqual(encodeHive(hive.root, 'X', NOW), before);
  });

  test('no flipped bit, cut or random byte makes the reader throw or hang', () => {
    const { bytes } = sample();
    let sound = 0;
    for (let at = 0; at < bytes.length; at++) {
      if (at > 600 && at < PAGE) continue;
      for (const flip of [0x01, 0x80, 0xff]) {
        const copy = bytes.slice();
        copy[at]! ^= flip;
        if (at < BASE.sum) assert.isUndefined(decodeHive(copy), `byte ${at}`);
        const read = decodeHive(resum(copy));
        if (read) sound += graft(hiveOf().root, read) === 0 ? 1 : 0;
      }
    }
    assert.isAbove(sound, 0, 'a byte of data may be anything');
    for (let length = 0; length < bytes.length; length += 64)
      assert.isUndefined(decodeHive(bytes.subarray(0, length)), `${length} bytes`);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 64 }), fc.nat(), (noise, where) => {
        const copy = bytes.slice();
        copy.set(noise, PAGE + (where % (copy.length - PAGE - 64)));
        const read = decodeHive(copy);
        if (read) graft(hiveOf().root, read);
      }),
      { numRuns: 2000 },
    );
  });

  test('circles, cells named twice and hives that were being written are refused', () => {
    const { bytes } = sample();
    const view = viewOf(bytes);
    const root = PAGE + view.getUint32(BASE.root, true) + 4;
    const list = view.getUint32(root + 28, true);
    const broken = (change: (copy: DataView) => void): HiveKey | undefined => {
      const copy = bytes.slice();
      change(viewOf(copy));
      return decodeHive(resum(copy));
    };
    assert.isDefined(broken(() => undefined));
    const first = PAGE + list + 4 + 4;
    assert.isUndefined(
      broken((copy) => copy.setUint32(first, root - 4 - PAGE, true)),
      'the root is its own child',
    );
    assert.isUndefined(
      broken((copy) => copy.setUint32(first, copy.getUint32(first + 8, true), true)),
      'a child stands there twice',
    );
    assert.isUndefined(
      broken((copy) => copy.setUint32(BASE.sequence1, 2, true)),
      'it was being written',
    );
    assert.isUndefined(
      broken((copy) => copy.setUint32(root + 36, 0x7fff_ffff, true)),
      'very many values',
    );
  });

  test('a hive beyond its budget is not taken', () => {
    const { bytes } = sample();
    const read = decodeHive(bytes)!;
    assert.equal(graft(hiveOf(200).root, read), Status.STATUS_REGISTRY_QUOTA_LIMIT);
    const twice = { ...read, keys: [read.keys[0]!, { ...read.keys[0]!, name: 'LINK' }] };
    assert.equal(graft(hiveOf().root, twice), Status.STATUS_REGISTRY_CORRUPT);
  });

  test('a hive that another program has written is read', async () => {
    const read = decodeHive(await foreign());
    const shown = (key: HiveKey): unknown => [
      key.name,
      key.values.map(({ name, type, data }) => [name, type, [...data]]),
      key.keys.map(shown),
    ];
    const hello = [...textData('hello')];
    const deep = ['Deep', [['blob', 3, [1, 2, 3, 4, 5, 6]]], []];
    const values = [
      ['', 1, hello],
      ['count', 4, [42, 0, 0, 0]],
    ];
    assert.deepEqual(shown(read!), [
      'Root',
      [],
      [
        ['Alpha', values, [deep]],
        ['Beta', [], []],
      ],
    ]);
  });
});
