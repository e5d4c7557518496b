/** The conformance programs in a browser: see index.ts. */
import { assert } from 'chai';
import type { Bench } from './harness/bench.ts';
import { SEL4TEST_IDS, absent, families, runProgram } from './index.ts';
import type { Program } from './index.ts';

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

  test('a program fails by what it finds, its helpers find, or nobody answers', async () => {
    const helper = (process: boolean) => async (bench: Bench) => {
      const where = process ? { process: await bench.process() } : {};
      await bench.wait(bench.start(() => Promise.reject(new Error('found')), where));
    };
    const runs: Program['run'][] = [
      () => assert.fail('found'),
      () => Promise.reject(new Error('found')),
      helper(false),
      helper(true),
      async (bench) => {
        const nothing = { faultEndpoint: bench.endpoint(), entry: 33 };
        await bench.wait(bench.start(() => Promise.resolve(), nothing));
      },
    ];
    for (const [i, run] of runs.entries()) {
      for (const processors of [1, 2]) {
        const program = { id: `failing ${i}`, checks: '', processors, run };
        const error = await runProgram(program, wasm).catch((reason: unknown) => reason);
        assert.match(String(error), i < 4 ? /found/ : /no entry 33/, program.id);
      }
    }
  });

  for (const [family, programs] of Object.entries(families)) {
    for (const program of programs) {
      test(`${family}: ${program.id}`, () => runProgram(program, wasm));
    }
  }
});
