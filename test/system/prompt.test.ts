/**
 * The prompt as people use it, and `exec` beside it: what is refused, what is asked, what stops.
 *
 * One system for all; each test leaves the disks as it found them, or makes its own files.
 */
import { assert } from 'chai';
import {
  deleteFile,
  openFile,
  renameFile,
  writeAll,
  writeAt,
} from '../../personality/ntdll/files.ts';
import { nativeImage } from '../../personality/ntdll/process.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { type NtException } from '../../personality/rtl/status.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import { converse } from '../support/conversation.ts';
import { fsck, listFiles, makeImage } from '../support/mtools.ts';
import { bootRig, type Rig } from '../support/rig.ts';

const LINES = Array.from({ length: 60 }, (_, i) => `line ${i + 1}`);
const BIG = 'All work and no play makes a dull boy. '.repeat(15_000);
const WRITING = { access: nt.FILE_WRITE_DATA | nt.SYNCHRONIZE };
const DEVICES = ['NUL', 'nul.txt', 'CON', 'AUX', 'COM1', 'LPT1.LOG', 'PRN'];

/** What the native API said to names of devices. */
let nativeSays: (statuses: string[]) => void;
const nativeSaid = new Promise<string[]>((resolve) => (nativeSays = resolve));

/** Tries to make a file, to rename one, and to make a directory. */
const native = nativeImage(async (process) => {
  const plain = '\\??\\A:\\PLAIN.TXT';
  await writeAll(process, plain, Uint8Array.of(1));
  const statuses = new Set<string>();
  for (const name of DEVICES) {
    const path = `\\??\\A:\\TREE\\${name}`;
    const directory = { disposition: nt.FILE_CREATE, options: nt.FILE_DIRECTORY_FILE };
    for (const attempt of [
      () => writeAll(process, path, Uint8Array.of(1)),
      () => renameFile(process, plain, path, true),
      () => openFile(process, path, directory),
    ])
      await attempt().then(
        () => statuses.add(`${name} was made`),
        (error: NtException) => statuses.add(statusName(error.status)),
      );
  }
  await deleteFile(process, plain);
  // Beside the drives it is the driver, which the shell has loaded by now.
  await writeAt(process, await openFile(process, '\\??\\NUL', WRITING), 0, Uint8Array.of(1));
  nativeSays([...statuses]);
  return 0;
});

