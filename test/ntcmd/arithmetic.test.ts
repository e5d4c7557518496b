/** `set /a`, and what stands for something else in a line. */
import { assert } from 'chai';
import { evaluate } from '../../personality/ntcmd/language/arithmetic.ts';
import { expandDelayed, expandLine, type Values } from '../../personality/ntcmd/language/expand.ts';
import { modify } from '../../personality/ntcmd/language/modifiers.ts';
import { Environment } from '../../personality/rtl/environment.ts';
import '../../personality/rtl/statustext.ts';
import { Directories } from '../../personality/ntcmd/path.ts';

const variables = (): Environment =>
  new Environment([
    { name: 'n', value: '7' },
    { name: 'word', value: 'abc' },
    { name: 'hex', value: '0x1F' },
  ]);

function values(given?: Values['given']): Values {
  const known = variables();
  const directories = new Directories();
  return {
    variable: (name) => known.get(name),
    modify: (value, letters) => modify(directories, value, letters),
    given,
  };
}

suite('ntcmd/arithmetic', () => {
  test('set /a counts as C does, in 32 bits', () => {
    const cases: Record<string, number> = {
      '1+2*3': 7,
      '(1+2)*3': 9,
      '7/2': 3,
      '-7/2': -3,
      '7%3': 1,
      '-7%3': -1,
      '1<<4|3': 19,
      '6&3^1': 3,
      '~0': -1,
      '!5+!0': 1,
      '--3': 3,
      '2147483647+1': -2147483648,
      '65536*65536': 0,
      '0x10+010': 24,
      'n*2': 14,
      'none+1': 1,
      'word+1': 1,
      'hex+0': 31,
      'x=3,x*=4,x+1': 13,
      'x=y=5,x+y': 10,
      'n-=2': 5,
      'x=6,x^=3': 5,
      'x=1,x<<=3': 8,
      '"5<<2"': 20,
      '-2147483647-1': -2147483648,
      '1 << 40': 0,
      '-8>>1': -4,
    };
    for (const [text, value] of Object.entries(cases))
      assert.equal(evaluate(text, variables()), value, text);
    const known = variables();
    evaluate('a=b=3,c=a+b', known);
    assert.deepEqual(
      ['a', 'b', 'c'].map((name) => known.get(name)),
      ['3', '3', '6'],
    );
  });

  test('what is no expression is refused in words', () => {
    const cases = [
      '',
      '1+',
      '(1',
      '1)',
      '1 2',
      '08',
      '1x',
      '5=3',
      '1/0',
      '5%0',
      '*3',
      '99999999999',
    ];
    for (const text of [...cases, '('.repeat(9999), '-'.repeat(9999), 'a='.repeat(9999), '<'])
      assert.throws(
        () => evaluate(text, variables()),
        /STATUS_INVALID_PARAMETER/,
        text.slice(0, 9),
      );
  });

  test('% at the prompt and in a batch file', () => {
    const given = {
      argument: (index: number) => ['run', '"one two"', 'A:\\D\\f.txt'][index] ?? '',
      all: '"one two" A:\\D\\f.txt',
      file: 'A:\\BIN\\run.bat',
    };
    const cases: [line: string, prompt: string, batch: string][] = [
      ['%n%', '7', '7'],
      ['%none%', '%none%', ''],
      ['a%', 'a%', 'a'],
      ['%%n%%', '%7%', '%n%'],
      ['%%i', '%%i', '%i'],
      ['%1 %2 %3.', '%1 %2 %3.', '"one two" A:\\D\\f.txt .'],
      ['%*', '%*', '"one two" A:\\D\\f.txt'],
      ['%~1', '%~1', 'one two'],
      ['%~dpnx2', '%~dpnx2', 'A:\\D\\f.txt'],
      ['%~n2%~x2', '%~n2%~x2', 'f.txt'],
      ['%~dp0', '%~dp0', 'A:\\BIN\\'],
      ['%0', '%0', 'run'],
      ['%word:b=x%', 'axc', 'axc'],
      ['%word:~1%', 'bc', 'bc'],
      ['%word:~9%.', '.', '.'],
    ];
    for (const [line, prompt, batch] of cases) {
      assert.equal(expandLine(line, values()), prompt, line);
      assert.equal(expandLine(line, values(given)), batch, `in a batch file: ${line}`);
    }
    assert.equal(expandDelayed('!n! !none! !word:~0,1!', values().variable), '7  a');
  });

  test('what all variables hold is bounded', () => {
    const known = new Environment();
    const fill = (): void => {
      for (let i = 0; i < 1000; i++) known.set(`v${i}`, 'x'.repeat(8000));
    };
    assert.throws(fill, /STATUS_NO_MEMORY/);
    known.set('v0', '');
    known.set('v0', 'fits again');
  });
});
