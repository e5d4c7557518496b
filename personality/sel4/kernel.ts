/**
 * One processor's instance of kernel.wasm: its exports, kept in an object that never leaves this
 * folder.
 *
 * The kernel has no state of its own beside its memory, so that every processor has an instance
 * over the same one. What each function does is said in kernel-as/index.ts.
 */
import { freeze, instantiate } from './intrinsics.ts';

export interface Kernel {
  boot(ramBytes: number, kernelBytes: number, processors: number): number;
  enter(cpu: number, syscall: number, cptr: number, info: number): number;
  invoke(cpu: number, cptr: number, info: number): number;
  schedule(cpu: number): number;
  tick(cpu: number): number;
  irq(cpu: number, line: number): void;
  fault(cpu: number, kind: number, w0: number, w1: number, w2: number): number;
  mark(cpu: number, own: number, kind: number, a: number, b: number, c: number): void;
  hold(cpu: number): number;
  letGo(cpu: number): void;
  processorOnline(cpu: number): void;
  processorOffline(cpu: number, victim: number): void;
  counter(index: number): number;
  resolveVSpace(cpu: number, cptr: number): number;
}

export function instantiateKernel(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernel {
  const exports = instantiate(module, { env: { memory, abort } }).exports as unknown as Kernel;
  return freeze({ ...exports });
}

/** Only a build with assertions imports it. */
function abort(_message: number, _file: number, line: number, column: number): never {
  throw new Error(`kernel assertion at ${line}:${column}`);
}
