/** Environment, process parameters and DOS paths: pure functions of rtl. */
import { assert } from 'chai';
import fc from 'fast-check';
import { expandStrings, fullPath } from '../../personality/rtl/dospath.ts';
import { Environment } from '../../personality/rtl/environment.ts';
import {
  decodeParameters,
  encodeParameters,
  ProcessParameters,
} from '../../personality/rtl/processparameters.ts';
import { NtException } from '../../personality/rtl/status.ts';

suite('rtl: process parameters', () => {
  const variables = [
    { name: 'Path', value: 'A:\\BIN;Ä' },
    { name: '=B:', value: 'B:\\SUB' },
    { name: 'x', value: 'a=b' },
  ];

  test('an environment as a block, and back', () => {
    const environment = new Environment(variables);
    const again = Environment.fromBlock(environment.block());
    for (const { name, value } of variables) assert.equal(again.get(name.toLowerCase()), value);
    const shown = again.entries().map(({ name }) => name);
    assert.deepEqual(shown, ['Path', 'x'], 'drives are not shown');
    assert.deepEqual([...new Environment().block()], [0, 0]);
  });

  test('parameters as bytes, and back', () => {
    const parameters = new ProcessParameters({
      image: 'any.exe',
      commandLine: 'one "two" ü',
      environment: new Environment(variables),
      currentDirectory: 'B:\\Some where',
      standardInput: 4,
      standardOutput: 8,
      standardError: 12,
    });
    const bytes = encodeParameters(parameters);
    const { environment, ...rest } = decodeParameters(bytes);
    assert.deepInclude(parameters, rest);
    assert.equal(environment.get('PATH'), 'A:\\BIN;Ä');
    const view = new DataView(bytes.buffer);
    assert.equal(view.getUint32(0x18, true), 4, 'StandardInput');
    assert.equal(view.getUint16(0x40, true), 2 * 'one "two" ü'.length, 'CommandLine.Length');
  });

  test('whatever the bytes, decoding ends with parameters or a status', () => {
    const good = encodeParameters(new ProcessParameters({ commandLine: 'x' }));
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(damage, fc.nat(4), (changes, cut) => {
        const bytes = good.slice(0, good.length - cut);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        try {
          decodeParameters(bytes);
        } catch (error) {
          assert.instanceOf(error, NtException);
        }
      }),
    );
  });

  test('a drive has a directory of its own', () => {
    const parameters = new ProcessParameters();
    parameters.setDirectory('A:\\ONE');
    parameters.setDirectory('B:\\TWO');
    assert.equal(parameters.currentDirectory, 'A:\\ONE');
    parameters.setDrive('B:');
    assert.equal(parameters.currentDirectory, 'B:\\TWO');
    assert.equal(parameters.directoryOf('A:'), 'A:\\ONE');
    parameters.setDirectory('B:\\');
    assert.equal(parameters.directoryOf('B:'), 'B:\\');
    assert.equal(parameters.directoryOf('C:'), 'C:\\');
  });

  const paths: [string, string][] = [
    ['x', 'A:\\HERE\\x'],
    ['.\\x\\..\\y', 'A:\\HERE\\y'],
    ['..\\..\\..\\x', 'A:\\x'],
    ['\\x', 'A:\\x'],
    ['b:x', 'B:\\THERE\\x'],
    ['b:/x/', 'B:\\x\\'],
    ['c:', 'C:\\'],
    ['a:', 'A:\\HERE'],
    ['.', 'A:\\HERE'],
    ['x.. \\y. ', 'A:\\HERE\\x\\y'],
    ['nul.txt', '\\\\.\\NUL'],
    ['\\??\\A:\\x', '\\??\\A:\\x'],
    ['\\\\.\\CON', '\\\\.\\CON'],
    ['  ', ''],
  ];
  for (const [name, expected] of paths)
    test(`the full path of '${name}'`, () => {
      const directories: Record<string, string> = { 'A:': 'A:\\HERE', 'B:': 'B:\\THERE' };
      const directoryOf = (drive: string) => directories[drive] ?? `${drive}\\`;
      assert.equal(fullPath(name, directoryOf, 'A:\\HERE'), expected);
    });

  test('variables in text', () => {
    const values = new Map([['A', '1']]);
    const expanded = expandStrings('%A%%A% %B% 5% %%', (name) => values.get(name));
    assert.equal(expanded, '11 %B% 5% %%');
  });
});
