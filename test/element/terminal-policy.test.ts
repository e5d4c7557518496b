/** The terminal against whatever is printed at it: no answers, and nothing changes but text. */
import { Terminal } from '@xterm/xterm';
import { assert } from 'chai';
import { restrict } from '../../web/element/terminal-policy.ts';
import { PROMPT_SHOWN, removeAll, running, until } from './fixture.ts';

const FINALS = Array.from({ length: 0x7e - 0x40 + 1 }, (_, i) => String.fromCharCode(0x40 + i));
const BETWEEN = ['', ...Array.from({ length: 16 }, (_, i) => String.fromCharCode(0x20 + i))];
const PARAMETERS = ['', '0', '1', '2', '5', '6', '18', '1;1', '3;5', '47', '2004'];
/** An editor's screen: there and back, and nothing else. */
const OTHER_SCREEN = [1047, 1049];

/** Every class of sequence, in the 7-bit and the 8-bit form. */
function* sequences(): Generator<string> {
  for (let code = 0; code < 0x100; code++) yield String.fromCharCode(code);
  for (const open of ['\x1b[', '\u009b'])
    for (const prefix of ['', '?', '>', '=', '<'])
      for (const between of BETWEEN)
        for (const final of FINALS)
          yield `${open}${prefix}${PARAMETERS[(final.charCodeAt(0) * 7) % PARAMETERS.length]}${between}${final}`;
  for (let mode = 0; mode < 3000; mode++)
    if (!OTHER_SCREEN.includes(mode)) yield `\x1b[?${mode}h\x1b[${mode}h\x1b[?${mode}$p`;
  for (const between of BETWEEN)
    for (let code = 0x30; code < 0x7f; code++)
      if (!'[]PX^_'.includes(String.fromCharCode(code)))
        yield `\x1b${between}${String.fromCharCode(code)}`;
  for (let command = 0; command < 256; command++)
    for (const end of ['\x07', '\x1b\\', '\u009c'])
      yield `\x1b]${command};0;?${end}\x1b]${command};?${end}`;
  yield '\x1b]52;c;?\x07\x1b]8;;http://example.invalid/\x07x\x1b]8;;\x07\x1b]1337;File=:\x07';
  for (const body of ['$qm', '$q"p', '+q544e', '>|', '=1s'])
    yield `\x1bP${body}\x1b\\\u0090${body}\u009c`;
  yield '\x1bXsos\x1b\\\x1b^pm\x1b\\\x1b_apc\x1b\\';
}

interface Watched {
  terminal: Terminal;
  heard: string[];
}

function watched(): Watched {
  const size = { cols: 80, rows: 24 };
  const terminal = new Terminal({ ...size, allowProposedApi: true, logLevel: 'off' });
  restrict(terminal);
  const heard: string[] = [];
  terminal.onData((data) => heard.push(`data ${JSON.stringify(data)}`));
  terminal.onBinary((data) => heard.push(`binary ${JSON.stringify(data)}`));
  terminal.onTitleChange((title) => heard.push(`title ${title}`));
  terminal.onResize(() => heard.push('resize'));
  terminal.buffer.onBufferChange(() => heard.push('buffer'));
  return { terminal, heard };
}

const write = (terminal: Terminal, data: string | Uint8Array): Promise<void> =>
  new Promise((done) => terminal.write(data, done));

