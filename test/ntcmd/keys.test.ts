/** Keys: what a terminal sends for them, and that nothing else of a sequence comes through. */
import { assert } from 'chai';
import { KeyReader } from '../../personality/ntcmd/keys.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function keysOf(...parts: string[]): string[] {
  const reader = new KeyReader();
  const keys: string[] = [];
  for (const part of parts) {
    reader.feed(bytes(part));
    for (let key = reader.next(); key !== undefined; key = reader.next()) keys.push(key);
  }
  return keys;
}

suite('ntcmd/keys', () => {
  test('what the keys of a PC send', () => {
    const cases: Record<string, string> = {
      '\x1b[D': 'left',
      '\x1bOD': 'left',
      '\x1b[1;5D': 'wordleft',
      '\x1b[1;5C': 'wordright',
      '\x1b[1;2C': 'right',
      '\x1bb': 'wordleft',
      '\x1b[5~': 'pageup',
      '\x1b[6~': 'pagedown',
      '\x1b[2~': 'insert',
      '\x1b[3~': 'delete',
      '\x1b[H': 'home',
      '\x1bOF': 'end',
      '\x1b[1;5H': 'erasehome',
      '\x1bOP': 'f1',
      '\x1bOR': 'f3',
      '\x1b[18~': 'f7',
      '\x1b[19~': 'f8',
      '\x1b[Z': 'backtab',
      '\t': 'tab',
      '\x13': 'save',
      '\x11': 'leave',
      '\x18': 'leave',
      '\x06': 'find',
      '\x07': 'next',
      '\x03': 'cancel',
      '\x7f': 'backspace',
    };
    for (const [sent, key] of Object.entries(cases))
      assert.deepEqual(keysOf(`a${sent}b`), ['a', key, 'b'], JSON.stringify(sent));
  });

  test('sequences that are not known are swallowed whole, however they are cut', () => {
    const unknown = [
      ...['\x1b[20~', '\x1b[21;5~', '\x1b[1;5P', '\x1b[3;5~', '\x1b[1;3A', '\x1bOQ'],
      ...['\x1b[200~', '\x1b[I', '\x1b[M', '\x1b[<0;10;10M', '\x1b[?1;2c', '\x1b[[A', '\x1b[0n'],
      ...['\x1bd', '\x1b(B', '\x1b#8', '\x1b[>0;276;0c', '\x1b[24;80R', `\x1b[${'1;'.repeat(99)}m`],
    ];
    const strings = ['\x1b]0;title\x07', '\x1bP1$r0m\x1b\\', '\x1b]11;rgb:00/00\x1b\\'];
    for (const sent of [...unknown, ...strings]) {
      assert.deepEqual(keysOf(`a${sent}b`), ['a', 'b'], JSON.stringify(sent));
      // A cut behind the ESC alone looks like the Escape key, unless `[` follows.
      const first = sent[1] === '[' ? 1 : 3;
      for (let cut = first; cut < sent.length; cut++) {
        const parts = [`a${sent.slice(0, cut)}`, `${sent.slice(cut)}b`];
        assert.deepEqual(keysOf(...parts), ['a', 'b'], `${JSON.stringify(sent)} at ${cut}`);
      }
    }
  });

  test('Escape by itself takes no other key with it; Enter and Ctrl-C end any sequence', () => {
    assert.deepEqual(keysOf('\x1b', 'dir\r'), ['d', 'i', 'r', 'enter']);
    assert.deepEqual(keysOf('\x1b\x1b[A'), ['up']);
    assert.deepEqual(keysOf('\x1b[12', '\r'), ['enter']);
    assert.deepEqual(keysOf('\x1b]0;open\x03x'), ['cancel', 'x']);
    assert.deepEqual(keysOf('\x1b]', 'ver'), ['v', 'e', 'r']);
    assert.deepEqual(keysOf('a\r\nb\n'), ['a', 'enter', 'b', 'enter']);
    assert.deepEqual(keysOf('\x1b[Aü😀'), ['up', 'ü', '😀']);
  });

  test('Ctrl-C drops what was typed before it', () => {
    const reader = new KeyReader();
    reader.feed(bytes('abc'));
    assert.isFalse(reader.interrupted());
    assert.equal(reader.next(), 'a');
    reader.feed(bytes('\x03de'));
    assert.isTrue(reader.interrupted());
    assert.equal(reader.next(), 'd');
    assert.isFalse(reader.interrupted());
  });

  test('the terminal tells its size between the keys', () => {
    const reader = new KeyReader();
    assert.isUndefined(reader.size);
    reader.feed(bytes('a\x1b[48;30;100;600;800tb\x1b[48;0;0t\x1b[8;1;1t'));
    assert.deepEqual(reader.size, { rows: 30, columns: 100 });
    const keys = [reader.next(), reader.next(), reader.next(), reader.next()];
    assert.deepEqual(keys, ['a', 'resize', 'b', undefined]);
  });
});
