/**
 * Batch files, redirections and pipes on a disk: for a page, and at the terminal, where Ctrl-C ends
 * what would never end.
 */
import { assert } from 'chai';
import { statusName } from '../../personality/rtl/statustext.ts';
import { converse } from '../support/conversation.ts';
import { fsck, makeImage } from '../support/mtools.ts';
import { bootRig, type Rig } from '../support/rig.ts';

const lines = (...text: string[]): string => text.map((line) => `${line}\r\n`).join('');

const FILES = {
  'ARGS.BAT': lines('@echo [%0] [%1] [%2] [%~3] [%9]', '@echo %*', '@shift', '@echo [%1] %*'),
  'GOTO.BAT': lines(
    '@echo off',
    'goto :there',
    'echo never',
    ':here and more',
    'echo here',
    'goto:eof',
    'echo never',
    '  :there',
    'echo there',
    'goto HERE',
  ),
  'SUB.CMD': lines(
    'set r=1',
    'call :sub one two',
    'echo %r% %errorlevel%',
    'call LOCAL.BAT x',
    'echo %r%',
    'exit /b 4',
    ':sub',
    'echo %0 %1 %2 %~n0',
    'set r=2',
    'exit /b 3',
  ),
  'LOCAL.BAT': lines('setlocal', 'set r=local %1', 'cd DIR', 'echo %r% %cd%'),
  'CHAIN.BAT': lines('echo one', 'GOTO.BAT', 'echo never'),
  'CHAINTO.BAT': lines('GOTO.BAT > OUT.TXT', 'echo never'),
  'SELF.BAT': lines('call SELF.BAT'),
  'BLOCK.BAT': lines(
    'for %%x in (a b) do (',
    '  if %%x==a (',
    '    echo first %%x',
    '  ) else (',
    '    echo other %%x',
    '  )',
    ')',
    'if exist ARGS.BAT if exist DIR if exist DIR\\NUL if exist *.CMD if not exist NO.TXT echo all',
    'for %%x in (A*.BAT DIR\\*.*) do echo %%x %%~nx',
    'for /d %%x in (D*) do echo %%x',
    'for /f "tokens=2 delims=:" %%a in (DATA.TXT) do echo %%a',
    'for /f "delims=" %%a in (\'type DATA.TXT ^| more\') do echo %%a',
  ),
  'DATA.TXT': Uint8Array.from('one:1\r\ntwo:2\n; no:3\r\n\r\nlast:\x94', (one) =>
    one.charCodeAt(0),
  ),
  'DELAY.BAT': lines(
    'setlocal enabledelayedexpansion',
    'set n=0',
    'for %%x in (a b c) do (set /a n+=1 & echo !n! %n%)',
    'endlocal',
    'echo !n!%n%',
  ),
  'SHOW.BAT': lines(
    'echo on',
    'echo shown',
    '@echo not shown',
    'rem done',
    'for %%x in (1 2) do echo %%x',
  ),
  'BAD.BAT': lines('echo before', 'if (', 'echo never'),
  'NOLABEL.BAT': lines('goto nowhere', 'echo never'),
  'ENDLESS.BAT': lines(':again', 'rem', 'goto again'),
  'COUNT.BAT': lines('@echo off', 'echo start', ':again', 'set /a n+=1', 'goto again'),
  'AFTER.BAT': lines('@echo off', 'pause', 'echo after', 'set /p x=Name? ', 'echo %x%'),
  'LEAVE.BAT': lines('call DIR\\INNER.BAT', 'echo never'),
  'DIR/INNER.BAT': lines('exit 9'),
  'MODIFY.BAT': lines('echo echo added>> MODIFY.BAT', 'echo once'),
  'UTF8.BAT': '\ufeffecho grüße\r\n\x1aecho never\r\n',
  'QUIET.BAT': lines('@echo off', 'copy NONL.BAT Q.BAT', 'echo x>Q.BAT', 'move Q.BAT R.BAT'),
  'NONL.BAT': 'echo last',
};

