/**
 * What the platform costs without any kernel, on one processor: a call from JavaScript into Wasm,
 * and a promise handed from one async function to another and back.
 */
import { bench } from './measure.ts';
import type { Bench } from './measure.ts';

/**
 * (module (func (export "f") (param i32 i32 i32 i32) (result i32) (block) local.get 0)) Without the
 * empty block the compiler makes the function part of its caller, and nothing is called.
 */
const EMPTY = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x09, 0x01, 0x60, 0x04, 0x7f, 0x7f, 0x7f, 0x7f, 0x01, 0x7f],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00],
  ...[0x0a, 0x09, 0x01, 0x07, 0x00, 0x02, 0x40, 0x0b, 0x20, 0x00, 0x0b],
);

type Four = (a: number, b: number, c: number, d: number) => number;

function emptyCalls(): Bench {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(EMPTY));
  const f = instance.exports.f as Four;
  return bench('empty Wasm call', (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += f(i, 1, 2, 3);
    if (sum < 0) throw new Error('the sum of numbers from 0 on');
  });
}

/** Two functions that wait for each other: each resolves what the other awaits, then waits. */
class HandOver {
  #resume: ((value: number) => void) | undefined;
  #resolver!: (value: number) => void;
  readonly #keep = (resolve: (value: number) => void): void => {
    this.#resolver = resolve;
  };

  constructor() {
    void this.#partner();
  }

  #pass(value: number): Promise<number> {
    const promise = new Promise<number>(this.#keep);
    const other = this.#resume;
    this.#resume = this.#resolver;
    other?.(value);
    return promise;
  }

  async #partner(): Promise<void> {
    for (let value = 0; ;) value = await this.#pass(value + 1);
  }

  async rounds(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      if ((await this.#pass(i)) !== i + 1) throw new Error('a wrong answer');
    }
  }
}

export function baselines(): Bench[] {
  const pair = new HandOver();
  return [emptyCalls(), bench('two async functions, to and fro', (count) => pair.rounds(count))];
}
