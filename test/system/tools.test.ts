/** Commands that look into files and go through directories, on real disks. */
import { assert } from 'chai';
import type { ProcessBody } from '../../personality/ntos/ps/process.ts';
import { CSPACE_BITS } from '../../personality/rtl/layout.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import {
  seL4_CapInitThreadCNode as ROOT,
  seL4_CNode_Copy,
  seL4_CNode_Delete,
} from '../../personality/sel4/index.ts';
import { fsck, makeImage, readFile } from '../support/mtools.ts';
import { bootRig, type Rig } from '../support/rig.ts';

const TEXT = 'One apple\r\ntwo pears\r\nThree apples\r\n';

const FILES = {
  'FRUIT.TXT': TEXT,
  'SAME.TXT': TEXT,
  'OTHER.TXT': 'One apple\r\ntwo plums\r\nfour\r\nThree apples\r\nfive\r\n',
  'ENDED.TXT': 'seen\r\n\x1aunseen',
  'FILLED.TXT': 'Three\r\nseen\r\n\x1a\x1a\0',
  'BYTES.BIN': Uint8Array.from({ length: 20 }, (_, i) => i + 0x39),
  'TOP/ONE/A.TXT': 'a',
  'TOP/ONE/DEEP/B.TXT': 'b',
  'TOP/TWO/C.DAT': 'c',
  'TOP/D.TXT': 'd',
};

