/**
 * The line editor: what the keys do to the line, and that a terminal shows just that, also where
 * the line is wrapped.
 */
import { Terminal } from '@xterm/xterm';
import { assert } from 'chai';
import fc from 'fast-check';
import { LineEditor } from '../../personality/ntcmd/editor.ts';

const UP = '\x1b[A';
const LEFT = '\x1b[D';
const HOME = '\x1b[H';
const PAGE_UP = '\x1b[5~';
const PAGE_DOWN = '\x1b[6~';
const INSERT = '\x1b[2~';
const F1 = '\x1bOP';
const F3 = '\x1bOR';
const F7 = '\x1b[18~';
const F8 = '\x1b[19~';
const WORD_LEFT = '\x1b[1;5D';
const WORD_RIGHT = '\x1b[1;5C';

/** A cursor that goes too far up is stopped by the first row, and would not be seen. */
const ABOVE = '\r\nabove\r\n';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

class Typist {
  readonly editor = new LineEditor();
  echo: string = this.editor.start('A:\\>');

  type(text: string): string | undefined {
    this.editor.feed(bytes(text));
    for (;;) {
      const { echo, line, cancelled } = this.editor.next();
      this.echo += echo;
      if (line === undefined && !cancelled) return undefined;
      this.echo += this.editor.start('A:\\>');
      if (line !== undefined) return line;
    }
  }
}

