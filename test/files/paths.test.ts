/** Paths are compared as the system compares names: letter by letter, without case. */
import { assert } from 'chai';
import { isWithin } from '../../web/files/paths.ts';

suite('files/paths', () => {
  const pairs: readonly [string, string, boolean][] = [
    ['A:\\GRÜN\\x', 'a:\\grün', true],
    ['A:\\grün', 'A:\\GRÜN\\', true],
    ['A:\\STRASSE\\x', 'A:\\straße', false],
    ['A:\\GRÜNER', 'A:\\grün', false],
  ];
  for (const [path, folder, within] of pairs)
    test(`${path} is ${within ? '' : 'not '}within ${folder}`, () =>
      assert.equal(isWithin(path, folder), within));
});
