/** The editor's parts: a file comes back as it was, keys change lines, a terminal shows them. */
import { Terminal } from '@xterm/xterm';
import { assert } from 'chai';
import fc from 'fast-check';
import { TextBuffer } from '../../personality/ntcmd/edit/buffer.ts';
import { columnOf, indexAt } from '../../personality/ntcmd/edit/columns.ts';
import { encode, LARGEST, open } from '../../personality/ntcmd/edit/document.ts';
import { View } from '../../personality/ntcmd/edit/view.ts';
import '../../personality/rtl/statustext.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function bufferOf(text: string): TextBuffer {
  return new TextBuffer(open(bytes(text)));
}

function textOf(buffer: TextBuffer): string {
  return new TextDecoder().decode(encode(buffer.document));
}

/** What a terminal of that size shows, and where its cursor is. */
async function screenOf(
  screens: readonly string[],
  rows: number,
  columns: number,
): Promise<{ rows: string[]; cursor: [number, number] }> {
  const xterm = new Terminal({ cols: columns, rows, allowProposedApi: true });
  for (const screen of screens) await new Promise<void>((done) => xterm.write(screen, done));
  const { active } = xterm.buffer;
  const shown = Array.from({ length: rows }, (_, row) =>
    active.getLine(row)!.translateToString(true).trimEnd(),
  );
  const cursor: [number, number] = [active.cursorX, active.cursorY];
  xterm.dispose();
  return { rows: shown, cursor };
}

