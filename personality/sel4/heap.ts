/**
 * Views of the two memories: the kernel's own, and RAM. They never leave this folder.
 *
 * Neither memory ever grows, so that the views stay good. All numbers are little endian, as Wasm's
 * are.
 */
import { I32, U16, U8 } from './intrinsics.ts';

/** One memory, viewed by bytes, halfwords and words. */
export interface Views {
  readonly buffer: ArrayBufferLike;
  readonly bytes: Uint8Array;
  readonly halves: Uint16Array;
  readonly words: Int32Array;
}

export function createViews(memory: WebAssembly.Memory | ArrayBufferLike): Views {
  const buffer = memory instanceof WebAssembly.Memory ? memory.buffer : memory;
  return {
    buffer,
    bytes: new U8(buffer),
    halves: new U16(buffer),
    words: new I32(buffer),
  };
}
