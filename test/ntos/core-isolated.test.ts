/** The Executive with each process on a processor of its own: also one that never calls again. */
import { assert } from 'chai';
import { Status } from '../../personality/rtl/status.ts';
import { createMemories } from '../../personality/sel4/index.ts';
import type { Start, Told } from './core-worker.ts';

const MIB = 1 << 20;
const SPARES = 3;

class System {
  readonly told: Told[] = [];
  onTold: (told: Told) => void = () => {};
  readonly #workers = new Map<number, Worker>();
  #lastTaken = -1;
  readonly #parts: Omit<Start, 'index'>;

  constructor(module: WebAssembly.Module) {
    this.#parts = { module, ...createMemories(16 * MIB, 32 * MIB) };
    for (let index = 0; index < 2 + SPARES; index++) this.#start(index);
  }

  end(): void {
    for (const worker of this.#workers.values()) worker.terminate();
  }

  #start(index: number): void {
    const worker = new Worker(new URL('./core-worker.ts', import.meta.url), { type: 'module' });
    this.#workers.set(index, worker);
    worker.onmessage = ({ data }: MessageEvent<Told>) => {
      this.told.push(data);
      if (data.kind === 'released') this.#replace(data.processor!);
      if (data.kind === 'taken') this.#lastTaken = data.processor!;
      if (data.text === 'lose me') return this.#lose(this.#lastTaken);
      this.onTold(data);
    };
    worker.postMessage({ ...this.#parts, index } satisfies Start);
  }

  /** A worker dies, and the host says so. */
  #lose(processor: number): void {
    this.#workers.get(processor)?.terminate();
    this.#workers.get(0)?.postMessage({ lost: processor });
  }

  #replace(processor: number): void {
    this.#workers.get(processor)?.terminate();
    this.#start(processor);
  }
}

suite('ntos/isolated', () => {
  test('processes end on their processors, hung ones too, and the system goes on', async () => {
    const system = new System(await WebAssembly.compileStreaming(fetch('/build/kernel.wasm')));
    try {
      const text = await new Promise<string>((resolve, reject) => {
        system.onTold = (told) => {
          if (told.kind === 'result') resolve(told.text!);
          if (told.kind === 'panic') reject(new Error(told.text));
        };
        setTimeout(() => reject(new Error(JSON.stringify(system.told))), 40_000);
      });
      const { delay, ...found } = JSON.parse(text) as Record<string, number>;
      assert.deepEqual(found, {
        'exits.exe': 0x77,
        'faults.exe': Status.STATUS_ACCESS_VIOLATION,
        'returns.exe': Status.STATUS_SUCCESS,
        'hangs.exe': 0x55,
        'waits.exe': 0x66,
        'lost.exe': Status.STATUS_UNHANDLED_EXCEPTION,
        again: 12,
      });
      assert.isAtLeast(delay!, 49_000);
      assert.isBelow(delay!, 500_000);
      const faults = system.told.filter(({ kind }) => kind === 'fault');
      assert.deepEqual(
        faults.map(({ text: image }) => image),
        ['faults.exe', 'lost.exe'],
      );
    } finally {
      system.end();
    }
  }).timeout(60_000);
});
