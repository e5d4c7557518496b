/** Which source a link is to show: a file of a floppy, or in words why not. */
import { assert } from 'chai';
import { sourceIn } from '../../web/site/source-link.ts';

suite('workbench/link', () => {
  for (const [fragment, path] of [
    ['bench=A%3A%5CMINE.TS', 'A:\\MINE.TS'],
    ['a=xyz&bench=b:\\src\\long%20name.ts&run=dir', 'B:\\src\\long name.ts'],
    ['bench=MINE.TS', 'A:\\MINE.TS'],
  ] as const)
    test(`${fragment}: shown`, () => assert.deepEqual(sourceIn(fragment), { path }));

  test('a link without one says nothing', () => assert.deepEqual(sourceIn('a=xyz'), {}));

  for (const value of [
    '',
    'C:\\MINE.TS',
    'A:\\*.TS',
    'A:\\CON.TS',
    'A:\\..\\..\\X.TS ',
    'https://x.example/mine.ts',
    'A:\\X|Y.TS',
    '%zz',
    'A:\\%00.TS',
    'A:\\%E2%80%AEST.TS',
    `A:\\${'x'.repeat(100_000)}.TS`,
  ])
    test(`${value.slice(0, 30)}: said in words`, () => {
      const { path, error } = sourceIn(`bench=${value}`);
      assert.isUndefined(path);
      assert.match(error!, /A:\\MINE\.TS/);
      assert.isBelow(error!.length, 120, 'nothing of the link is repeated');
    });

  test('two of them, or what is no source', () => {
    assert.match(sourceIn('bench=A:\\A.TS&bench=A:\\B.TS').error!, /more than one/);
    assert.match(sourceIn('bench=A:\\README.TXT').error!, /\.TS/);
  });
});
