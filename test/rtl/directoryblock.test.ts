/** A directory encoded once: its answers are, byte by byte, those that are encoded one by one. */
import { assert } from 'chai';
import fc from 'fast-check';
import { DirectoryBlock } from '../../personality/rtl/directoryblock.ts';
import {
  decodeDirectory,
  type DirectoryEntry,
  directoryLayouts,
  encodeDirectory,
} from '../../personality/rtl/directoryinformation.ts';
import { FileBothDirectoryInformation } from '../../personality/rtl/nt.ts';

const TIME = 133_594_960_898_700_000;
const large = fc.integer({ min: 0, max: 2 ** 40 });
const text = (maxLength: number) =>
  fc.string({ maxLength, unit: fc.constantFrom('A', 'b', '.', '~', 'ä', '\ud800', '\u4e00') });
const anEntry: fc.Arbitrary<DirectoryEntry> = fc.record({
  index: fc.constant(0),
  created: fc.constant(TIME),
  accessed: large,
  written: large,
  changed: large,
  endOfFile: large,
  allocation: large,
  attributes: fc.nat(0xffff),
  shortName: text(12),
  name: text(40),
  id: large,
});
const someEntries = fc.array(anEntry, { maxLength: 12 });
const aClass = fc.constantFrom(...Object.keys(directoryLayouts).map(Number));

suite('rtl directory block', () => {
  test('answers are those of entries encoded one by one', () => {
    const given = fc.tuple(someEntries, aClass, fc.nat(12), fc.nat(2000));
    fc.assert(
      fc.property(given, ([entries, infoClass, first, limit]) => {
        const wanted = encodeDirectory(entries.slice(first), limit, infoClass);
        const { bytes, count } = new DirectoryBlock(entries, infoClass).answer(first, limit);
        assert.equal(count, wanted.cut ? 0 : wanted.count);
        assert.deepEqual([...bytes], wanted.cut ? [] : [...wanted.bytes]);
      }),
      { seed: 41, numRuns: 300 },
    );
  });

  test('facts that changed are in the answers that follow', () => {
    fc.assert(
      fc.property(someEntries, aClass, anEntry, (entries, infoClass, changed) => {
        const block = new DirectoryBlock(entries, infoClass);
        const now = entries.map(({ name, shortName, id, index }) => {
          return { ...changed, name, shortName, id: id ?? 0, index };
        });
        now.forEach((entry, index) => block.refresh(index, entry));
        const { bytes } = block.answer(0, Infinity);
        assert.deepEqual([...bytes], [...encodeDirectory(now, 0x1_0000, infoClass).bytes]);
      }),
      { seed: 42 },
    );
  });

  test('names of ASCII and others are decoded alike', () => {
    fc.assert(
      fc.property(someEntries, (entries) => {
        const { bytes } = encodeDirectory(entries, 0x1_0000, FileBothDirectoryInformation);
        const told = entries.map(({ id: _, ...entry }) => entry);
        assert.deepEqual(decodeDirectory(bytes), told);
      }),
      { seed: 43 },
    );
  });
});
