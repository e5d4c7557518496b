/** kernel.wasm, beside this code: fetched and compiled once a page. */
import { readCounted } from './progress.ts';

const KERNEL = new URL('../../build/kernel.wasm', import.meta.url);

let compiled: Promise<WebAssembly.Module> | undefined;

/** Rejects in words where it cannot be fetched or compiled; the next call tries again. */
export function kernelModule(): Promise<WebAssembly.Module> {
  compiled ??= load().catch((error: unknown) => {
    compiled = undefined;
    throw error;
  });
  return compiled;
}

async function load(): Promise<WebAssembly.Module> {
  const bytes = await readCounted(KERNEL.href, (response) => {
    if (response.ok) return response.arrayBuffer();
    throw new Error(`The kernel could not be fetched (${response.status}).`);
  });
  return WebAssembly.compile(bytes);
}
