/**
 * Contents of disks and files in a recording: pages, each kept once, however often it comes. A disk
 * that was taken out and comes back costs what of it has changed.
 *
 *   add(bytes)   the numbers of its pages; the last one is filled up with zeros
 *   copy()       all pages, one behind the other
 */
import { PAGE_BYTES } from './codes.ts';

function hashOf(page: Uint32Array): number {
  let hash = 0;
  for (const word of page) hash = Math.imul((hash ^ word) + 1, 0x9e3779b1) ^ (hash >>> 15);
  return hash;
}

function same(a: Uint32Array, b: Uint32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export class Pages {
  readonly #pages: Uint32Array[] = [];
  /** Numbers of pages by their hash. */
  readonly #known = new Map<number, number[]>();

  get bytes(): number {
    return this.#pages.length * PAGE_BYTES;
  }

  add(bytes: Uint8Array): number[] {
    const numbers: number[] = [];
    for (let at = 0; at < bytes.length; at += PAGE_BYTES) {
      const page = new Uint8Array(PAGE_BYTES);
      page.set(bytes.subarray(at, at + PAGE_BYTES));
      numbers.push(this.#number(new Uint32Array(page.buffer)));
    }
    return numbers;
  }

  #number(page: Uint32Array): number {
    const hash = hashOf(page);
    const alike = this.#known.get(hash) ?? [];
    const known = alike.find((number) => same(this.#pages[number]!, page));
    if (known !== undefined) return known;
    const number = this.#pages.push(page) - 1;
    this.#known.set(hash, [...alike, number]);
    return number;
  }

  copy(): Uint8Array {
    const all = new Uint8Array(this.bytes);
    this.#pages.forEach((page, i) => all.set(new Uint8Array(page.buffer), i * PAGE_BYTES));
    return all;
  }
}
