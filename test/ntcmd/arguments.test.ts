/** Command lines and arguments: what is not known is refused in words, never passed over. */
import { assert } from 'chai';
import { asksForHelp, readArguments } from '../../personality/ntcmd/arguments.ts';
import { CommandError } from '../../personality/ntcmd/command-error.ts';
import { commands } from '../../personality/ntcmd/commands/index.ts';
import { Directories, ntPath } from '../../personality/ntcmd/path.ts';
import { splitCommand, splitGiven, splitWords } from '../../personality/ntcmd/words.ts';
import { statusName } from '../../personality/rtl/statustext.ts';

function given(line: string) {
  const { name, rest } = splitCommand(line.replace(/^([a-z]+)\//, '$1 /'));
  return readArguments(commands.get(name)!, splitWords(rest), rest);
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
  test('words: quotation marks keep them together, one that is open to the end', () => {
    const texts = (text: string): string[] => splitWords(text).map((word) => word.text);
    assert.deepEqual(texts('a "b c" d"e f"g'), ['a', 'b c', 'de fg']);
    assert.deepEqual(texts('"a b'), ['a b']);
    assert.deepEqual(texts('""'), ['']);
    assert.deepEqual(splitGiven('a,b;"c,d"=e  f'), ['a', 'b', '"c,d"', 'e', 'f']);
    assert.deepEqual(splitCommand(' "a b.bat" c'), { name: '"a b.bat"', rest: ' c' });
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
      assert.isTrue(asksForHelp(splitWords(' /?')));
    }
  });

  test('switches: glued, many in a word, in any case; in quotes it is a name', () => {
    assert.deepEqual([...given('dir/w').switches], ['w']);
    assert.deepEqual([...given('dir /S/b docs').switches].sort(), ['b', 's']);
    assert.deepEqual(given('type "/n"').names, ['/n']);
    assert.deepEqual([...given('copy /-Y a b').switches], ['-y']);
    assert.deepEqual([...given('format a: /Q/v:"TWO WORDS"').switches], ['q', 'v:two words']);
    assert.equal(
      statusOf(() => given('format a: /w:x')),
      'STATUS_INVALID_PARAMETER',
    );
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
