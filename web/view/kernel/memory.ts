/**
 * Kernel memory as far as it was told (personality/rtl/kernelanswer.ts): what is not there is zero,
 * or nobody is told.
 *
 *   new KernelMemory(pieces)   `root`: the address of the root CNode; word(address)
 *   sameAs(other, address)     all of the page at that address is as it was in the other
 */
const PAGE_WORDS = 1024;

const pageOf = (address: number): number => Math.floor((address >>> 2) / PAGE_WORDS);

export class KernelMemory {
  readonly root: number;
  readonly #pages = new Map<number, Uint32Array>();
  /** What `sameAs` has found of the other. */
  #other: KernelMemory | undefined;
  #same = new Map<number, boolean>();

  constructor(pieces: Uint32Array) {
    this.root = pieces[0] ?? 0;
    for (let at = 1; at + 1 < pieces.length;) {
      const first = pieces[at]! >>> 2;
      const count = pieces[at + 1]!;
      this.#put(first, pieces.subarray(at + 2, at + 2 + count));
      at += 2 + count;
    }
  }

  word(address: number): number {
    return this.#pages.get(pageOf(address))?.[(address >>> 2) % PAGE_WORDS] ?? 0;
  }

  sameAs(other: KernelMemory, address: number): boolean {
    if (other !== this.#other) {
      this.#other = other;
      this.#same = new Map();
    }
    const number = pageOf(address);
    let same = this.#same.get(number);
    if (same === undefined) {
      const [own, others] = [this.#pages.get(number), other.#pages.get(number)];
      same = own !== undefined && (others?.every((word, i) => word === own[i]) ?? false);
      this.#same.set(number, same);
    }
    return same;
  }

  /** From that word on, page by page: there are tens of thousands. */
  #put(first: number, words: Uint32Array): void {
    for (let done = 0; done < words.length;) {
      const index = first + done;
      const place = index % PAGE_WORDS;
      const part = words.subarray(done, done + PAGE_WORDS - place);
      this.#page(Math.floor(index / PAGE_WORDS)).set(part, place);
      done += part.length;
    }
  }

  #page(number: number): Uint32Array {
    const page = this.#pages.get(number) ?? new Uint32Array(PAGE_WORDS);
    this.#pages.set(number, page);
    return page;
  }
}
