/**
 * Buffers for NtReadFile and NtWriteFile: a first-fit allocator over the process's heap pages.
 *
 * Blocks are page-aligned in size and place, so that the Executive copies whole pages. The heap has
 * HEAP_INITIAL bytes.
 *
 *   allocate(length)   a buffer; STATUS_NO_MEMORY where no room is left
 *   free(buffer)
 */
import { HEAP_BASE, HEAP_INITIAL, PAGE_SIZE } from '../rtl/layout.ts';
import { NtException, Status } from '../rtl/status.ts';
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
  #free: Block[] = [{ start: 0, length: HEAP_INITIAL }];

  constructor(thread: Thread) {
    this.#thread = thread;
  }

  allocate(length: number): HeapBuffer {
    const size = Math.max(1, Math.ceil(length / PAGE_SIZE)) * PAGE_SIZE;
    const block = this.#free.find((candidate) => candidate.length >= size);
    if (!block) throw new NtException(Status.STATUS_NO_MEMORY);
    const address = HEAP_BASE + block.start;
    block.start += size;
    block.length -= size;
    return { address, length: size, memory: this.#thread.window(address, size, true) };
  }

  free(buffer: HeapBuffer): void {
    this.#free.push({ start: buffer.address - HEAP_BASE, length: buffer.length });
    this.#free.sort((a, b) => a.start - b.start);
    const merged: Block[] = [];
    for (const block of this.#free) {
      const last = merged.at(-1);
      if (last && last.start + last.length === block.start) last.length += block.length;
      else if (block.length > 0) merged.push(block);
    }
    this.#free = merged;
  }
}
