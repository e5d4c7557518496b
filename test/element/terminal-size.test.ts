/** The terminal tells its size to who asked for it, and to nobody else. */
import { Terminal } from '@xterm/xterm';
import { assert } from 'chai';
import { KeyReader } from '../../personality/ntcmd/keys.ts';
import { WATCH_SIZE } from '../../personality/ntcmd/screen.ts';
import { restrict } from '../../web/element/terminal-policy.ts';
import { tellSize } from '../../web/element/terminal-size.ts';

suite('element/terminal-size', () => {
  test('what the shell asks for, and reads', async () => {
    const xterm = new Terminal({ cols: 70, rows: 20, allowProposedApi: true });
    const reader = new KeyReader();
    const said: string[] = [];
    const write = (text: string): Promise<void> => new Promise((done) => xterm.write(text, done));
    restrict(xterm);
    const size = tellSize(xterm, (report) => {
      said.push(report);
      reader.feed(new TextEncoder().encode(report));
    });
    xterm.resize(71, 20);
    await write('\x1b[?25l\x1b[?2004h\x1b[18t');
    assert.deepEqual(said, [], 'nobody asked');
    await write(WATCH_SIZE);
    assert.deepEqual(reader.size, { rows: 20, columns: 71 });
    xterm.resize(100, 30);
    assert.deepEqual(reader.size, { rows: 30, columns: 100 });
    assert.deepEqual(
      [reader.next(), reader.next(), reader.next()],
      ['resize', 'resize', undefined],
    );
    size.forget();
    xterm.resize(101, 30);
    assert.equal(said.length, 2, 'the next system has not asked');
    await write('\x1b[?2048l');
    xterm.resize(90, 30);
    size.dispose();
    await write(WATCH_SIZE);
    assert.deepEqual(reader.size, { rows: 30, columns: 100 });
    xterm.dispose();
  });
});