suite('ntcmd/editor', () => {
  test('the cursor goes by words, and Insert replaces until the end of the line', () => {
    const typist = new Typist();
    assert.equal(typist.type(`copy one two${WORD_LEFT}${WORD_LEFT}x\r`), 'copy xone two');
    assert.equal(typist.type(`copy one${HOME}${WORD_RIGHT}x\r`), 'copy xone');
    assert.equal(typist.type(`abcd${HOME}${INSERT}xy${INSERT}z\r`), 'xyzcd');
    assert.equal(typist.type(`abcd${HOME}${INSERT}x\r`), 'xbcd');
    assert.equal(typist.type(`ab${HOME}x\r`), 'xab', 'the next line inserts again');
    assert.equal(typist.type(`one two${WORD_LEFT}\x1b[1;5F3\r`), 'one 3');
    assert.equal(typist.type(`one two${WORD_LEFT}\x1b[1;5H3\r`), '3two');
  });

  test('earlier lines: the first, the last, as typed, the rest of the last one, a list', () => {
    const typist = new Typist();
    for (const line of ['dir', 'type a.txt', 'ver']) typist.type(`${line}\r`);
    assert.equal(typist.type(`${PAGE_UP}\r`), 'dir');
    assert.equal(typist.type(`x${PAGE_DOWN}\r`), 'dir');
    assert.equal(typist.type(`${UP}${UP}\r`), 'ver');
    assert.equal(typist.type(`ty${F8}\r`), 'type a.txt');
    assert.equal(typist.type(`${F1}${F1}b${F3}\r`), 'tybe a.txt');
    assert.equal(typist.type(`${F7}!\r`), '!');
    for (const line of ['1: dir', '2: type a.txt', '3: ver']) assert.include(typist.echo, line);
  });

  test('a long line is kept whole, or refused as a whole and audibly', () => {
    const typist = new Typist();
    for (const length of [2000, 8191]) {
      const line = 'word '.repeat(2000).slice(0, length - 1) + '.';
      assert.equal(typist.type(`${line}\r`), line);
    }
    typist.echo = '';
    assert.isUndefined(typist.type(`echo ${'x'.repeat(8187)}\r`));
    assert.include(typist.echo, '\x07');
    assert.include(typist.echo, 'STATUS_BUFFER_OVERFLOW');
    assert.isTrue(typist.echo.endsWith('A:\\>'));
    assert.equal(typist.type('ver\r'), 'ver');
  });

  test('Ctrl-C behind a wrapped line leaves the line', () => {
    const typist = new Typist();
    typist.editor.feed(bytes('\x1b[48;10;20t'));
    typist.type(`${'x'.repeat(50)}${HOME}\x03`);
    assert.match(typist.echo, /\x1b\[2B\x1b\[15G\^C\r\nA:\\>$/);
  });

  test('a terminal shows the line and the cursor, however it is wrapped', async () => {
    const key = fc.constantFrom(
      ...['a', 'b ', 'c', 'some words ', '語', 'e\u0301', LEFT, LEFT, '\x1b[C', HOME, '\x1b[F'],
      ...['\x7f', '\x7f', '\x1b[3~', INSERT, UP, '\x1b[B', PAGE_UP, F3, F8, WORD_LEFT, WORD_RIGHT],
      ...['\x1b[1;5F', '\x1b[1;5H', '\x15'],
    );
    const script = fc.array(key, { maxLength: 60 });
    const width = fc.integer({ min: 9, max: 24 });
    await fc.assert(
      fc.asyncProperty(script, width, async (keys, columns) => {
        await sameAsDrawnAnew(keys, columns);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test('a line that is wrapped is drawn right when the window changes', async () => {
    const text = 'The quick brown fox jumps over the lazy dog and runs away';
    for (const widths of [
      [60, 24, 40],
      [20, 60, 21],
      [30, 29, 90],
    ]) {
      const keys = [text.slice(0, 40), text.slice(40), `${WORD_LEFT}${WORD_LEFT}!`];
      const line = text.replace('runs', '!runs');
      const { rows } = await screenOf(widths.at(-1)!, `A:\\>${line}`);
      assert.deepEqual(await resized(widths, keys), rows, JSON.stringify(widths));
    }
  });

  test('a line that ends with its row has the cursor on the next one', async () => {
    const full = [...'abcdefgh'];
    for (const key of [LEFT, HOME, '\x7f', '\x15', WORD_LEFT, UP, `${LEFT}x`])
      await sameAsDrawnAnew([...full, key], 'A:\\>'.length + full.length);
  });
});

/** A terminal in which a line is typed, and which changes its width meanwhile. */
async function resized(widths: readonly number[], keys: readonly string[]): Promise<string[]> {
  const xterm = new Terminal({ cols: widths[0]!, rows: 60, allowProposedApi: true });
  const write = (part: string): Promise<void> => new Promise((done) => xterm.write(part, done));
  const editor = new LineEditor();
  const feed = async (text: string): Promise<void> => {
    editor.feed(bytes(text));
    await write(editor.next().echo);
  };
  await feed(`\x1b[48;60;${widths[0]}t`);
  await write(ABOVE + editor.start('A:\\>'));
  for (const [i, columns] of widths.entries()) {
    xterm.resize(columns, 60);
    await feed(`\x1b[48;60;${columns}t`);
    await feed(keys[i]!);
  }
  const buffer = xterm.buffer.active;
  const rows = Array.from({ length: 60 }, (_, row) => buffer.getLine(row)!.translateToString(true));
  xterm.dispose();
  return rows.map((row) => row.trimEnd());
}

/** What keys draw is what the prompt and the line look like on an empty screen. */
async function sameAsDrawnAnew(keys: readonly string[], columns: number): Promise<void> {
  const { echo, line } = played(keys, columns);
  // A letter of its own tells where the cursor is.
  const cursor = [...played([...keys, 'Ω'], columns).line].indexOf('Ω');
  const before = `A:\\>${marked([...line].slice(0, cursor))}`;
  const drawn = await screenOf(columns, echo);
  const anew = await screenOf(columns, before, marked([...line].slice(cursor)));
  assert.deepEqual(drawn.rows, anew.rows, JSON.stringify(keys));
  assert.deepEqual(drawn.cursor, anew.cursor, JSON.stringify(keys));
}

function played(keys: readonly string[], columns: number): { echo: string; line: string } {
  const editor = new LineEditor();
  editor.feed(bytes(`\x1b[48;40;${columns}tan earlier line that is long\r`));
  editor.start('A:\\>');
  editor.next();
  let echo: string = editor.start('A:\\>');
  for (const one of keys) {
    editor.feed(bytes(one));
    echo += editor.next().echo;
  }
  editor.feed(bytes('\r'));
  return { echo, line: editor.next().line! };
}

/** A mark is shown with a circle to carry it. */
function marked(characters: readonly string[]): string {
  return characters.map((one) => (/\p{M}/u.test(one) ? `\u25cc${one}` : one)).join('');
}

/** The rows, and where the cursor is before `behind` is written. */
async function screenOf(
  columns: number,
  text: string,
  behind = '',
): Promise<{ rows: string[]; cursor: [number, number] }> {
  const xterm = new Terminal({ cols: columns, rows: 60, allowProposedApi: true });
  const write = (part: string): Promise<void> => new Promise((done) => xterm.write(part, done));
  await write(ABOVE + text);
  const { cursorX, cursorY } = xterm.buffer.active;
  await write(behind);
  const buffer = xterm.buffer.active;
  const rows = Array.from({ length: 60 }, (_, row) => buffer.getLine(row)!.translateToString(true));
  xterm.dispose();
  return {
    rows: rows.map((row) => row.trimEnd()),
    // Behind the last cell is the first one of the next row.
    cursor: cursorX >= columns ? [0, cursorY + 1] : [cursorX, cursorY],
  };
}
