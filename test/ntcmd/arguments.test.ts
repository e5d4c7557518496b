/** Command lines and arguments: what is not known is refused in words, never passed over. */
import { assert } from 'chai';
import { asksForHelp, readArguments } from '../../personality/ntcmd/arguments.ts';
import { CommandError } from '../../personality/ntcmd/command-error.ts';
import { commands } from '../../personality/ntcmd/commands/index.ts';
import { parseLine, type ParsedLine } from '../../personality/ntcmd/parse.ts';
import { Directories, ntPath } from '../../personality/ntcmd/path.ts';
import { statusName } from '../../personality/rtl/status.ts';

function parsed(line: string): ParsedLine {
  const result = parseLine(line);
  if (!result || 'error' in result) throw new Error(`${line}: ${result?.error ?? 'empty'}`);
  return result;
}

function refusal(line: string): string {
  const result = parseLine(line);
  return result && 'error' in result ? `${result.error} ${statusName(result.status)}` : 'taken';
}

function given(line: string) {
  const { command, words, text } = parsed(line);
  return readArguments(commands.get(command)!, words, text);
}

function statusOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (error instanceof CommandError) return statusName(error.status);
    throw error;
  }
  return 'taken';
}

suite('ntcmd/arguments', () => {
  test('operators that are not built are refused, outside of quotes only', () => {
    for (const operator of ['&&', '&', '||', '|', '<'])
      for (const line of [`ver ${operator} ver`, `ver${operator}ver`, `echo a ${operator}`])
        assert.include(refusal(line), `'${operator}'`, line);
    for (const line of ['ver && ver', 'dir 2> x', 'dir 2>&1'])
      assert.include(refusal(line), 'STATUS_NOT_SUPPORTED', line);
    assert.equal(refusal('echo "a && b | c < d > e"'), 'taken');
  });

  test('more than one line, two targets, and missing parts are refused', () => {
    for (const line of ['ver\nver', 'ver\r\nver\n', 'ver > a > b', 'ver >', '> a', 'echo "a'])
      assert.include(refusal(line), 'STATUS_INVALID_PARAMETER', line);
    assert.equal(parsed('ver\n').command, 'ver');
    assert.isUndefined(parseLine(' \n'));
  });

  test('a redirection may stand anywhere; the rest of the text stays', () => {
    const cases = {
      'echo one > f.txt': ' one',
      'echo > f.txt one': ' one',
      'echo one >f.txt two': ' one two',
      'echo "a > b" >> f.txt': ' "a > b"',
      'echo one 1> f.txt': ' one',
      'echo one1> f.txt': ' one1',
    };
    for (const [line, text] of Object.entries(cases)) {
      assert.equal(parsed(line).text, text, line);
      assert.equal(parsed(line).redirect?.file, 'f.txt', line);
    }
  });

  test('every command refuses switches and names that it does not know', () => {
    for (const command of new Set(commands.values())) {
      if (command.verbatim) continue;
      const [least, most] = command.names ?? [0, 0];
      const names = Array.from({ length: least }, () => 'x').join(' ');
      for (const bad of ['/zz', '/-z', '/1', '/?z', '/s/zz'])
        assert.equal(
          statusOf(() => given(`${command.name} ${names} ${bad}`)),
          'STATUS_INVALID_PARAMETER',
          `${command.name} ${bad}`,
        );
      if (most !== Infinity)
        assert.equal(
          statusOf(() => given(`${command.name} ${'x '.repeat(most + 1)}`)),
          'STATUS_INVALID_PARAMETER',
          command.name,
        );
      assert.isTrue(asksForHelp(parsed(`${command.name} /?`).words));
    }
  });

  test('switches: glued, many in a word, in any case; in quotes it is a name', () => {
    assert.deepEqual([...given('dir/w').switches], ['w']);
    assert.deepEqual([...given('dir /S/b docs').switches].sort(), ['b', 's']);
    assert.deepEqual(given('type "/n"').names, ['/n']);
    assert.deepEqual([...given('copy /-Y a b').switches], ['-y']);
    assert.equal(
      statusOf(() => given('rd /s ""')),
      'STATUS_OBJECT_NAME_INVALID',
    );
  });

  test('the guide has every command with every switch', async () => {
    const guide = await (await fetch('/docs/shell.md')).text();
    const rows = guide.split('\n').filter((row) => row.startsWith('| `'));
    for (const [name, { switches = [] }] of commands) {
      const row = rows.find((one) => one.split(' | ')[0]!.includes(`\`${name}\``));
      assert.isDefined(row, name);
      for (const one of switches) assert.include(row, `\`/${one}\``, name);
    }
  });

  test('names of devices are never files', () => {
    const directories = new Directories();
    for (const name of ['NUL', 'nul.txt', 'A:\\DOCS\\Nul', 'NUL:', 'con', 'docs/con.x.y'])
      assert.equal(
        statusOf(() => directories.resolve(name)),
        'STATUS_OBJECT_NAME_INVALID',
        name,
      );
    for (const name of ['AUX', 'prn.txt', 'com1', 'LPT9:', 'A:\\x\\COM3'])
      assert.equal(
        statusOf(() => directories.resolveAny(name)),
        'STATUS_NO_SUCH_DEVICE',
        name,
      );
    assert.equal(ntPath(directories.resolveAny('A:\\DOCS\\nul.txt')), '\\??\\NUL');
    for (const name of ['NULL', 'CONFIG', 'COM10', 'COM', 'xNUL', 'a.NUL'])
      assert.isUndefined(directories.resolve(name).device, name);
  });
});
