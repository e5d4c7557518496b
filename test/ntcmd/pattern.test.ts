/** Patterns of findstr. */
import { assert } from 'chai';
import { compile, isIn } from '../../personality/ntcmd/pattern.ts';

const found = (pattern: string, line: string, anyCase = false, literal = false): boolean =>
  isIn(compile(pattern, literal, anyCase), line);

suite('ntcmd/pattern', () => {
  test('what is in a line, and what is not', () => {
    const cases: [pattern: string, holds: string[], not: string[]][] = [
      ['bc', ['abcd', 'bc'], ['b c', '']],
      ['a.c', ['abc', 'xa.c'], ['ac', 'abbc']],
      ['ab*c', ['ac', 'abc', 'abbbc'], ['ab', 'adc']],
      ['^ab', ['abc'], ['cab']],
      ['ab$', ['cab'], ['abc']],
      ['^$', [''], ['x']],
      ['[a-c]x', ['bx'], ['dx', 'x']],
      ['[^a-c]x', ['dx'], ['bx', 'x']],
      ['[]x]y', [']y', 'xy'], ['ay']],
      ['\\<the\\>', ['in the end', 'the'], ['then', 'bathe']],
      ['a\\.b', ['a.b'], ['axb']],
      ['a^b$c', ['a^b$c'], ['ab']],
      ['*a', ['*a'], ['a']],
      ['.*', ['', 'x'], []],
    ];
    for (const [pattern, holds, not] of cases) {
      for (const line of holds) assert.isTrue(found(pattern, line), `${pattern} in ${line}`);
      for (const line of not) assert.isFalse(found(pattern, line), `${pattern} in ${line}`);
    }
    assert.isTrue(found('aB[C-D]', 'xAbc', true));
    assert.isTrue(found('a.*', 'xa.*', false, true));
    assert.isFalse(found('a.*', 'xab', false, true));
  });

  test('a pattern that could be matched in ever so many ways takes one walk', () => {
    assert.isFalse(found(`${'a*'.repeat(50)}b`, 'a'.repeat(5000)));
  });
});
