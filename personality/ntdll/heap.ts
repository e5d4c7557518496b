/**
 * Buffers for NtReadFile and NtWriteFile: a first-fit allocator over the process's heap pages.
 *
 * A process has one heap of HEAP_INITIAL bytes; a thread sees it through windows of its own. Blocks
 * are page-aligned in size and place, so that the Executive copies whole pages.
 *
 *   allocate(length)   a buffer; STATUS_NO_MEMORY where no room is left
 *   free(buffer)
 */
import { HEAP_BASE, HEAP_INITIAL, PAGE_SIZE } from '../rtl/layout.ts';
import * as Status from '../rtl/ntstatus.ts';
import { NtException } from '../rtl/status.ts';
import type { Thread, Window } from '../sel4/types.ts';

export interface HeapBuffer {
  readonly address: number;
  readonly length: number;
  readonly memory: Window;
}

interface Block {
  start: number;
  length: number;
}

export class Heap {
  readonly #thread: Thread;
  /** The same for all threads of the process. */
  readonly #blocks: { free: Block[] };

  /** `other`: the heap as another thread of the process holds it. */
  constructor(thread: Thread, other?: Heap) {
    this.#thread = thread;
    this.#blocks = other ? other.#blocks : { free: [{ start: 0, length: HEAP_INITIAL }] };
  }

  allocate(length: number): HeapBuffer {
    const size = Math.max(1, Math.ceil(length / PAGE_SIZE)) * PAGE_SIZE;
    const block = this.#blocks.free.find((candidate) => candidate.length >= size);
    if (!block) throw new NtException(Status.STATUS_NO_MEMORY);
    const address = HEAP_BASE + block.start;
    block.start += size;
    block.length -= size;
    return { address, length: size, memory: this.#thread.window(address, size, true) };
  }

  free(buffer: HeapBuffer): void {
    const { free } = this.#blocks;
    free.push({ start: buffer.address - HEAP_BASE, length: buffer.length });
    free.sort((a, b) => a.start - b.start);
    const merged: Block[] = [];
    for (const block of free) {
      const last = merged.at(-1);
      if (last && last.start + last.length === block.start) last.length += block.length;
      else if (block.length > 0) merged.push(block);
    }
    this.#blocks.free = merged;
  }
}