suite('system/prompt', function () {
  this.timeout(90_000);
  let rig: Rig;
  const { type, skip } = converse(() => rig);

  async function refused(line: string): Promise<string> {
    const { status, output } = await rig.exec(line);
    assert.notEqual(status, 0, `${line}: ${output}`);
    assert.match(output, /^[^\n]+ \(STATUS_\w+\)\.\n$/, line);
    assert.include(output, statusName(status));
    return statusName(status);
  }

  suiteSetup(async () => {
    const files = {
      'LINES.TXT': LINES.map((line) => `${line}\r\n`).join(''),
      'BIG.TXT': BIG,
      'SHORT.TXT': 'short',
      'WORDS.TXT': ' one two threeeeeeeeeeeeeeeeeeeeeeeee four five',
      'TREE/ONE/A.TXT': 'a',
      'TREE/TWO/DEEP/B.TXT': 'b',
      'TREE/C.DAT': 'c',
    };
    rig = await bootRig({
      disks: [await makeImage({ kib: 1440, files })],
      images: { 'native.exe': native },
    });
    await rig.prompt();
    skip();
  });

  suiteTeardown(() => rig.end());

  test('what is not known is refused in words, and has a status', async () => {
    const lines = {
      'ver\nver': 'STATUS_INVALID_PARAMETER',
      'ver &&': 'STATUS_INVALID_PARAMETER',
      '(ver': 'STATUS_INVALID_PARAMETER',
      'dir /x': 'STATUS_INVALID_PARAMETER',
      'del /zz SHORT.TXT': 'STATUS_INVALID_PARAMETER',
      'ver something': 'STATUS_INVALID_PARAMETER',
      'dir A: B:': 'STATUS_INVALID_PARAMETER',
      'help nothing': 'STATUS_OBJECT_NAME_NOT_FOUND',
      'rd /s ""': 'STATUS_OBJECT_NAME_INVALID',
    };
    for (const [line, status] of Object.entries(lines))
      assert.equal(await refused(line), status, line);
    assert.equal(await rig.run('echo "a && b"'), '"a && b"\n');
  });

  test('a drive that is not there is none, and the current one stays', async () => {
    for (const line of ['C:', 'cd C:', 'cd /d C:\\', 'cd /d C:'])
      assert.equal(await refused(line), 'STATUS_OBJECT_PATH_NOT_FOUND', line);
    assert.include(await type('C:\r'), 'STATUS_OBJECT_PATH_NOT_FOUND');
    assert.match(await type('cd /d b:\r'), /B:\\>$/);
    assert.match(await type('cd /d a:\\tree\r'), /A:\\tree>$/i);
    assert.match(await type('cd \\\r'), /A:\\>$/);
  });

  test('names of devices are devices for every command', async () => {
    const before = await rig.run('dir /s /b');
    await rig.run('echo x>NUL');
    await rig.run('echo x>>A:\\TREE\\nul.txt');
    await rig.run('copy SHORT.TXT NUL');
    await rig.run('copy *.TXT nul:');
    assert.equal(await rig.run('type NUL'), '');
    assert.equal(await rig.run('echo hello>CON'), 'hello\n');
    assert.include(await rig.run('copy SHORT.TXT CON'), 'short\n');
    for (const line of ['echo x>AUX', 'copy SHORT.TXT COM1', 'type LPT1', 'echo x>prn.txt'])
      assert.equal(await refused(line), 'STATUS_NO_SUCH_DEVICE', line);
    for (const line of [
      'md CON',
      'ren SHORT.TXT NUL',
      'move SHORT.TXT nul.txt',
      'del NUL',
      'rd NUL',
    ])
      assert.equal(await refused(line), 'STATUS_OBJECT_NAME_INVALID', line);
    assert.equal(await refused('type CON'), 'STATUS_INVALID_DEVICE_REQUEST');
    const data = Uint8Array.of(1);
    await rig.ask({ op: 'writeFile', path: 'A:\\NUL', data }).then(
      () => assert.fail('written'),
      (error: { status: number }) =>
        assert.equal(statusName(error.status), 'STATUS_OBJECT_NAME_INVALID'),
    );
    await rig.run('copy NUL EMPTY.TXT');
    assert.equal((await rig.ask({ op: 'readFile', path: 'A:\\EMPTY.TXT' })).length, 0);
    await rig.run('del EMPTY.TXT');
    assert.equal(await rig.run('dir /s /b'), before);
  });

  test('nor does the native API make a file of such a name', async () => {
    await rig.asExecutive(({ ps }) => ps.createProcess({ image: 'native.exe' }));
    assert.deepEqual(await nativeSaid, ['STATUS_OBJECT_NAME_INVALID']);
  });

  test('switches that people expect: dir /s /b /w, rd /s, copy /y', async () => {
    const bare = (await rig.run('dir /s /b TREE')).trimEnd().split('\n').sort();
    const paths = ['C.DAT', 'ONE', 'ONE\\A.TXT', 'TWO', 'TWO\\DEEP', 'TWO\\DEEP\\B.TXT'];
    assert.deepEqual(
      bare,
      paths.map((path) => `A:\\TREE\\${path}`),
    );
    const deep = await rig.run('dir /s TREE\\*.TXT');
    for (const part of ['A:\\TREE\\ONE\n', 'A:\\TREE\\TWO\\DEEP\n', ' 2 file(s)'])
      assert.include(deep, part);
    assert.match(await rig.run('dir /w TREE'), /\[ONE\] +\[TWO\]/);
    await rig.run('md GONE');
    await rig.run('md GONE\\BELOW');
    await rig.run('copy /y SHORT.TXT GONE\\BELOW');
    await rig.run('copy SHORT.TXT GONE\\BELOW');
    assert.equal(await refused('copy /-y SHORT.TXT GONE\\BELOW'), 'STATUS_OBJECT_NAME_COLLISION');
    assert.equal(await refused('rd GONE'), 'STATUS_DIRECTORY_NOT_EMPTY');
    await rig.run('rd /s /q GONE');
    assert.notInclude(await rig.run('dir /b'), 'GONE');
  });

  test('at the terminal it is asked before something is lost', async () => {
    await type('md ASK\r');
    await type('copy SHORT.TXT ASK\\ONE.TXT\r');
    await type('copy SHORT.TXT ASK\\TWO.TXT\r');
    assert.include(
      await type('copy SHORT.TXT ASK\\ONE.TXT\r', /All\): $/),
      'Overwrite A:\\ASK\\ONE.TXT? (Yes/No/All)',
    );
    await type('what\r', /All\): $/);
    assert.include(await type('n\r'), '0 file(s) copied');
    await type('copy LINES.TXT ASK\\ONE.TXT\r', /All\): $/);
    assert.include(await type('y\r'), '1 file(s) copied');
    assert.include(await type('copy /y SHORT.TXT ASK\\ONE.TXT\r'), '1 file(s) copied');
    await type('move ASK\\ONE.TXT ASK\\TWO.TXT\r', /All\): $/);
    assert.include(await type('\x03'), '^C');
    await type('del ASK\\*.*\r', /Are you sure \(Y\/N\)\? $/);
    await type('n\r');
    await type('echo new> ASK\\ONE.TXT\r', /Overwrite A:\\ASK\\ONE.TXT\? \(Yes\/No\): $/);
    await type('n\r');
    assert.equal(await rig.run('type ASK\\ONE.TXT'), 'short\n');
    await type('echo new>> ASK\\ONE.TXT\r');
    await type('echo new> ASK\\THREE.TXT\r');
    await type('del /q ASK\\*.*\r');
    await type('rd /s ASK\r', /A:\\ASK, Are you sure \(Y\/N\)\? $/);
    await type('y\r');
    assert.notInclude(await rig.run('dir /b'), 'ASK');
  });

  test('more, type and dir /p stop when the screen is full; exec never does', async () => {
    const page = await type('type LINES.TXT\r', /-- More --$/);
    assert.include(page, 'line 24\r\n');
    assert.notInclude(page, 'line 25');
    assert.include(await type('\r', /-- More --$/), 'line 25\r\n');
    assert.include(await type(' ', /-- More --$/), 'line 49\r\n');
    assert.notInclude(await type('q'), 'line 50');
    await type('more LINES.TXT\r', /-- More --$/);
    assert.include(await type('\x03'), '^C');
    assert.include(await type('type /n LINES.TXT\r'), 'line 60');
    rig.type('\x1b[48;12;80t');
    await type('dir /p /s\r', /-- More --$/);
    await type('q');
    assert.include(await type('type LINES.TXT\r', /-- More --$/), 'line 11\r\n');
    await type('q');
    const rowOf = async () => /^.*SHORT\.TXT/m.exec(await type('dir\r'))![0].length;
    const wide = await rowOf();
    rig.type('\x1b[48;25;39t');
    assert.isBelow(await rowOf(), Math.min(39, wide), 'in one row of a phone');
    for (const row of (await type('dir\r')).split('\r\n')) assert.isBelow(row.length, 39, row);
    assert.match(await type('type WORDS.TXT\r'), /\r\n one two [a-z ]+\r\n four/);
    rig.type('\x1b[48;25;80t');
    assert.include(await rig.run('more LINES.TXT'), 'line 60\n');
    assert.include(await rig.run('type LINES.TXT'), 'line 60\n');
    await type('type LINES.TXT > COPY.TXT\r');
    assert.include(await rig.run('type COPY.TXT'), 'line 60\n');
    await rig.run('del COPY.TXT');
  });

  test('Ctrl-C stops output at once, and what was typed ahead is dropped', async () => {
    rig.type('type /n BIG.TXT\r');
    const start = rig.screen().length;
    while (rig.screen().length - start < 20_000) await new Promise((later) => setTimeout(later, 1));
    const before = rig.screen().length;
    rig.type('ver\r\x03');
    const after = await type('', /\^C\r\n\r\nA:\\>$/);
    const more = rig.screen().length - before;
    // A piece or two, and what a busy machine prints before the key has come through its port.
    assert.isBelow(more, BIG.length / 10, `${more} characters came after Ctrl-C`);
    assert.notInclude(after, 'Neptune Web');
    assert.include(await type('ver\r'), 'Neptune Web');
  });

  test('whether it waits for a command, for an answer, or works is told, and nothing fakes it', async () => {
    const marks = () =>
      [...rig.line().matchAll(/\x1b\]133;([BCP])/g)].map(([, kind]) => kind).join('');
    const marked = async (text: string, until?: RegExp): Promise<string> => {
      const before = marks().length;
      await type(text, until);
      // A mark comes behind what is seen.
      while (!/[BP]$/.test(marks().slice(before)))
        await new Promise((later) => setTimeout(later, 1));
      return marks().slice(before);
    };
    const fake = new TextEncoder().encode('\x1b]133;B\x07\r\nA:\\>\r\n');
    await rig.ask({ op: 'writeFile', path: 'A:\\FAKE.TXT', data: fake });
    assert.equal(await marked('type FAKE.TXT\r'), 'CB');
    assert.equal(await marked('\r'), 'CB');
    assert.equal(await marked('ver\x03'), 'B');
    assert.equal(await marked('copy SHORT.TXT FAKE.TXT\r', /All\): $/), 'CP');
    assert.equal(await marked('n\r'), 'CB');
    assert.equal(await marked('type LINES.TXT\r', /-- More --$/), 'CP');
    assert.equal(await marked('q'), 'B');
    assert.equal(await marked(`${'x'.repeat(9000)}\r`, /not taken[^]*A:\\>$/), 'B');
    await rig.run('del FAKE.TXT');
  });

  test('lines can be typed into a file from CON', async () => {
    rig.type('copy con NOTE.TXT\rfirst\rsecond\r\x1a\r');
    await type('', /1 file\(s\) copied/);
    await rig.prompt();
    skip();
    assert.equal(await rig.run('type NOTE.TXT'), 'first\nsecond\n');
    await rig.run('del NOTE.TXT');
  });

  test('a typed line of 2,000 characters arrives whole', async () => {
    const words = 'word '.repeat(396).trimEnd();
    await type(`echo ${words}> LONG.TXT\r`);
    assert.equal(await rig.run('type LONG.TXT'), `${words}\n`);
    await rig.run('del LONG.TXT');
  });

  test('the disk is sound, and has no file that is a device', async () => {
    await rig.run('sync');
    const verdict = await fsck(rig.image());
    assert.isTrue(verdict.clean, verdict.output);
    const names = await listFiles(rig.image());
    const devices = /(^|\/)(NUL|CON|AUX|PRN|COM1|LPT1)(\.|$)/i;
    assert.deepEqual(
      names.filter((name) => devices.test(name)),
      [],
    );
  });
});
