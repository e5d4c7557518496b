/**
 * The matrix of structured exception handling: each row runs, and the guide has the same rows.
 * To write the guide's tables anew:
 * NEPTUNE_MADE_PAGES=write npx wtr --files 'test/rtl/seh/*.test.ts'
 */
import { assert } from 'chai';
import { recordOf } from '../../../personality/rtl/seh/codes.ts';
import { createSeh } from '../../../personality/rtl/seh/index.ts';
import { assertMade } from '../../support/made-page.ts';
import { ROWS, type Row } from './matrix.ts';
import { codeName } from './names.ts';

async function stepsOf({ run }: Row): Promise<string> {
  const steps: string[] = [];
  const seh = createSeh({
    window: () => {
      throw new Error('no memory here');
    },
  });
  try {
    await run((step) => steps.push(step), seh);
  } catch (thrown) {
    steps.push(`unhandled (${codeName(recordOf(thrown).code)})`);
  }
  return steps.join(', ');
}

suite('rtl/seh: who runs in which order', () => {
  for (const row of ROWS)
    test(row.what, async () => {
      assert.equal(await stepsOf(row), row.order);
    });

  test('the table in the guide is this one', () =>
    assertMade(
      'seh',
      'matrix',
      ['case', 'who runs, in order'],
      ROWS.map(({ what, order }) => [what, order]),
    ));
});