suite('system/tools', function () {
  this.timeout(90_000);
  let rig: Rig;
  let start = 0;

  /** What the terminal has shown since `start`. */
  async function until(pattern: RegExp): Promise<void> {
    const begin = performance.now();
    while (!pattern.test(rig.screen().slice(start))) {
      if (performance.now() - begin > 15_000)
        throw new Error(`no ${String(pattern)}: ${JSON.stringify(rig.screen().slice(-500))}`);
      await new Promise((later) => setTimeout(later, 5));
    }
  }

  async function outputs(cases: Record<string, string>): Promise<void> {
    for (const [line, output] of Object.entries(cases))
      assert.equal((await rig.exec(line)).output, output, line);
  }

  suiteSetup(async () => {
    rig = await bootRig({
      disks: [
        await makeImage({ kib: 1440, label: 'TOOLS', files: FILES }),
        await makeImage({ kib: 1440 }),
      ],
    });
    await rig.prompt();
  });

  suiteTeardown(() => rig.end());

  test('for /r: names and patterns, in a directory and all below it', async () => {
    await outputs({
      'for /r TOP %x in (*.TXT) do @echo %x':
        'A:\\TOP\\D.TXT\nA:\\TOP\\ONE\\A.TXT\nA:\\TOP\\ONE\\DEEP\\B.TXT\n',
      'for /r "TOP\\ONE" %x in (. *.NO) do @echo %x': 'A:\\TOP\\ONE\\.\nA:\\TOP\\ONE\\DEEP\\.\n',
      'cd TOP & (for /r %x in (*.DAT) do @echo %x) & cd \\': 'A:\\TOP\\TWO\\C.DAT\n',
    });
    const none = await rig.exec('for /r NOWHERE %x in (*) do @echo %x');
    assert.equal(statusName(none.status), 'STATUS_OBJECT_NAME_NOT_FOUND');
  });

  test('pushd goes, popd comes back, over drives too', async () => {
    await outputs({
      'pushd TOP\\ONE & cd': 'A:\\TOP\\ONE\n',
      'pushd TOP & pushd B: & cd & pushd & popd & cd & popd & cd & popd & cd':
        'B:\\\nA:\\TOP\nA:\\\nA:\\TOP\nA:\\\nA:\\\n',
    });
    const none = await rig.exec('pushd NOWHERE');
    assert.equal(statusName(none.status), 'STATUS_OBJECT_NAME_NOT_FOUND');
    await outputs({ pushd: '' });
  });

  test('irps: the read of a terminal that waits for its user', async () => {
    const { output } = await rig.exec('irps');
    assert.match(output, /^DRIVER +ID +REQUEST/);
    assert.match(output, /^serial +\d+ +read +held +1 +\d+ ms +\\Device\\Serial0$/m);
    assert.notInclude(output, 'fdc');
  });

  test('handles: what a process holds, by type and name', async () => {
    const ps = (await rig.exec('ps')).output;
    const id = /^ *(\d+) +ntcmd\.exe/m.exec(ps)![1]!;
    const { output } = await rig.exec(`handles ${id}`);
    assert.match(output, /^ *HANDLE +TYPE +ACCESS +NAME$/m);
    assert.match(output, /^ +[0-9a-f]+ +File +[0-9a-f]+ +\\Device\\Serial0$/m);
    const none = await rig.exec('handles 9999');
    assert.equal(statusName(none.status), 'STATUS_INVALID_PARAMETER');
  });

  test('caps: what lies in the CSpace of a process, and nothing else does', async () => {
    const ps = (await rig.exec('ps')).output;
    const id = /^ *(\d+) +fdc\.sys/m.exec(ps)![1]!;
    const { output } = await rig.exec(`caps ${id}`);
    for (const row of [
      /^SLOT +TYPE +RIGHTS +BADGE +FOR$/m,
      /^ +1 +Notification +WR-- +2 +the doorbell$/m,
      /^ +16 +Endpoint +W--P +[0-9a-f]+ +service calls of thread 0$/m,
      /^ +48 +Endpoint +W-GP +8[0-9a-f]{6} +faults of thread 0$/m,
      /^ +\d+ +IOPort +WRGP +ports 3f[0-9a-f]-3f[0-9a-f]$/m,
      /^ +\d+ +IRQHandler +WRGP +interrupt 6$/m,
      /^ +\d+ +Notification +-R-- +interrupt 6$/m,
    ])
      assert.match(output, row);
    const none = await rig.exec('caps 9999');
    assert.equal(statusName(none.status), 'STATUS_INVALID_PARAMETER');
    // The kernel is asked what is there: what can be copied.
    const wrong = await rig.asExecutive(({ ps: { processes }, mm: { slots }, thread }) => {
      const free = slots.allocate();
      const isThere = (cnode: number, slot: number): boolean => {
        const error = seL4_CNode_Copy(thread, ROOT, free, 32, cnode, slot, CSPACE_BITS, 15);
        if (error === 0) seL4_CNode_Delete(thread, ROOT, free, 32);
        return error === 0;
      };
      const found = processes().map((each) => {
        const { cnode, image, capabilities } = each as ProcessBody;
        const all = Array.from({ length: 1 << CSPACE_BITS }, (_, slot) => slot);
        const real = all.filter((slot) => isThere(cnode, slot));
        return { image, real, told: capabilities.map(({ slot }) => slot) };
      });
      slots.release(free);
      return found.filter(({ real, told: slotsTold }) => real.join() !== slotsTold.join());
    });
    assert.deepEqual(wrong, []);
  });

  test('find: lines with a string, or without it; of files, input and pipes', async () => {
    await outputs({
      'find "apple" FRUIT.TXT': '\n---------- A:\\FRUIT.TXT\nOne apple\nThree apples\n',
      'find /v "apple" < FRUIT.TXT': 'two pears\n',
      'find /i /n "TWO" < FRUIT.TXT': '[2]two pears\n',
      'find /c /v "" < FRUIT.TXT': '3\n',
      'find /c "apple" FRUIT.TXT SAME.TXT':
        '\n---------- A:\\FRUIT.TXT: 2\n\n---------- A:\\SAME.TXT: 2\n',
      'type FRUIT.TXT | find "pear"': 'two pears\n',
      'find "none" < FRUIT.TXT||echo none %errorlevel%': 'none 0\n',
      'find "none" < FRUIT.TXT&call echo %^errorlevel%': '1\n',
    });
    assert.equal((await rig.exec('find "none" FRUIT.TXT')).status, 1);
    assert.equal(
      statusName((await rig.exec('find "x" NO.TXT')).status),
      'STATUS_OBJECT_NAME_NOT_FOUND',
    );
  });

  test('findstr: lines by patterns', () =>
    outputs({
      'findstr "^t.*s$ ^One" FRUIT.TXT': 'One apple\ntwo pears\n',
      'findstr /n /i "TWO" < FRUIT.TXT': '2:two pears\n',
      'findstr /v /c:"e a" FRUIT.TXT': 'two pears\n',
      'findstr /b Th F*.TXT': 'FRUIT.TXT:Three apples\nFILLED.TXT:Three\n',
      'findstr /m apple A:\\*.TXT': 'A:\\FRUIT.TXT\nA:\\SAME.TXT\nA:\\OTHER.TXT\n',
      'findstr /x /l "two pears" FRUIT.TXT||call echo none %^errorlevel%': 'none 1\n',
    }));

  test('sort: by letters without case, backwards, by a column', () =>
    outputs({
      '(echo b&echo C&echo a)| sort': 'a\nb\nC\n',
      'sort /r < FRUIT.TXT': 'two pears\nThree apples\nOne apple\n',
      'sort /+5 FRUIT.TXT': 'One apple\nThree apples\ntwo pears\n',
      'sort /+6 < OTHER.TXT > OTHER.TXT&&sort OTHER.TXT | find "f"': 'five\nfour\n',
    }));

  test('fc: lines that differ, bytes that differ, none that do', async () => {
    await rig.ask({
      op: 'writeFile',
      path: 'A:\\OTHER.TXT',
      data: new TextEncoder().encode('One apple\r\ntwo plums\r\nfour\r\nThree apples\r\nfive\r\n'),
    });
    await outputs({
      'fc FRUIT.TXT SAME.TXT':
        'Comparing files A:\\FRUIT.TXT and A:\\SAME.TXT\nFC: no differences encountered\n',
      'fc /n FRUIT.TXT OTHER.TXT':
        'Comparing files A:\\FRUIT.TXT and A:\\OTHER.TXT\n' +
        '***** A:\\FRUIT.TXT\n    1:  One apple\n    2:  two pears\n    3:  Three apples\n' +
        '***** A:\\OTHER.TXT\n    1:  One apple\n    2:  two plums\n    3:  four\n    4:  Three apples\n    5:  five\n' +
        '*****\n\n',
      'echo AB>X.BIN&echo ACD>Y.BIN&fc /b X.BIN Y.BIN':
        'Comparing files A:\\X.BIN and A:\\Y.BIN\n00000001: 42 43\n00000002: 0D 44\n' +
        '00000003: 0A 0D\nFC: A:\\Y.BIN longer than A:\\X.BIN\n',
    });
    assert.equal((await rig.exec('fc FRUIT.TXT OTHER.TXT')).status, 1);
    assert.equal((await rig.exec('fc /b FRUIT.TXT SAME.TXT')).status, 0);
  });

  test('hexdump: places, bytes, characters; type says where a text is none', () =>
    outputs({
      'hexdump BYTES.BIN':
        '00000000  39 3A 3B 3C 3D 3E 3F 40  41 42 43 44 45 46 47 48  9:;<=>?@ABCDEFGH\n' +
        '00000010  49 4A 4B 4C                                       IJKL\n',
      'type ENDED.TXT':
        "seen\nA:\\ENDED.TXT: the text ends here, at its end mark (^Z), and more follows; 'hexdump' shows all of it.\n",
      'type FILLED.TXT': 'Three\nseen\n',
      'type ENDED.TXT > COPY.TXT&fc /b ENDED.TXT COPY.TXT | find "no diff"':
        'FC: no differences encountered\n',
    }));

  test('tree draws what is below', async () => {
    const { output } = await rig.exec('tree TOP /f /a');
    assert.deepEqual(output.split('\n').slice(2), [
      'A:\\TOP',
      '|   D.TXT',
      '|',
      '+---ONE',
      '|   |   A.TXT',
      '|   |',
      '|   \\---DEEP',
      '|           B.TXT',
      '|',
      '\\---TWO',
      '        C.DAT',
      '',
      '',
    ]);
    assert.include((await rig.exec('tree TOP')).output, '├───ONE\n│   └───DEEP\n└───TWO\n');
    assert.include((await rig.exec('tree TOP\\TWO')).output, 'No subfolders exist');
    assert.equal(statusName((await rig.exec('tree NO')).status), 'STATUS_OBJECT_PATH_NOT_FOUND');
  });

  test('attrib shows and changes', async () => {
    await rig.run('attrib +r +h -a SAME.TXT');
    await outputs({
      'attrib SAME.TXT': '    HR     A:\\SAME.TXT\n',
      'attrib FRUIT.TXT': 'A          A:\\FRUIT.TXT\n',
    });
    assert.notInclude(await rig.run('dir /b'), 'SAME.TXT');
    await rig.run('attrib -r -h SAME.TXT');
    assert.include(await rig.run('dir /b'), 'SAME.TXT');
    await rig.run('attrib +s /s TOP\\*.TXT');
    assert.include(await rig.run('attrib /s TOP\\*.TXT'), 'A  S       A:\\TOP\\ONE\\DEEP\\B.TXT\n');
    await rig.run('attrib -s /s TOP\\*.TXT');
    assert.equal(
      statusName((await rig.exec('attrib NO.TXT')).status),
      'STATUS_OBJECT_NAME_NOT_FOUND',
    );
    assert.equal(
      statusName((await rig.exec('attrib +x NO.TXT')).status),
      'STATUS_INVALID_PARAMETER',
    );
  });

  test('xcopy copies trees, with what was asked for', async () => {
    await rig.run('md TOP\\EMPTY');
    assert.include(await rig.run('xcopy TOP B:\\S /s'), '4 file(s) copied');
    assert.deepEqual(
      (await rig.run('dir /s /b B:\\S')).trimEnd().split('\n').sort(),
      ['D.TXT', 'ONE', 'ONE\\A.TXT', 'ONE\\DEEP', 'ONE\\DEEP\\B.TXT', 'TWO', 'TWO\\C.DAT'].map(
        (name) => `B:\\S\\${name}`,
      ),
    );
    await rig.run('xcopy TOP\\*.TXT B:\\E /e /i /q');
    const copied = (await rig.run('dir /s /b B:\\E')).trimEnd().split('\n').sort();
    assert.include(copied, 'B:\\E\\EMPTY');
    assert.notInclude(copied, 'B:\\E\\TWO\\C.DAT');
    assert.include(await rig.run('xcopy FRUIT.TXT B:\\NEW.TXT'), '1 file(s)');
    assert.include(await rig.run('xcopy FRUIT.TXT B:\\NEW\\ /i'), 'A:\\FRUIT.TXT\n1 file(s)');
    assert.equal(await rig.run('type B:\\NEW\\FRUIT.TXT'), TEXT.replaceAll('\r', ''));
    assert.equal(
      statusName((await rig.exec('xcopy TOP TOP\\IN /s')).status),
      'STATUS_INVALID_PARAMETER',
    );
    assert.equal(
      statusName((await rig.exec('xcopy NO.TXT B:\\X')).status),
      'STATUS_OBJECT_NAME_NOT_FOUND',
    );
    assert.equal(
      statusName((await rig.exec('xcopy /-y FRUIT.TXT B:\\NEW.TXT')).status),
      'STATUS_OBJECT_NAME_COLLISION',
    );
  });

  test('md makes what is in between, and says what is in the way', async () => {
    await rig.run('md B:\\M\\N\\O B:\\M\\P');
    assert.equal(
      await rig.run('tree B:\\M').then((tree) => tree.match(/[NOP]$/gm)!.join('')),
      'NOP',
    );
    assert.match((await rig.exec('md B:\\M\\N')).output, /STATUS_OBJECT_NAME_COLLISION/);
    await rig.run('echo x> B:\\M\\FILE');
    assert.notEqual((await rig.exec('md B:\\M\\FILE\\X')).status, 0);
  });

  test('copy joins files, onto the first of them too, and loses none', async () => {
    await rig.run('md B:\\J');
    await rig.run('copy TOP\\ONE\\A.TXT + "TOP\\ONE\\DEEP\\B.TXT"+TOP\\D.TXT B:\\J\\ALL');
    await rig.run('copy TOP\\D.TXT B:\\J\\A');
    assert.equal(await rig.run('copy B:\\J\\A+TOP\\TWO\\C.DAT'), 'A\nC.DAT\n1 file(s) copied.\n');
    const bad = [
      'B:\\J\\ALL+NONE',
      'TOP\\D.TXT+B:\\J\\ALL B:\\J\\ALL',
      'TOP+NONE B:\\J\\ALL',
      'A+',
    ];
    for (const line of bad) assert.notEqual((await rig.exec(`copy ${line}`)).status, 0, line);
    assert.equal(await rig.run('type B:\\J\\ALL'), 'abd\n');
    assert.equal(await rig.run('type B:\\J\\A'), 'dc\n');
  });

  test('a directory moves to another disk with all that is in it', async () => {
    await rig.run('attrib +h TOP\\D.TXT');
    assert.include(await rig.run('move TOP B:\\MOVED'), '1 file(s) moved');
    assert.equal(await rig.run('type B:\\MOVED\\ONE\\DEEP\\B.TXT B:\\MOVED\\D.TXT'), 'b\nd\n');
    assert.notInclude(await rig.run('dir /b'), 'TOP');
    const again = await rig.exec('move B:\\MOVED A:\\FRUIT.TXT');
    assert.equal(statusName(again.status), 'STATUS_OBJECT_NAME_COLLISION');
    assert.equal(await rig.run('type B:\\MOVED\\D.TXT'), 'd\n');
  });

  test('Tab offers names: what begins so, directories only, with quotation marks', async () => {
    await rig.run('md "DIR ONE"');
    await rig.run('md DIR2');
    await rig.run('echo x> "DIR ONE\\DIR FILE.TXT"');
    await rig.run('echo x> DIRX.TXT');
    const cases: [keys: string, line: RegExp][] = [
      ['echo di\t', /"DIR ONE"\r\n/],
      ['echo di\t\t', /\nDIR2\r\n/],
      ['echo di\x1b[Z', /\nDIRX.TXT\r\n/],
      ['cd di\x1b[Z&echo', /A:\\DIR2>/],
      ['cd ..&echo %cd% "a:\\dir one\\d\t', /"a:\\dir one\\DIR FILE.TXT"\r\n/],
      ['echo a>NUL&type dirx\t', /\nx\r\n/],
      ['echo d*x.txt\t', /\nDIRX.TXT\r\n/],
      ['echo nothing\t', /\nnothing\r\n/],
    ];
    for (const [keys, line] of cases) {
      start = rig.screen().length;
      rig.type(`${keys}\r`);
      await until(line);
      await until(/\r\n\r\n[A-Z]:\\[^\r\n]*>$/);
    }
    start = rig.screen().length;
    rig.type('cd \\\r');
    await until(/A:\\>$/);
  });

  test('edit: on a screen of its own, saved as it was found, and asked about', async () => {
    start = rig.screen().length;
    rig.type('edit FRUIT.TXT\r');
    await until(/FRUIT\.TXT {2}Ln 1, Col 1 {2}CRLF UTF-8/);
    rig.type('\x06pears\r');
    await until(/Ln 2, Col 5/);
    rig.type('red \x13');
    await until(/Saved: 40 bytes\./);
    rig.type('more\x11');
    await until(/Save the changes\? \(Yes\/No\/Cancel\): /);
    rig.type('n');
    await until(/\x1b\[\?1049l\r?\n?[^]*A:\\>$/);
    assert.equal(
      new TextDecoder().decode(await rig.ask({ op: 'readFile', path: 'A:\\FRUIT.TXT' })),
      TEXT.replace('pears', 'red pears'),
    );
    assert.notInclude(await rig.run('dir /b'), '.TMP');
    assert.equal(
      statusName((await rig.exec('edit X.TXT')).status),
      'STATUS_INVALID_DEVICE_REQUEST',
    );
    assert.equal(statusName((await rig.exec('edit B:\\')).status), 'STATUS_FILE_IS_A_DIRECTORY');
  });

  test('the disks are sound', async () => {
    await rig.run('sync');
    for (const drive of [0, 1]) {
      const verdict = await fsck(rig.image(drive));
      assert.isTrue(verdict.clean, verdict.output);
    }
    assert.deepEqual(await readFile(rig.image(1), 'E/ONE/A.TXT'), Uint8Array.of(0x61));
  });
});