suite('element/terminal-policy', function () {
  this.timeout(60_000);
  const plainModes = JSON.stringify({ ...new Terminal().modes });

  function judge({ terminal, heard }: Watched): void {
    assert.deepEqual(heard, []);
    assert.equal(JSON.stringify({ ...terminal.modes }), plainModes);
    assert.equal(terminal.buffer.active.type, 'normal');
  }

  test('every class of sequence, whole and cut in two: no answer, no mode, no other screen', async () => {
    for (const cut of [false, true]) {
      const one = watched();
      let all = '';
      for (const sequence of sequences()) all += sequence;
      const bytes = new TextEncoder().encode(all);
      // A sequence that is not ended would swallow the rest: CAN ends each part.
      if (!cut) await write(one.terminal, bytes);
      else
        for (let at = 0; at < bytes.length; at += 701)
          await write(one.terminal, bytes.subarray(at, at + 701));
      judge(one);
      // The scroll region is the whole screen: 24 lines show as 24 lines.
      await write(
        one.terminal,
        `\x18\x1b[m\x1b[H\x1b[2J${Array.from({ length: 24 }, (_, i) => `L${i}`).join('\r\n')}`,
      );
      const { active } = one.terminal.buffer;
      const line = (row: number) => active.getLine(active.baseY + row)?.translateToString(true);
      assert.deepEqual([line(0), line(23)], ['L0', 'L23']);
      assert.deepEqual([active.cursorX, active.cursorY], [3, 23]);
    }
  });

  test('what the shell sends works: clear, move, erase, colour; also after a reset', async () => {
    const { terminal, heard } = watched();
    for (let turn = 0; turn < 2; turn++) {
      await write(
        terminal,
        'old text\r\n\x1b[2J\x1b[3J\x1b[H\x1b[31mred\x1b[m\x1b[?25l\x1b[?25h\b\x1b[K',
      );
      assert.equal(terminal.buffer.active.getLine(0)?.translateToString(true), 're');
      terminal.reset();
      heard.length = 0;
      await write(terminal, '\x1b[c\x1b[6n\x1b[?1049;2004h\x1b[?47h\x1b]0;t\x07');
      assert.deepEqual(heard, []);
    }
  });

  test('an editor has a screen of its own, and leaves the first one as it was', async () => {
    const { terminal, heard } = watched();
    const row = (): string => terminal.buffer.active.getLine(0)!.translateToString(true);
    await write(terminal, 'A:\\>edit x');
    await write(terminal, '\x1b[?1049h\x1b[2J\x1b[1;1Htext\x1b[7m^S\x1b[m');
    assert.equal(terminal.buffer.active.type, 'alternate');
    assert.equal(row(), 'text^S');
    await write(terminal, '\x1b[?1049l');
    assert.equal(terminal.buffer.active.type, 'normal');
    assert.equal(row(), 'A:\\>edit x');
    assert.equal(terminal.buffer.active.cursorX, 'A:\\>edit x'.length);
    // A shell that begins does not know on which one the last one ended.
    await write(terminal, '\x1b[?1047l');
    assert.equal(terminal.buffer.active.cursorX, 'A:\\>edit x'.length);
    assert.deepEqual(heard, ['buffer', 'buffer']);
    assert.equal(JSON.stringify({ ...terminal.modes }), plainModes);
  });

  test('in the element: questions printed at it are not typed', async () => {
    const { element, system } = await running();
    system.print(
      '\x1b[c\x1b[6n\x1b[5n\x1b[18t\x1b]11;?\x07\x1bP$qm\x1b\\\x1b[?1004h\x1b[?2004hafter',
    );
    await until(() => element.screenText().endsWith('after'));
    element.focus();
    await new Promise((done) => setTimeout(done, 100));
    assert.equal(system.typed, '');
    assert.equal(element.screenText(), `${PROMPT_SHOWN}after`);
  });

  test('in the element: what is no text is passed over, and the console hears nothing', async () => {
    const { element, system } = await running();
    const told: unknown[] = [];
    const realError = console.error;
    console.error = (...words: unknown[]) => told.push(words[0]);
    try {
      system.print('a\x7fb\x1bX\u00a0\x1b\\after');
      await until(() => element.screenText().endsWith('after'));
    } finally {
      console.error = realError;
    }
    assert.equal(element.screenText(), `${PROMPT_SHOWN}abafter`);
    assert.deepEqual(told, []);
  });

  teardown(removeAll);
});