suite('ntcmd/edit', () => {
  test('every file comes back byte for byte: code pages, ends of lines, end marks', () => {
    const files = [
      '',
      'one',
      'one\r\n',
      'one\ntwo\r\nthree\n\n',
      '\r\r\n\n\r',
      '\ufeffgrüße\r\n',
      'text\u001a rest\0\r\n',
    ].map(bytes);
    const every = Uint8Array.from({ length: 256 }, (_, i) => i);
    for (const file of [...files, every, Uint8Array.of(0x94, 0x0a), Uint8Array.of(0xef, 0xbb)])
      assert.deepEqual(encode(open(file)), file);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (file) => {
        assert.deepEqual(encode(open(file)), file);
      }),
      { seed: 1, numRuns: 500 },
    );
    assert.equal(open(every).codePage, '437');
    assert.throws(() => open(new Uint8Array(LARGEST + 1)), /STATUS_INSUFFICIENT_RESOURCES/);
  });

  test('a character that the code page lacks is noticed', () => {
    const buffer = new TextBuffer(open(Uint8Array.of(0x94)));
    buffer.end();
    buffer.insert('ß');
    assert.deepEqual(encode(buffer.document), Uint8Array.of(0x94, 0xe1));
    buffer.insert('語');
    assert.isUndefined(encode(buffer.document));
  });

  test('keys: lines are joined, parted, and end as the others do', () => {
    const buffer = bufferOf('one\ntwo\n');
    buffer.end();
    buffer.enter();
    buffer.insert('x');
    assert.equal(textOf(buffer), 'one\nx\ntwo\n');
    buffer.backspace();
    buffer.backspace();
    assert.equal(textOf(buffer), 'one\ntwo\n');
    buffer.remove();
    assert.equal(textOf(buffer), 'onetwo\n');
    buffer.first();
    buffer.backspace();
    buffer.last();
    buffer.remove();
    assert.equal(textOf(buffer), 'onetwo\n');
    const dos = bufferOf('one\r\ntwo\n');
    dos.end();
    dos.insert('!');
    dos.enter();
    assert.equal(textOf(dos), 'one!\r\n\r\ntwo\n');
    const fresh = bufferOf('');
    fresh.insert('a');
    fresh.enter();
    assert.equal(textOf(fresh), 'a\r\n');
    assert.isTrue(fresh.changed);
  });

  test('the cursor goes by characters, words and columns', () => {
    const buffer = bufferOf('a😀b\n\tx\nlong line\n');
    for (let i = 0; i < 3; i++) buffer.right();
    assert.deepEqual([buffer.row, buffer.at], [0, 4]);
    buffer.left();
    buffer.left();
    assert.equal(buffer.at, 1);
    buffer.last();
    buffer.up();
    buffer.wordRight();
    assert.equal(buffer.at, 5);
    buffer.end();
    buffer.up();
    assert.deepEqual([buffer.row, buffer.at], [1, 2]);
    buffer.down();
    assert.equal(buffer.at, 9, 'the column is kept');
    buffer.wordLeft();
    assert.equal(buffer.at, 5);
    assert.equal(columnOf('a\tb', 2), 8);
    assert.equal(indexAt('a\tb', 8), 2);
    assert.equal(indexAt('語x', 1), 0);
  });

  test('find goes on behind the cursor, in any case, and round the end', () => {
    const buffer = bufferOf('one two\nTwo\n');
    assert.isTrue(buffer.find('TWO'));
    assert.deepEqual([buffer.row, buffer.at], [0, 4]);
    assert.isTrue(buffer.find('two'));
    assert.deepEqual([buffer.row, buffer.at], [1, 0]);
    assert.isTrue(buffer.find('two'));
    assert.deepEqual([buffer.row, buffer.at], [0, 4]);
    assert.isTrue(buffer.find('two') && buffer.find('two'));
    assert.isFalse(buffer.find('three'));
  });

  test('a terminal shows the window of the text where the cursor is', async () => {
    const lines = Array.from({ length: 30 }, (_, i) => `line ${i}`);
    const buffer = bufferOf(`${lines.join('\n')}\n${'x'.repeat(50)}end\n`);
    const view = new View('X.TXT', { rows: 6, columns: 20 });
    const screens: string[] = [view.draw(buffer)];
    let seen = await screenOf(screens, 6, 20);
    assert.deepEqual(seen.rows.slice(0, 5), lines.slice(0, 5));
    assert.include(seen.rows[5], 'X.TXT  Ln 1, Col 1');
    buffer.down(7);
    screens.push(view.draw(buffer));
    seen = await screenOf(screens, 6, 20);
    assert.deepEqual(seen.rows.slice(0, 5), lines.slice(3, 8));
    assert.deepEqual(seen.cursor, [0, 4]);
    buffer.last();
    buffer.up();
    buffer.end();
    screens.push(view.draw(buffer));
    seen = await screenOf(screens, 6, 20);
    assert.isTrue(seen.rows[seen.cursor[1]]!.endsWith('end'));
    assert.equal(seen.cursor[0], seen.rows[seen.cursor[1]]!.length);
    assert.equal(view.draw(buffer).match(/x/g), null, 'rows that are there are not printed again');
  });

  test('nothing of a text acts, and what is drawn is where the cursor believes it', async () => {
    const every = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');
    const texts = [
      '\x1b[2J\x1b[H',
      every.replace('\n', ''),
      '語\u0301e\u0301\tx',
      '\u1112\u1161\u11abx',
    ];
    for (const text of texts) {
      const buffer = bufferOf(text);
      buffer.end();
      buffer.insert('Ω');
      buffer.left();
      const screen = new View('\x1b]0;t\x07', { rows: 3, columns: 400 }).draw(buffer);
      assert.notMatch(screen.replaceAll(/\x1b\[(?:[\d;]*H|K|7m|m)/g, ''), /[\0-\x1f\x7f-\x9f]/);
      const { rows, cursor } = await screenOf([screen], 3, 400);
      const xterm = new Terminal({ cols: 400, rows: 3, allowProposedApi: true });
      await new Promise<void>((done) => xterm.write(screen, done));
      assert.equal(xterm.buffer.active.getLine(0)!.getCell(cursor[0])!.getChars(), 'Ω', rows[0]);
      xterm.dispose();
    }
  });

  test('a terminal of any size shows the character at the cursor', async () => {
    const keys = ['left', 'right', 'up', 'down', 'home', 'end', 'last', 'enter', 'backspace'];
    const step = fc.oneof(fc.constantFrom(...keys), fc.constantFrom('a', 'b', '語', '\t'));
    const rows = fc.integer({ min: 2, max: 5 });
    const columns = fc.integer({ min: 3, max: 12 });
    const property = fc.asyncProperty(
      fc.record({ rows, columns }),
      fc.array(step, { maxLength: 30 }),
      async (size, steps) => {
        const buffer = bufferOf('one two three four\n語語語語語語語\n\tx\nlast\n');
        const view = new View('X', size);
        const screens: string[] = [view.draw(buffer)];
        for (const each of steps) {
          if (keys.includes(each)) buffer[each as 'left']();
          else buffer.insert(each);
          screens.push(view.draw(buffer));
        }
        const xterm = new Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true });
        for (const screen of screens) await new Promise<void>((done) => xterm.write(screen, done));
        const { active } = xterm.buffer;
        const seen = active.getLine(active.cursorY)!.getCell(active.cursorX)!.getChars().trim();
        xterm.dispose();
        const [character = ''] = buffer.text.slice(buffer.at);
        // Half of what is wide is shown as a blank.
        if (character !== '語' || seen !== '') assert.equal(seen, character.trim());
      },
    );
    await fc.assert(property, { seed: 9, numRuns: 100 });
  });

  test('the cursor is behind an answer, in cells', async () => {
    const view = new View('X', { rows: 3, columns: 12 });
    const shownOf = (text: string) => screenOf([view.ask(text)], 3, 12);
    assert.deepEqual((await shownOf('Find: 語語')).cursor, [10, 2]);
    const long = await shownOf('Find: 語語語xy');
    assert.deepEqual(long.cursor, [11, 2]);
    assert.equal(long.rows[2], 'd: 語語語xy');
  });
});
