/** What a text looks like on a terminal: nothing of it can act. */
import { Terminal } from '@xterm/xterm';
import { assert } from 'chai';
import { BufferConsole, FileConsole } from '../../personality/ntcmd/console.ts';
import { LineEditor } from '../../personality/ntcmd/editor.ts';
import { inColumns } from '../../personality/ntcmd/format.ts';
import { named, shown, widthOf } from '../../personality/ntcmd/screen.ts';
import { textOf } from '../../personality/ntcmd/text.ts';

/** What a terminal might act on, or that hides or turns what stands beside it. */
const ACTS = /[\0-\x08\x0b-\x1f\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

async function* piecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Uint8Array, size: number): Promise<string> {
  let text = '';
  for await (const part of textOf(piecesOf(bytes, size))) text += part;
  return text;
}

suite('ntcmd/screen', () => {
  test('every code point: one that acts has a look, one that is seen stays', () => {
    for (let code = 0; code < 0x11_0000; code++) {
      const character = String.fromCodePoint(code);
      const out = shown(`a${character}b`);
      if (ACTS.test(out)) assert.fail(`U+${code.toString(16)} comes through`);
      if (code >= 0x20 && code < 0x7f) assert.equal(out, `a${character}b`);
    }
    for (const kept of ['größe', '日本語', 'Ω≈ç', 'שלום', '😀', 'ạ\u0301', '\t', '\n'])
      assert.equal(shown(kept), kept);
  });

  test('controls look as on a PC’s screen', () => {
    assert.equal(shown('\x1b[2J'), '←[2J');
    assert.equal(shown('\x07\x08\x0c\r\x7f\x01\x02'), '•◘♀♪⌂☺☻');
    assert.equal(shown('a\r\nb\n'), 'a\nb\n');
    assert.equal(shown('\x9b2J\u202eabc\u200b'), '\ufffd2J\ufffdabc\ufffd');
  });

  test('a flood of combining marks stays on its line', () => {
    const out = shown(`a${'\u0301'.repeat(200)}b\u0301`);
    assert.isAtMost(out.match(/\p{M}/gu)!.length, 4);
    assert.equal(shown('\u0301x'), '\u25cc\u0301x');
    assert.equal(shown('a\n\u0301'), 'a\n\u25cc\u0301');
  });

  test('a name is on its line, whatever is in it', () => {
    assert.equal(named('a\tb\nc\rd'), 'a○b◙c♪d');
    assert.equal(shown(named('\x1b\n')), '←◙');
  });

  test('Hangul in parts takes the cells that a terminal gives it', async () => {
    const xterm = new Terminal({ cols: 80, rows: 2, allowProposedApi: true });
    for (let code = 0x1100; code <= 0x11ff; code++) {
      const text = shown(`\u1100${String.fromCharCode(code)}x`);
      await new Promise<void>((done) => xterm.write(`\r${text}`, done));
      assert.equal(widthOf(text), xterm.buffer.active.cursorX, `U+${code.toString(16)}`);
    }
    xterm.dispose();
    const flood = shown(`\u1100${'\u1161'.repeat(100)}`);
    assert.isAtMost(flood.match(/\u1161/g)!.length, 3);
  });

  test('columns are as wide as what is in them', () => {
    assert.equal(inColumns(['a', '日本', 'c', 'd'], 12), 'a     c\n日本  d\n');
    let looks = 0;
    const names = new Proxy(Array<string>(2000).fill('x'.repeat(30)), {
      get: (all, key) => (looks++, Reflect.get(all, key) as unknown),
    });
    assert.lengthOf(inColumns(names, 80).split('\n'), 1001);
    assert.isBelow(looks, 20 * names.length, 'each name is looked at a few times');
    assert.equal(inColumns([], 80), '');
    assert.equal(inColumns(['x'.repeat(100), 'y'], 80), `${'x'.repeat(100)}\ny\n`);
  });

  test('the line editor echoes what was typed or pasted as it looks, and keeps it', () => {
    const editor = new LineEditor();
    assert.notMatch(editor.start('A:\\\x1b]0;title\x07>'), ACTS);
    editor.feed(new TextEncoder().encode('a\u009b31m\u202e\u200bz\u0001\x1b[D\x1b[D\u2066\r'));
    const { echo, line } = editor.next();
    // The cursor's own ways.
    assert.notMatch(echo.replaceAll(/[\b\r\n]|\x1b\[\d*[ABGJ]/g, ''), ACTS);
    // 01 is Home.
    assert.equal(line, '\u2066a\u009b31m\u202e\u200bz');
  });

  test('for a page the same text; for a file the bytes', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const page = new BufferConsole();
    await page.writeFile(piecesOf(bytes, 7));
    await page.write('\x1b[c');
    assert.notMatch(new TextDecoder().decode(page.bytes()), ACTS);
    const file = new FileConsole();
    await file.writeFile(piecesOf(bytes, 7));
    assert.deepEqual(file.bytes(), bytes);
  });

  test('a text is read whole, however it is cut: UTF-8, code page 437, CR LF', async () => {
    const utf8 = new TextEncoder().encode('größe\r\n名前 😀\r\nend');
    const oem = Uint8Array.of(0x67, 0x94, 0x0d, 0x0a, 0xe1, 0x0d, 0x78);
    for (let size = 1; size <= utf8.length; size++) {
      assert.equal(await read(utf8, size), 'größe\n名前 😀\nend\n');
      assert.equal(await read(oem, size), 'gö\nß\rx\n');
    }
    assert.equal(await read(new TextEncoder().encode('text\r\n\x1afollows'), 3), 'text\n');
    assert.equal(await read(new Uint8Array(), 3), '');
  });
});
