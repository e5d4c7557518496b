/** The conformance programs in a browser: see index.ts. */
import { assert } from 'chai';
import { SEL4TEST_IDS, absent, families, runProgram } from './index.ts';

suite('conformance', () => {
  let wasm: WebAssembly.Module;

  suiteSetup(async () => {
    wasm = await WebAssembly.compileStreaming(fetch('/build/kernel.wasm'));
  });

  test('every test of sel4test has a program or a reason', () => {
    const programs = Object.values(families).flat();
    const ids = [...programs.map(({ id }) => id), ...absent.flatMap((group) => group.ids)];
    assert.equal(ids.length, SEL4TEST_IDS);
    assert.equal(new Set(ids).size, SEL4TEST_IDS, 'each id once');
  });

  for (const [family, programs] of Object.entries(families)) {
    for (const program of programs) {
      test(`${family}: ${program.id}`, () => runProgram(program, wasm));
    }
  }
});
