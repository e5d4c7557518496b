/** The command language, line by line: what each prints. No line needs a disk. */
import { assert } from 'chai';
import fc from 'fast-check';
import { parse } from '../../personality/ntcmd/language/parser.ts';
import { showNode } from '../../personality/ntcmd/language/show.ts';
import { SyntaxProblem } from '../../personality/ntcmd/language/source.ts';
import { run } from './fake-shell.ts';

/** Lines and what they print; a blank before an operator is printed, as in NT. */
async function table(cases: Record<string, string>, before: readonly string[] = []): Promise<void> {
  for (const [line, output] of Object.entries(cases))
    assert.equal((await run(line, before)).output, output, line);
}

async function shown(...lines: string[]): Promise<string> {
  const node = await parse(lines.shift()!, () => Promise.resolve(lines.shift()));
  return node ? showNode(node) : '';
}

/** Without the blanks at ends of texts. */
const even = (text: string): string => text.replace(/\s+/g, ' ').trim();

suite('ntcmd/language', () => {
  test('&, && and ||: from what binds least to what binds most', () =>
    table({
      'echo a&echo b': 'a\nb\n',
      'echo a&&echo b': 'a\nb\n',
      'echo a||echo b': 'a\n',
      'goto x 2>&1||echo b':
        'goto outside of a batch file: A parameter is not valid (STATUS_INVALID_PARAMETER).\nb\n',
      'set nope 2>&1|rem||echo b&echo c': 'c\n',
      'exit /b 3||echo never': '',
      'set /a 1/0>&2&&echo b&echo c':
        'set /a: it divides by zero: A parameter is not valid (STATUS_INVALID_PARAMETER).\nc\n',
      // The right side of || holds the && behind it.
      'echo a||echo b&&echo c': 'a\n',
      'echo a&&echo b||echo c': 'a\nb\n',
      'echo a&': 'a\n',
      '(echo a&echo b)&&echo c': 'a\nb\nc\n',
      '((echo a)&(echo b))': 'a\nb\n',
      'echo a)': 'a)\n',
      '@echo a': 'a\n',
      '@ @echo a': 'a\n',
      [`${'@'.repeat(8000)}echo a`]: 'a\n',
      '2>&1 @goto x':
        'goto outside of a batch file: A parameter is not valid (STATUS_INVALID_PARAMETER).\n',
      ';;, echo a': 'a\n',
    }));

  test('^ and quotation marks: what is between them is text', () =>
    table({
      'echo a^&b ^| c ^> d': 'a&b | c > d\n',
      'echo "a & b | c > d"': '"a & b | c > d"\n',
      'echo "a ^& b"': '"a ^& b"\n',
      'echo ^"a&echo b': '"a\nb\n',
      'echo "a': '"a\n',
      'echo a^^b^': 'a^b\n',
      '(echo a^)b)': 'a)b\n',
      'e^cho a': 'a\n',
      'rem a & echo b': '',
      'echo 1^>x': '1>x\n',
    }));

  test('what a line has been read as', async () => {
    const cases: Record<string, string> = {
      'a & b || c && d | e': 'a & b || c && d | e',
      'a&b||c&&(d|e)': 'a & b || c && (d | e)',
      'a <in 2>err >>out arg': 'a    arg 0<in 2>err 1>>out',
      'a2>x': 'a2 1>x',
      'a 2>&1': 'a  2>&1',
      '>x a b': 'a b 1>x',
      '(a) >x 2>&1': '(a) 1>x 2>&1',
      'if not exist "a b" (c) else d & e': 'if not exist "a b" (c) else d & e',
      'if /i a==b if errorlevel 1 c': 'if /i a == b if errorlevel 1 c',
      'for /f "delims=" %x in (a) do @b & c': 'for /F "delims=" %x in (a) do @b & c',
      ':a label & b': '',
    };
    for (const [line, tree] of Object.entries(cases)) assert.equal(await shown(line), tree, line);
    assert.equal(await shown('(a', 'b & c', ')&d'), '(a & b & c) & d');
    assert.equal(await shown('a ^', 'b'), 'a b');
    assert.equal(await shown('if a==a (b', ') else (', 'c)'), 'if a == a (b) else (c)');
    assert.equal(await shown('for %x in (a', 'b) do (', 'c %x)'), 'for %x in (a b) do (c %x)');
  });

  test('what cannot be read is refused in words, whole', async () => {
    const cases: Record<string, string> = {
      '(echo a': "a ')' is missing",
      ')': "')' was not expected",
      '&& echo a': "'&&' was not expected",
      'echo a & & echo b': "'&' was not expected",
      'echo a |': 'something is missing at its end',
      'echo a && && echo b': "'&&' was not expected",
      'echo a >': 'a file name is missing after >',
      '(echo a) b': "'b' was not expected",
      'if a==b': 'something is missing at its end',
      'if a b c': 'a comparison is missing',
      'if == a b': 'a comparison is missing',
      'if exist a': 'something is missing at its end',
      'for %x (a) do b': "'in' is missing",
      'for x in (a) do b': "'for' needs a variable",
      'for %x in a do b': "a '(' is missing",
      'for %x in (a) b': "'do' is missing",
      'for /z %x in (a) do b': 'for has no /z',
      'for %x in (a do b': "a ')' is missing",
      [`${'('.repeat(200)}a${')'.repeat(200)}`]: 'more than 100 deep',
      [`${'if a==a '.repeat(200)}b`]: 'more than 100 deep',
      'ver\nver': 'more than one line',
      [Array(600).fill('a').join('&&')]: "more than 500 '&&'",
      [Array(600).fill('a').join('|')]: "more than 500 '|'",
    };
    for (const [line, words] of Object.entries(cases)) {
      const { output } = await run(line);
      assert.match(output, /^The line cannot be read: [^\n]+ \(STATUS_INVALID_PARAMETER\)\.\n$/);
      assert.include(output, words, line);
      assert.notMatch(output, /^a$/m);
    }
  });

  test('any line has a tree, or is refused; a tree says what it was made of', async () => {
    const part = fc.constantFrom(
      ...['&', '&&', '||', '|', '(', ')', '<', '>', '>>', '2>', '2>&1', '^', '"', '%', '@', ':'],
      ...['if ', 'else ', 'not ', 'exist ', 'for ', '/f ', '%i ', 'in ', 'do ', 'rem ', '=='],
      ...['a', 'b c', ' ', ',', '\t', '語', '\0', '1'],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 30 }), async (parts) => {
        const lines = [parts.join(''), ')', ')'];
        try {
          const text = await shown(...lines);
          // What was shown is read as the same again, but where `^` made text of an operator.
          if (!parts.includes('^') && !/[<>]/.test(text))
            assert.equal(even(await shown(text)), even(text), parts.join(''));
        } catch (error) {
          if (!(error instanceof SyntaxProblem)) throw error;
        }
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  test('variables: set, listed, replaced, cut', () =>
    table(
      {
        'echo %x% %X% %none% 100% %': 'one two one two %none% 100% %\n',
        'echo [%x:~0,3%] [%x:~4%] [%x:~-3%] [%x:~-3,2%] [%x:~0,-4%]':
          '[one] [two] [two] [tw] [one]\n',
        'echo [%x:o=0%] [%x:*e =%] [%x:TWO=2%] [%x:one =%]': '[0ne tw0] [two] [one 2] [two]\n',
        'set x': 'x=one two\nxy=2\n',
        'set x=&set x': 'xy=2\n',
        'set "x=a & b" ignored&set x': 'x=a & b\nxy=2\n',
        'set none': 'The variable none is not set (STATUS_OBJECT_NAME_NOT_FOUND).\n',
        'echo %cd%': 'A:\\\n',
        // Read with the line, before any of it has run.
        'set x=new&echo %x%': 'one two\n',
        'set x=new&call echo %%x%%': '%one two%\n',
        'set c=&echo b': 'b\n',
        'exit /b 7&echo %errorlevel%': '',
      },
      ['set x=one two', 'set xy=2'],
    ));

  test('a value that is an operator is one in %x%, and none in a variable of for', () =>
    table(
      {
        'echo %x%': 'a\nb\n',
        'for /f "delims=" %i in (\'set y\') do echo %i': 'y=a&echo b\n',
        'for %i in (a) do set z=%i^&echo b&set z': 'z=a&echo b\n',
      },
      ['set x=a^&echo b', 'set y=a^&echo b'],
    ));

  test('errorlevel: failures are 1, numbers their own; some commands leave it', async () => {
    for (const [before, level] of [
      [['goto x'], '1'],
      [['exit /b 5'], '5'],
      [['exit /b -3'], '-3'],
      [['exit /b 5', 'echo hello', 'set a=b', 'rem'], '5'],
      [['exit /b 5', 'ver'], '0'],
      [['call goto x'], '1'],
      [['('], '1'],
    ] as const)
      assert.equal((await run('echo %errorlevel%', before)).output, `${level}\n`, before.join());
    await table({ 'if errorlevel 5 echo yes': 'yes\n', 'if errorlevel 6 echo yes': '' }, [
      'exit /b 5',
    ]);
  });

  test('if: all its tests, and how far its bodies go', () =>
    table(
      {
        'if a==a echo y': 'y\n',
        'if a==A echo y': '',
        'if /i a==A echo y': 'y\n',
        'if not a==b echo y': 'y\n',
        'if "%none%"=="" echo y': '',
        'if "%x%"=="1" (echo y) else echo n': 'y\n',
        'if %x%==2 (echo y) else echo n': 'n\n',
        'if defined x (echo y) else (echo n)': 'y\n',
        'if defined none (echo y) else (echo n)': 'n\n',
        'if not defined none echo y': 'y\n',
        'if 10 gtr 9 echo y': 'y\n',
        'if a10 gtr a9 echo y': '',
        'if 0x10 equ 16 echo y': 'y\n',
        'if 010 equ 8 echo y': 'y\n',
        'if -1 lss 0 echo y': 'y\n',
        'if 1 geq 1 if 1 leq 1 if 1 neq 2 echo y': 'y\n',
        'if a==b echo y&echo z': '',
        'if a==b (echo y)&echo z': '',
        'if a==a echo y else echo n': 'y else echo n\n',
        'if a==a if a==b (echo y) else (echo n)': 'n\n',
        'if a==b (echo y) else if a==a (echo z) else (echo n)': 'z\n',
      },
      ['set x=1'],
    ));

  test('for: words, numbers, lines', () =>
    table({
      'for %i in (a,b;c "d e") do echo %i': 'a\nb\nc\n"d e"\n',
      'for %i in (a b) do echo %i&echo -': 'a\n-\nb\n-\n',
      'for %i in (a b) do (for %j in (1 2) do echo %i%j)': 'a1\na2\nb1\nb2\n',
      'for %i in () do echo %i': '',
      'for /l %i in (1,2,5) do echo %i': '1\n3\n5\n',
      'for /l %i in (3,-1,1) do echo %i': '3\n2\n1\n',
      'for %i in ("A:\\DIR\\x y.txt") do echo %~i %~di %~pi %~ni %~xi %~nxi %~fi':
        'A:\\DIR\\x y.txt A: \\DIR\\ x y .txt x y.txt A:\\DIR\\x y.txt\n',
      'for /f %i in ("one two") do echo %i': 'one\n',
      'for /f "tokens=1,3*" %a in ("1 2 3 4 5") do echo %a-%b-%c': '1-3-4 5\n',
      'for /f "tokens=2-4 delims=,;" %a in ("1,2;3,,4") do echo %a%b%c': '234\n',
      'for /f "tokens=*" %a in ("  a b ") do echo [%a]': '[a b ]\n',
      'for /f "delims=" %a in ("  a b") do echo [%a]': '[  a b]\n',
      'for /f "delims= tokens=*" %a in ("a b") do echo [%a]': '[a b]\n',
      'for /f "usebackq" %a in (\'x y\') do echo %a': 'x\n',
      'for /f "tokens=2" %a in (\'echo 1 2^&echo 3 4\') do echo %a': '2\n4\n',
      "for /f %a in ('echo ;no^&echo.^&echo yes') do echo %a": 'yes\n',
      'for /f "skip=1" %a in (\'echo 1^&echo 2\') do echo %a': '2\n',
      'for /f "eol=# tokens=1" %a in ("#x") do echo %a': '',
      "for /f %a in ('(') do echo %a":
        "for /f '(': a ')' is missing: A parameter is not valid (STATUS_INVALID_PARAMETER).\n",
      'for /f "nonsense" %a in ("x") do echo %a':
        'for /f "nonsense": A parameter is not valid (STATUS_INVALID_PARAMETER).\n',
    }));

  test('a pipe: the right side reads what the left one printed, and changes nothing', () =>
    table(
      {
        'echo a|more': 'a\n',
        '(echo b&echo a)|(more)': 'b\na\n',
        'echo a|more|more': 'a\n',
        'echo y|set /p x=&set x': 'x=old\n',
        'set x=new|rem&set x': 'x=old\n',
        'goto x|more':
          'goto outside of a batch file: A parameter is not valid (STATUS_INVALID_PARAMETER).\n',
        'goto x 2>&1|rem': '',
        'exit 3|echo a': 'a\n',
        'exit /b 3|echo a&echo b': 'a\nb\n',
        'for %i in (1 2) do echo %i|more': '1\n2\n',
        'rem|exit /b 4&call echo %^errorlevel%': '4\n',
      },
      ['set x=old'],
    ));

  test('errors go where errors go', () =>
    table({
      'goto x 2>&1':
        'goto outside of a batch file: A parameter is not valid (STATUS_INVALID_PARAMETER).\n',
      'echo a>&2': 'a\n',
      'echo a>&7': 'Stream 7: A parameter is not valid (STATUS_INVALID_PARAMETER).\n',
      'echo a 5>x': 'Stream 5: A parameter is not valid (STATUS_INVALID_PARAMETER).\n',
      '(goto x&echo a)2>&1|more':
        'goto outside of a batch file: A parameter is not valid (STATUS_INVALID_PARAMETER).\na\n',
    }));

  test('for a page: the status of the last command, and nothing is waited for', async () => {
    const cases: Record<string, number> = {
      'goto x&echo a': 0,
      'echo a&goto x': 0xc000000d,
      'exit /b 5': 5,
      'exit 6&echo a': 6,
      'goto x||goto y': 0xc000000d,
      'if a==b goto x': 0,
      'set /p x=Name? ': 1,
      pause: 0,
      more: 0xc0000010,
    };
    for (const [line, status] of Object.entries(cases))
      assert.equal((await run(line)).status, status, line);
    assert.equal((await run('set /p x=Name? &set x')).output.split('\n')[0], 'Name? ');
  });

  test('lines and values that grow without end are stopped', async () => {
    const doubled = [...Array(13)].map(() => 'set x=%x%%x%');
    const { output } = await run('echo %x%', ['set x=12345678', ...doubled]);
    assert.isBelow(output.length, 8200);
    assert.include(
      (await run('echo %x%%x%%x%', ['set x=1234', ...doubled])).output,
      'STATUS_BUFFER_OVERFLOW',
    );
  });
});
