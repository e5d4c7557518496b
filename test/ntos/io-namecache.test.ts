/** The names of a volume that are known: finding, changing, and what they may take of memory. */
import { assert } from 'chai';
import fc from 'fast-check';
import { decodeDirectory } from '../../personality/rtl/directoryinformation.ts';
import type { NameRecord } from '../../personality/rtl/namerecords.ts';
import {
  decodeName,
  decodeNames,
  decodeNamesRequest,
  encodeName,
  encodeNames,
  encodeNamesRequest,
  ROOT_NODE,
} from '../../personality/rtl/namerecords.ts';
import {
  FILE_ATTRIBUTE_DIRECTORY,
  FILE_ATTRIBUTE_NORMAL,
  FileBothDirectoryInformation,
} from '../../personality/rtl/nt.ts';
import { NameBudget } from '../../personality/ntos/io/names/budget.ts';
import type { LiveFile } from '../../personality/ntos/io/names/name.ts';
import { NameCache } from '../../personality/ntos/io/names/namecache.ts';

function record(name: string, id: number, change: Partial<NameRecord> = {}): NameRecord {
  return {
    name,
    shortName: '',
    id,
    node: ROOT_NODE,
    attributes: change.node ? FILE_ATTRIBUTE_DIRECTORY : FILE_ATTRIBUTE_NORMAL,
    created: 1,
    accessed: 2,
    written: 3,
    endOfFile: 10 * id,
    allocation: 512,
    ...change,
  };
}

function pool(limit: number) {
  return {
    limit,
    reserved: 0,
    reserve(pages: number) {
      this.reserved = pages;
    },
  };
}

function fresh(pages = 1024): {
  cache: NameCache;
  budget: NameBudget;
  pages: ReturnType<typeof pool>;
} {
  const reserve = pool(pages);
  const budget = new NameBudget(reserve);
  return { cache: new NameCache(budget), budget, pages: reserve };
}

function filled(cache: NameCache): void {
  const root = [
    record('Long name.txt', 1, { shortName: 'LONGNA~1.TXT' }),
    record('DIR', 5, { node: 7 }),
    record('A.TXT', 9),
  ];
  cache.learned(cache.directory(ROOT_NODE), root, true);
}

/** In a word. */
function seek(cache: NameCache, path: string): string {
  const found = cache.find(path);
  if (found.is === 'name') return found.name.name;
  if (found.is === 'nothing') return found.is;
  return `${found.is}${found.last ? '' : ' path'} ${found.directory.node}`;
}

