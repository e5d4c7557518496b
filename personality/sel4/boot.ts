/**
 * Boot: makes the first objects and the root task, and reads what the kernel says about them.
 *
 * The boot info is a page of the root task's own memory and is read through its window, as any
 * other page. Format: kernel-as/layout.ts, BOOTINFO_*. Manual: chapter 9.
 */
import {
  BOOTINFO_EMPTY_END,
  BOOTINFO_EMPTY_START,
  BOOTINFO_RAM_BYTES,
  BOOTINFO_UNTYPED_END,
  BOOTINFO_UNTYPED_LIST,
  BOOTINFO_UNTYPED_SIZE,
  BOOTINFO_UNTYPED_START,
  BOOT_INFO_VADDR,
} from '../../kernel-as/layout.ts';
import type { Kernel } from './kernel.ts';
import type { BootInfo, Thread } from './types.ts';

export interface Memories {
  /** The kernel's memory. */
  readonly memory: WebAssembly.Memory;
  /** Page frames: a memory too, since that can be shared where SharedArrayBuffer cannot be made. */
  readonly ram: WebAssembly.Memory;
}

const WASM_PAGE = 65536;

/** Both memories, zeroed; sizes in bytes, rounded up to whole 64 KiB. */
export function createMemories(kernelBytes: number, ramBytes: number): Memories {
  const make = (bytes: number): WebAssembly.Memory => {
    const pages = Math.ceil(bytes / WASM_PAGE);
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  };
  return { memory: make(kernelBytes), ram: make(ramBytes) };
}

/** Address of the root task's TCB. `processors`: how many may ever take part. */
export function bootKernel(
  kernel: Kernel,
  kernelBytes: number,
  ramBytes: number,
  processors: number,
): number {
  const tcb = kernel.boot(ramBytes, kernelBytes, processors);
  if (tcb === 0) {
    throw new RangeError(`the kernel cannot boot with ${kernelBytes} bytes and RAM ${ramBytes}`);
  }
  return tcb;
}

/** The root task's boot info, read by the root task. */
export function readBootInfo(thread: Thread): BootInfo {
  const page = thread.window(BOOT_INFO_VADDR, 4096, false);
  const untypedStart = page.getUint32(BOOTINFO_UNTYPED_START);
  const count = page.getUint32(BOOTINFO_UNTYPED_END) - untypedStart;
  const untyped: { paddr: number; sizeBits: number; isDevice: boolean }[] = [];
  for (let i = 0; i < count; i++) {
    const at = BOOTINFO_UNTYPED_LIST + i * BOOTINFO_UNTYPED_SIZE;
    untyped.push({
      paddr: page.getUint32(at),
      sizeBits: page.getUint8(at + 4),
      isDevice: page.getUint8(at + 5) !== 0,
    });
  }
  return {
    empty: [page.getUint32(BOOTINFO_EMPTY_START), page.getUint32(BOOTINFO_EMPTY_END)],
    untypedStart,
    untyped,
    ramBytes: page.getUint32(BOOTINFO_RAM_BYTES),
  };
}
