/** File names: folding, patterns, and what may be a name. */
import { assert } from 'chai';
import fc from 'fast-check';
import {
  dosExpression,
  FsRtlIsNameInExpression,
  hasWildcards,
  dosDeviceOf,
  isValidName,
  RtlUpcase,
} from '../../personality/rtl/names.ts';

suite('rtl/names', () => {
  test('folding is unit by unit, and keeps the length', () => {
    const folded: Record<string, string> = {
      'readme.txt': 'README.TXT',
      größe: 'GRÖßE',
      'ωж é': 'ΩЖ É',
      // Their capitals are ASCII letters or longer: other systems leave them.
      ıſŉ: 'ıſŉ',
      ÿ: 'Ÿ',
      '\u{10428}': '\u{10428}',
      日本: '日本',
    };
    for (const [name, upper] of Object.entries(folded)) assert.equal(RtlUpcase(name), upper);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        assert.equal(RtlUpcase(name).length, name.length);
        assert.equal(RtlUpcase(RtlUpcase(name)), RtlUpcase(name));
      }),
    );
  });

  const matches: [string, string, boolean][] = [
    ['*', 'anything', true],
    ['*.*', 'no dot', true],
    ['*.txt', 'A.TXT', true],
    ['*.txt', 'A.TXT.BAK', false],
    ['a?c', 'ABC', true],
    ['a?c', 'AC', false],
    ['a*c', 'AC', true],
    ['a*b*c', 'aXbXbXc', true],
    ['a*b*c', 'aXbXbX', false],
    ['readme.*', 'README', true],
    ['readme.*', 'README.1', true],
    ['readme.', 'README', true],
    ['*.', 'README', true],
    ['*.', 'READ.ME', false],
    ['a*.', 'a.b', false],
    ['**.t**', 'x.t', true],
    ['', '', true],
    ['', 'a', false],
    ['[a]', 'a', false],
    ['a.b', 'axb', false],
  ];
  for (const [expression, name, expected] of matches)
    test(`'${expression}' ${expected ? 'matches' : 'does not match'} '${name}'`, () => {
      assert.equal(FsRtlIsNameInExpression(dosExpression(expression), name), expected);
    });

  const native: [string, string, boolean][] = [
    ['*.*', 'no dot', false],
    ['*.*', 'a.', true],
    ['<', 'README', true],
    ['<', 'READ.ME', false],
    ['<.C', 'A.B.C', true],
    ['<.B', 'A.B.C', false],
    ['<B', 'A.B', false],
    ['A>>', 'A', true],
    ['A>>', 'ABC', true],
    ['A>>', 'ABCD', false],
    ['A>>.B', 'A.B', true],
    ['>', '.', false],
    ['A"', 'A', true],
    ['A"', 'A.', true],
    ['A"B', 'A.B', true],
    ['A"B', 'AB', false],
    ['A"*', 'A', true],
    ['?', '', false],
    ['??', 'A', false],
  ];
  for (const [expression, name, expected] of native)
    test(`${expression} ${expected ? 'is' : 'is not'} an expression for '${name}'`, () => {
      assert.equal(FsRtlIsNameInExpression(expression, name), expected);
    });

  test('stars and question marks mean what a regular expression says', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (expression, name) => {
        const source = expression.replaceAll('*', '.*').replaceAll('?', '.');
        const expected = new RegExp(`^${source}$`).test(name);
        assert.equal(FsRtlIsNameInExpression(expression, name), expected);
      }),
      { numRuns: 1000 },
    );
  });

  test('a hostile pattern costs little', () => {
    const start = performance.now();
    assert.isFalse(FsRtlIsNameInExpression('*a'.repeat(120) + 'b', 'a'.repeat(255)));
    assert.isBelow(performance.now() - start, 500);
  });

  test('valid names', () => {
    for (const name of ['a', 'A b.c', '.profile', 'x'.repeat(255), 'ü', '日本', "a'[]+,;=b"])
      assert.isTrue(isValidName(name), name);
    const bad = ['', '.', '..', 'a.', 'a ', 'x'.repeat(256), 'a\0', 'a\x1f'];
    for (const name of [...bad, ...[...'"*/:<>?\\|'].map((letter) => `a${letter}b`)])
      assert.isFalse(isValidName(name), name);
  });

  test('names of DOS devices', () => {
    const names = { nul: 'NUL', 'NUL.TXT': 'NUL', 'con:': 'CON', 'Aux .x': 'AUX', COM9: 'COM9' };
    for (const [name, device] of Object.entries(names)) assert.equal(dosDeviceOf(name), device);
    for (const name of ['', 'NULL', 'COM0', 'COM10', 'a.NUL', 'CONFIG.SYS', ' NUL', '.NUL'])
      assert.isUndefined(dosDeviceOf(name), name);
  });

  test('wildcards', () => {
    assert.isTrue(hasWildcards('a*') && hasWildcards('?'));
    assert.isFalse(hasWildcards('a.b'));
  });
});
