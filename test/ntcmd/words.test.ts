/** Names that a plus joins. */
import { assert } from 'chai';
import { splitSums } from '../../personality/ntcmd/words.ts';

suite('ntcmd/words', () => {
  test('names that + joins, with blanks or without, and quotes around one', () => {
    const cases: [string, string[][] | undefined][] = [
      ['a b', [['a'], ['b']]],
      [' /y a+b c', [['a', 'b'], ['c']]],
      ['a + b /b c', [['a', 'b'], ['c']]],
      ['a +b+ c', [['a', 'b', 'c']]],
      ['"a+b" "c d"+"/e" f', [['a+b'], ['c d', '/e'], ['f']]],
      ['', []],
      ['+a b', undefined],
      ['a + + b', undefined],
      ['a +', undefined],
    ];
    for (const [text, sums] of cases) assert.deepEqual(splitSums(text), sums, text);
  });
});
