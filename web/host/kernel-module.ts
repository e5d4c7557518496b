/** kernel.wasm, beside this code: fetched and compiled once a page. */

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
  const response = await fetch(new URL('../../build/kernel.wasm', import.meta.url));
  if (!response.ok) throw new Error(`The kernel could not be fetched (${response.status}).`);
  return WebAssembly.compile(await response.arrayBuffer());
}
