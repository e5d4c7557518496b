/** Texts in windows that are narrower than they were written for. */
import { assert } from 'chai';
import { WordWrap } from '../../personality/ntcmd/wrap.ts';

const TEXT = ' You are at the prompt of an operating system. All of it - kernel,\n drivers.\n\nEnd';

function wrapped(text: string, columns: number, piece = text.length): string {
  const wrap = new WordWrap();
  let out = '';
  for (let at = 0; at < text.length; at += piece)
    out += wrap.take(text.slice(at, at + piece), columns);
  return out + wrap.end();
}

suite('ntcmd/wrap', () => {
  test('lines end between words, and go on where they began, however the text is cut', () => {
    for (const piece of [1, 7, 200])
      assert.deepEqual(
        wrapped(TEXT, 30, piece)
          .split('\n')
          .map((line) => line.trimEnd()),
        [
          ' You are at the prompt of an',
          ' operating system. All of it -',
          ' kernel,',
          ' drivers.',
          '',
          'End',
        ],
      );
  });

  test('no row is wider than the window, unless a word is', () => {
    const text = `${'word '.repeat(60)}\n\t${'名前 '.repeat(40)}\n${'x'.repeat(50)} y`;
    for (let columns = 20; columns < 45; columns++)
      for (const row of wrapped(text, columns).split('\n')) {
        const wide = [...row].filter((character) => character > '\u2000').length;
        const tab = row.startsWith('\t') ? 7 : 0;
        assert.isTrue(/^x/.test(row) || row.length + wide + tab <= columns, row);
      }
  });

  test('where there is room, every character is as it was', () => {
    const text = `${TEXT} ${'long '.repeat(40)}\n  \tx  y `;
    assert.equal(wrapped(text, 80, 9), text);
    assert.equal(wrapped(text, 120, 1), text);
  });
});
