/**
 * Kernel memory as far as it was told (personality/rtl/kernelanswer.ts): what is not there is zero,
 * or nobody is told.
 *
 *   new KernelMemory(pieces)   `root`: the address of the root CNode; word(address)
 */
const PAGE_WORDS = 1024;

export class KernelMemory {
  readonly root: number;
  readonly #pages = new Map<number, Uint32Array>();

  constructor(pieces: Uint32Array) {
    this.root = pieces[0] ?? 0;
    for (let at = 1; at + 1 < pieces.length;) {
      const first = pieces[at]! >>> 2;
      const count = pieces[at + 1]!;
      for (let i = 0; i < count; i++)
        this.#page(first + i)[(first + i) % PAGE_WORDS] = pieces[at + 2 + i]!;
      at += 2 + count;
    }
  }

  word(address: number): number {
    const index = address >>> 2;
    return this.#pages.get(Math.floor(index / PAGE_WORDS))?.[index % PAGE_WORDS] ?? 0;
  }

  #page(index: number): Uint32Array {
    const number = Math.floor(index / PAGE_WORDS);
    const page = this.#pages.get(number) ?? new Uint32Array(PAGE_WORDS);
    this.#pages.set(number, page);
    return page;
  }
}