suite('ntos/io name cache', () => {
  test('records and answers survive their way', () => {
    const records = [
      record('ä name', 3, { shortName: 'NAME~1' }),
      record('B', 2 ** 40, { node: 9 }),
    ];
    const answer = { records, more: false, failure: 0xc000009c };
    assert.deepEqual(decodeNames(encodeNames(answer, 0x8000)), answer);
    const cut = decodeNames(encodeNames(answer, 100));
    assert.deepEqual([cut.records, cut.more], [records.slice(0, 1), true]);
    assert.deepEqual(decodeName(encodeName(records[0]!)), records[0]);
    assert.isUndefined(decodeName(new Uint8Array()));
    const request = { node: 12, after: 2 ** 40 + 1 };
    assert.deepEqual(decodeNamesRequest(encodeNamesRequest(request)), request);
    for (const length of [0, 7, 20]) assert.throws(() => decodeNames(new Uint8Array(length)));
  });

  test('finds without case, by both names, and knows what is not there', () => {
    const { cache } = fresh();
    assert.equal(seek(cache, 'A.TXT'), 'unknown 0');
    filled(cache);
    assert.equal(seek(cache, 'long NAME.txt'), 'Long name.txt');
    assert.equal(seek(cache, 'longna~1.txt'), 'Long name.txt');
    assert.equal(seek(cache, 'NONE'), 'missing 0');
    assert.equal(seek(cache, 'NONE\\X'), 'missing path 0');
    assert.equal(seek(cache, 'A.TXT\\X'), 'missing path 0');
    assert.equal(seek(cache, 'dir\\X'), 'unknown 7');
    assert.equal(seek(cache, ''), 'nothing');
    cache.learned(cache.directory(7), [record('X', 1)], true);
    assert.equal(seek(cache, 'dir\\x'), 'X');
    assert.equal(seek(cache, 'dir\\y'), 'missing 7');
  });

  test('names come, move and go; a directory takes its own along', () => {
    const { cache, budget } = fresh();
    filled(cache);
    cache.learned(cache.directory(7), [record('X', 1)], true);
    const { bytes } = budget;
    const root = cache.directory(ROOT_NODE);
    assert.equal(cache.added(root, record('NEW', 7))?.name, 'NEW');
    assert.deepEqual(
      root.names.map(({ id }) => id),
      [1, 5, 7, 9],
    );
    assert.equal(root.indexAfter(5), 2);
    cache.removed(root.find('NEW')!);
    assert.equal(budget.bytes, bytes);
    cache.moved(root.find('DIR')!);
    cache.added(root, record('OTHER', 11, { node: 7 }), true);
    assert.deepEqual([seek(cache, 'DIR\\X'), seek(cache, 'OTHER\\X')], ['missing path 0', 'X']);
    cache.removed(root.find('OTHER')!);
    // Another directory has the node of one that is gone.
    cache.added(root, record('THIRD', 12, { node: 7 }));
    assert.equal(seek(cache, 'THIRD\\X'), 'unknown 7');
  });

  test('two of one name, or too many: asked for each time', () => {
    const { cache } = fresh(64);
    const root = cache.directory(ROOT_NODE);
    assert.isFalse(cache.learned(root, [record('A', 1), record('a', 2)], true));
    assert.deepEqual([root.state, root.names.length], ['opaque', 0]);
    const many = Array.from({ length: 200 }, (_, i) => record(`FILE${i}`, i + 1));
    assert.isFalse(cache.learned(root, many, true));
    assert.equal(root.state, 'opaque');
    assert.isFalse(cache.learned(root, [], false));
    assert.isTrue(cache.learned(root, many.slice(0, 20), true));
  });

  test('a file that is open knows its facts; when it is let go they stay', () => {
    const { cache } = fresh();
    filled(cache);
    const name = cache.directory(ROOT_NODE).find('A.TXT')!;
    const live: LiveFile = { ...record('', 0), endOfFile: 77, known: undefined };
    name.attach(live);
    assert.deepEqual([name.endOfFile, live.known], [77, name]);
    name.detach();
    assert.deepEqual([name.endOfFile, name.live, live.known], [77, undefined, undefined]);
    name.attach(live);
    cache.forget(name.directory);
    assert.isUndefined(live.known);
    assert.equal(seek(cache, 'A.TXT'), 'unknown 0');
  });

  test('what is encoded of a directory is what is known of it, whatever comes and goes', () => {
    const { cache, budget } = fresh();
    filled(cache);
    const root = cache.directory(ROOT_NODE);
    const told = () =>
      decodeDirectory(
        cache.listing(root, FileBothDirectoryInformation).answer(0, 0x4000).bytes,
      ).map(({ name, endOfFile }) => `${name} ${endOfFile}`);
    const known = () => root.names.map(({ name, endOfFile }) => `${name} ${endOfFile}`);
    const { bytes } = budget;
    assert.deepEqual(told(), known());
    assert.isAbove(budget.bytes, bytes, 'charged');
    const name = root.find('A.TXT')!;
    const live: LiveFile & { endOfFile: number } = { ...record('', 0), known: undefined };
    name.attach(live);
    live.endOfFile = 77;
    assert.include(told(), 'A.TXT 77');
    live.endOfFile = 78;
    assert.include(told(), 'A.TXT 78');
    live.endOfFile = 79;
    name.detach();
    live.endOfFile = 80;
    assert.include(told(), 'A.TXT 79');
    cache.added(root, record('B.TXT', 7));
    assert.deepEqual(told(), known());
    cache.removed(root.find('A.TXT')!);
    assert.deepEqual(told(), known());
    assert.isTrue(root.encoded);
    cache.thin(root);
    assert.isFalse(root.encoded);
    cache.removed(root.find('B.TXT')!);
    cache.added(root, record('A.TXT', 9));
    assert.equal(budget.bytes, bytes, 'given back');
  });

  test('memory: encoded names go before the names', () => {
    const { cache, budget } = fresh(64);
    const ten = Array.from({ length: 10 }, (_, i) => record(`FILE${i}`, i + 1));
    const nodes = [1, 2, 3, 4];
    for (const node of nodes) cache.learned(cache.directory(node), ten, true);
    for (const node of nodes) cache.listing(cache.directory(node), FileBothDirectoryInformation);
    for (let node = 5; budget.bytes + 4000 < budget.limit; node++)
      cache.learned(cache.directory(node), ten, true);
    const first = cache.directory(1);
    assert.isTrue(first.encoded);
    cache.learned(cache.directory(100), ten, true);
    assert.isFalse(first.encoded);
    assert.equal(first.state, 'complete');
  });

  test('memory: the directories looked at longest ago go, and pages make room', () => {
    const { cache, budget, pages } = fresh(64);
    const nodes = Array.from({ length: 30 }, (_, i) => i + 1);
    cache.learned(
      cache.directory(ROOT_NODE),
      nodes.slice(0, 20).map((node) => record(`D${node}`, node, { node })),
      true,
    );
    for (const node of nodes) {
      const files = Array.from({ length: 10 }, (_, i) => record(`FILE${i}`, i + 1));
      assert.isTrue(cache.learned(cache.directory(node), files, true));
      seek(cache, 'D1\\FILE1');
      assert.isAtMost(budget.bytes, budget.limit);
      assert.equal(pages.reserved, Math.ceil(budget.bytes / 4096));
    }
    assert.isAtMost(pages.reserved, 8);
    assert.equal(seek(cache, 'D1\\FILE1'), 'FILE1', 'used again and again');
    assert.equal(seek(cache, 'D3\\FILE1'), 'unknown 3');
    cache.clear(true);
    assert.deepEqual([budget.bytes, pages.reserved, budget.holders.size], [0, 0, 0]);
  });

  test('any order of changes: found is what a plain map has', () => {
    const letter = fc.constantFrom('a', 'B', 'c', 'D', 'e');
    const step = fc.record({
      name: letter,
      add: fc.boolean(),
      id: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { cache, budget } = fresh();
        const root = cache.directory(ROOT_NODE);
        cache.learned(root, [], true);
        const model = new Map<string, number>();
        for (const { name, add, id } of steps) {
          const key = name.toUpperCase();
          const known = root.find(key);
          if (add && !known && ![...model.values()].includes(id)) {
            cache.added(root, record(name, id));
            model.set(key, id);
          } else if (!add && known) {
            cache.removed(known);
            model.delete(key);
          }
          const ids = [...model.values()].sort((a, b) => a - b);
          assert.deepEqual(
            root.names.map((each) => each.id),
            ids,
          );
          for (const [each, number] of model) assert.equal(root.find(each)?.id, number);
        }
        cache.clear();
        assert.equal(budget.bytes, 0);
      }),
      { seed: 1010 },
    );
  });
});
