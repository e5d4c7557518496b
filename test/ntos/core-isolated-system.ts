/**
 * An Executive and its processes on workers of their own, with images of the tests'
 * (core-images.ts).
 *
 *   new IsolatedSystem(module, scenario)   starts; `told` is what the workers say
 *   system.result()                        what the first process found out, as JSON said it
 *   system.end()
 */
import { createMemories, MAX_PROCESSORS } from '../../personality/sel4/index.ts';
import type { Scenario } from './core-images.ts';
import type { Start, Told } from './core-worker.ts';

const MIB = 1 << 20;
export const RAM_BYTES = 32 * MIB;
/** The Executive, and a source of clock ticks. */
const OWN = 2;
const SPARES = 3;
const PATIENCE = 60_000;

export class IsolatedSystem {
  readonly told: Told[] = [];
  onTold: (told: Told) => void = () => {};
  readonly #workers = new Map<number, Worker>();
  readonly #spares = new Set<number>();
  #lastTaken = -1;
  readonly #parts: Omit<Start, 'index'>;

  constructor(module: WebAssembly.Module, scenario: Scenario) {
    this.#parts = { module, scenario, ...createMemories(16 * MIB, RAM_BYTES) };
    for (let index = 0; index < OWN + SPARES; index++) this.#start(index);
  }

  result<T = number>(): Promise<Record<string, T>> {
    return new Promise((resolve, reject) => {
      this.onTold = (told) => {
        if (told.kind === 'result') resolve(JSON.parse(told.text!) as Record<string, T>);
        if (told.kind === 'panic') reject(new Error(told.text));
      };
      setTimeout(() => reject(new Error(JSON.stringify(this.told))), PATIENCE);
    });
  }

  end(): void {
    for (const worker of this.#workers.values()) worker.terminate();
  }

  #start(index: number): void {
    const worker = new Worker(new URL('./core-worker.ts', import.meta.url), { type: 'module' });
    this.#workers.set(index, worker);
    if (index >= OWN) this.#spares.add(index);
    worker.onmessage = ({ data }: MessageEvent<Told>) => {
      this.told.push(data);
      if (data.kind === 'released') this.#replace(data.processor!);
      if (data.kind === 'taken') this.#taken(data.processor!);
      if (data.text === 'lose me') return this.#lose(this.#lastTaken);
      this.onTold(data);
    };
    worker.postMessage({ ...this.#parts, index } satisfies Start);
  }

  /** As the host does: the last spare that was taken is followed by another. */
  #taken(processor: number): void {
    this.#lastTaken = processor;
    this.#spares.delete(processor);
    const next = this.#workers.size;
    if (this.#spares.size === 0 && next < MAX_PROCESSORS) this.#start(next);
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