suite('system/batch', function () {
  this.timeout(90_000);
  let rig: Rig;
  const { type, skip } = converse(() => rig);

  async function outputs(cases: Record<string, string>): Promise<void> {
    for (const [line, output] of Object.entries(cases))
      assert.equal((await rig.exec(line)).output, output, line);
  }

  suiteSetup(async () => {
    rig = await bootRig({ disks: [await makeImage({ kib: 1440, files: FILES })] });
    await rig.prompt();
    skip();
  });

  suiteTeardown(() => rig.end());

  test('arguments, labels, routines, locals, chains', () =>
    outputs({
      'args a "b c" "d e"': '[args] [a] ["b c"] [d e] []\na "b c" "d e"\n["b c"] a "b c" "d e"\n',
      'DIR\\..\\args.bat a,b;c=d': '[DIR\\..\\args.bat] [a] [b] [c] []\na,b;c=d\n[b] a,b;c=d\n',
      'GOTO.BAT': 'there\nhere\n',
      'sub&echo %errorlevel%': ':sub one two sub\n2 3\nlocal x A:\\DIR\n2\n0\n',
      'call sub||echo failed': ':sub one two sub\n2 3\nlocal x A:\\DIR\n2\nfailed\n',
      'CHAIN&echo back': 'one\nthere\nhere\nback\n',
      'CHAINTO&type OUT.TXT': 'there\nhere\n',
      'LEAVE&echo never': '',
      NONL: 'last\n',
      UTF8: 'grüße\n',
      BAD: "before\nThe line cannot be read: a comparison is missing after 'if' (STATUS_INVALID_PARAMETER).\n",
      NOLABEL:
        'The label nowhere of A:\\NOLABEL.bat: There is no such file or object (STATUS_OBJECT_NAME_NOT_FOUND).\n',
    }));

  test('blocks over lines, files and directories in loops, lines of files', () =>
    outputs({
      BLOCK: [
        'first a',
        'other b',
        'all',
        'ARGS.BAT ARGS',
        'AFTER.BAT AFTER',
        'DIR\\INNER.BAT INNER',
        'DIR',
        '1',
        '2',
        'ö',
        'one:1',
        'two:2',
        'last:ö',
        '',
      ].join('\n'),
      DELAY: '1 0\n2 0\n3 0\n!n!\n',
      'MODIFY&MODIFY': 'once\nadded\nonce\nadded\nadded\n',
    }));

  test('the status of a batch file is that of its exit, or of its last command', async () => {
    assert.equal((await rig.exec('SUB')).status, 4);
    assert.equal((await rig.exec('LEAVE')).status, 9);
    assert.equal(statusName((await rig.exec('BAD')).status), 'STATUS_INVALID_PARAMETER');
    assert.equal(statusName((await rig.exec('NOLABEL')).status), 'STATUS_OBJECT_NAME_NOT_FOUND');
    assert.equal((await rig.exec('GOTO.BAT')).status, 0);
  });

  test('what has no end is ended, where nobody can interrupt it', async () => {
    for (const line of ['ENDLESS', 'for /l %i in (1,0,2) do @rem']) {
      const { status, output } = await rig.exec(line);
      assert.equal(statusName(status), 'STATUS_QUOTA_EXCEEDED', line);
      assert.match(output, /^The line was stopped: [^\n]*\(STATUS_QUOTA_EXCEEDED\)\.\n$/);
    }
    const { status } = await rig.exec('SELF');
    assert.equal(statusName(status), 'STATUS_INSUFFICIENT_RESOURCES');
  });

  test('input, output and errors of files', () =>
    outputs({
      'more < DATA.TXT > OUT.TXT&type OUT.TXT': 'one:1\ntwo:2\n; no:3\n\nlast:ö\n',
      '(echo 1&echo 2)>OUT.TXT&type OUT.TXT': '1\n2\n',
      'echo 3 >>OUT.TXT&(set /p x=<OUT.TXT)&set x': 'x=1\n',
      'type NO.TXT 2>ERR.TXT&type ERR.TXT':
        'A:\\NO.TXT: There is no such file or object (STATUS_OBJECT_NAME_NOT_FOUND).\n',
      'type NO.TXT OUT.TXT >BOTH.TXT 2>&1&type BOTH.TXT':
        'A:\\NO.TXT: There is no such file or object (STATUS_OBJECT_NAME_NOT_FOUND).\n',
      'type NO.TXT 2>NUL': '',
      'more < NO.TXT||echo none':
        'A:\\NO.TXT: There is no such file or object (STATUS_OBJECT_NAME_NOT_FOUND).\nnone\n',
      'type OUT.TXT>OUT.TXT&type OUT.TXT': '1\n2\n3 \n',
      'echo a>DIR&&echo never': 'A:\\DIR: That is a directory (STATUS_FILE_IS_A_DIRECTORY).\n',
      'echo one >X.TXT >Y.TXT&type Y.TXT&type X.TXT': 'one  \n',
    }));

  test('no file stays open, however a command ends', async () => {
    const handles = async (): Promise<string> =>
      /agent\.exe\s+\d+\s+\S+\s+(\d+)/.exec(await rig.run('ps'))![1]!;
    const before = await handles();
    for (const line of [
      'more < DATA.TXT < NONL.BAT',
      'more < DATA.TXT < NO.TXT',
      'set /p x=<DATA.TXT',
      'nonsense < DATA.TXT > OUT.TXT',
      'exit 3 < DATA.TXT',
      'GOTO.BAT < DATA.TXT',
      'call LEAVE.BAT < DATA.TXT',
      'type DATA.TXT | find "x"',
      'BAD < DATA.TXT',
    ])
      await rig.exec(line);
    assert.equal(await handles(), before);
  });

  test('at the terminal: what is echoed, pauses, answers', async () => {
    assert.equal(
      (await type('SHOW\r', /2\r\n\r\nA:\\>$/)).replace(/^SHOW\r\n/, ''),
      [
        '',
        'A:\\>echo on',
        '',
        'A:\\>echo shown',
        'shown',
        'not shown',
        '',
        'A:\\>rem done',
        '',
        'A:\\>for %x in (1 2) do echo %x',
        '',
        'A:\\>echo 1',
        '1',
        '',
        'A:\\>echo 2',
        '2',
        '',
        'A:\\>',
      ].join('\r\n'),
    );
    await type('QUIET\r', /moved\.\r\n\r\nA:\\>$/);
    assert.notMatch(await type('QUIET\r', /moved\.\r\n\r\nA:\\>$/), /Overwrite/);
    assert.match(await type('echo.\r'), /\r\n\r\n\r\nA:\\>$/, 'echo is on again');
    await type('AFTER\r', /continue \. \. \. $/);
    assert.include(await type('x', /Name\? $/), 'after');
    assert.include(await type('me\r'), '\r\nme\r\n');
    await type('(echo 1\r', /More\? $/);
    assert.match(await type('echo 2)\r'), /1\r\n2\r\n/);
    await type('(echo 1\r', /More\? $/);
    assert.match(await type('\x03'), /^\^C\r\n\r\nA:\\>$/);
    await type('AFTER\r', /continue \. \. \. $/);
    await type('x', /Name\? $/);
    assert.equal(await type('\x03', /\? $/), '^C\r\nTerminate batch job (Y/N)? ');
    await type('y\r');
  });

  test('Ctrl-C asks whether a batch file ends, and ends a loop', async () => {
    await type('COUNT\r', /start/);
    await type('\x03', /\^C\r\nTerminate batch job \(Y\/N\)\? $/);
    rig.type('n\r');
    await type('\x03', /n\r\n(?:\^C\r\n)?[^]*Terminate batch job \(Y\/N\)\? $/);
    assert.match(await type('y\r'), /y\r\n\r\nA:\\>$/);
    await type('COUNT\r', /start/);
    await type('\x03', /\? $/);
    assert.match(await type('\x03'), /\^C\r\n\r\nA:\\>$/);
    rig.type('@for /l %i in (1,0,2) do @rem\r');
    assert.match(await type('\x03'), /\^C\r\n\r\nA:\\>$/);
    rig.type('COUNT | more\r');
    // It may come before the first line of the batch file has been read.
    if ((await type('\x03', /(?:\? |A:\\>)$/)).endsWith('? ')) await type('y\r');
    assert.include(await type('ver\r'), 'Neptune Web');
  });

  test('the disk is sound', async () => {
    await rig.run('sync');
    const verdict = await fsck(rig.image());
    assert.isTrue(verdict.clean, verdict.output);
  });
});
