/**
 * A disk whose every name, label and file is made of what terminals act on: every command that
 * prints something of it prints what can only be seen.
 */
import { assert } from 'chai';
import { makeImage, readFile } from '../support/mtools.ts';
import { bootRig, type Rig } from '../support/rig.ts';

/** Byte values in one patched short name. */
const BYTES_A_NAME = 8;
const QUESTIONS = [
  '\x1b[c\x1b[>c\x1b[=c\x1b[5n\x1b[6n\x1b[?6n\x1b[18t\x1b[21t\x1b[?1$p\x1b[4$p',
  '\x1bP$qm\x1b\\\x1bP+q544e\x1b\\\x1b]4;0;?\x07\x1b]10;?\x1b\\\x1b]11;?\x07\x1b]52;c;?\x07\x05\x1bZ',
  '\x1b]0;title\x07\x1b]8;;http://example.invalid/\x07link\x1b]8;;\x07',
  '\x1b[?1049h\x1b[?1000h\x1b[?1004h\x1b[?2004h\x1b[?1h\x1b=\x1b[3;5r\x1b[4h\x1b[20h\x1bc\x1b#8\x1b(0\x0e',
  '\u009b2J\u009bc\u0090$qm\u009c\u009d0;t\u009c\u0085\u0084\u008d',
  '\x1b[2J\x1b[H\x07\x08\x08\r\x0b\x0c\x7f\u202e\u2066\u200b\u2028\u0301\u0301\u0301\u0301\u0301',
];
/** All but what a terminal is sent for lines and by the line editor. */
const ACTS = /[\0-\x07\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f]/;

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

function find(image: Uint8Array, text: string): number {
  const wanted = ascii(text);
  for (let at = 0; at < 33 * 512; at += 1)
    if (wanted.every((byte, i) => image[at + i] === byte)) return at;
  throw new Error(`no ${text}`);
}

async function hostileDisk(): Promise<Uint8Array> {
  const every = Uint8Array.from({ length: 256 }, (_, i) => i);
  const files: Record<string, Uint8Array> = {
    'EVERY.BIN': every,
    'DIR/INNER.TXT': ascii('inner'),
    'A long name with \u202e and \u200b.txt': ascii('long'),
  };
  QUESTIONS.forEach((text, i) => (files[`Q${i}.TXT`] = ascii(text)));
  for (let i = 0; i < 256 / BYTES_A_NAME; i++)
    files[`N${String(i).padStart(2, '0')}AAAAA.B${String(i).padStart(2, '0')}`] = ascii(
      `file ${i}`,
    );
  const image = await makeImage({ kib: 1440, label: 'LABELLABEL1', files });
  for (let i = 0; i < 256 / BYTES_A_NAME; i++) {
    const at = find(image, `N${String(i).padStart(2, '0')}AAAAAB`);
    // One letter in front, so that E5 and 00 are no marks.
    image.set(every.subarray(i * BYTES_A_NAME, (i + 1) * BYTES_A_NAME), at + 1);
  }
  const label = ascii('\x1b[2J\x1b[c\x05\x07\x9b');
  // In the boot sector, and in the root directory.
  for (const at of [43, find(image.subarray(512), 'LABELLABEL1') + 512])
    image.set(label.subarray(0, 11), at);
  image.set(ascii('\x1b[6n\x1bc'), find(image, 'DIR        '));
  return image;
}

suite('system/hostile disk', function () {
  this.timeout(90_000);
  let rig: Rig;

  suiteSetup(async () => {
    rig = await bootRig({ disks: [await hostileDisk(), await makeImage({ kib: 1440 })] });
    await rig.prompt();
  });

  suiteTeardown(() => rig.end());

  /** Every name of the root directory, as the file system has it. */
  const names = async () => (await rig.ask({ op: 'list', path: 'A:\\' })).map(({ name }) => name);

  function harmless(output: string, what: string): void {
    const at = output.search(ACTS);
    if (at >= 0)
      assert.fail(`${what}: ${JSON.stringify(output.slice(Math.max(0, at - 10), at + 10))}`);
  }

  test('every command that prints, run from outside', async () => {
    const lines = [
      'dir',
      'dir /b',
      'dir /a',
      'vol',
      'mount',
      'type Q*.*',
      'type EVERY.BIN',
      'type N*.*',
    ];
    for (const line of [...lines, 'copy N*.* B:', 'dir B:', 'move Q0.TXT B:\\MOVED.TXT', 'sync'])
      harmless((await rig.exec(line)).output.replaceAll('\t', ''), line);
    let errors = 0;
    for (const name of await names())
      for (const command of ['cd', 'type', 'del', 'rd', 'ren', 'copy', 'move', 'md', 'nonsense']) {
        const { output, status } = await rig.exec(`${command} "${name}\\NOT\\THERE" "x${name}"`);
        harmless(output.replaceAll('\t', ''), `${command} ${JSON.stringify(name)}`);
        if (status !== 0) errors++;
      }
    assert.isAbove(errors, 200);
  });

  test('a name is one line of a listing, whatever is in it', async () => {
    const bare = (await rig.exec('dir /b /a')).output;
    assert.notInclude(bare, '\t');
    assert.lengthOf(bare.trimEnd().split('\n'), (await names()).length);
    const all = (await names()).join('');
    assert.include(all, '\n');
    assert.include(all, '\t');
    for (const line of ['dir', 'dir /w', 'tree /f', 'attrib', 'xcopy N*.* B:\X /i', 'tree B:\ /f'])
      harmless((await rig.exec(line)).output, line);
    for (const line of ['find /v "" Q*.TXT', 'sort Q0.TXT', 'fc Q0.TXT Q1.TXT', 'hexdump Q0.TXT'])
      harmless((await rig.exec(line)).output.replaceAll('\t', ''), line);
    harmless((await rig.exec('for %i in (*) do @echo %i')).output.replaceAll('\t', ''), 'for');
  });

  test('and at the terminal, the prompt in such a directory too', async () => {
    const begin = rig.screen().length;
    const lines = [
      'dir',
      'vol',
      'type Q*.*',
      'type EVERY.BIN',
      'dir /b',
      'copy Q*.* B:',
      'type B:Q1.TXT',
    ];
    for (const line of lines) {
      const before = rig.screen().length;
      rig.type(`${line}\r`);
      while (!/\n[AB]:\\[^\r\n]*>$/.test(rig.screen().slice(before)))
        await new Promise((done) => setTimeout(done, 20));
    }
    const printed = rig.screen().slice(begin);
    harmless(printed.replaceAll('\t', ''), 'the screen');
    assert.include(printed, '←[2J←[c');
  });

  test('redirection copies the bytes as they are', async () => {
    await rig.run('type EVERY.BIN > B:\\COPY.BIN');
    await rig.run('type Q1.TXT > B:\\Q1.TXT');
    await rig.run('echo one> B:\\ECHO.TXT');
    await rig.run('sync');
    const image = rig.image(1);
    assert.deepEqual(
      await readFile(image, 'COPY.BIN'),
      Uint8Array.from({ length: 256 }, (_, i) => i),
    );
    assert.deepEqual(await readFile(image, 'Q1.TXT'), ascii(QUESTIONS[1]!));
    assert.deepEqual(await readFile(image, 'ECHO.TXT'), ascii('one\r\n'));
  });
});
