/**
 * LZHUF: what TeleDisk calls advanced compression.
 *
 * A window of 4,096 bytes, at first all spaces. A code from an adaptive Huffman tree is a byte, or
 * the length of a copy from the window; the distance follows, its six upper bits in a code that
 * never changes and its six lower bits plain. The tree counts how often each code came, and changes
 * places so that counts never fall from one node to the next; when the root has counted to 32,768,
 * all counts are halved and the tree is built anew.
 *
 *   expand(bytes, most)   undefined: it is more than `most` bytes
 *   CodeTree              the tree, for whoever packs
 *   DISTANCE_LENGTHS      bits of the codes of the distance's upper part, in order
 *
 * Where the input ends, so does the output: there is no mark. Bits come from the highest down.
 * Source: the LZHUF of H. Okumura and H. Yoshizaki (1988), as described in "Data Compression
 * Algorithms of LARC and LHarc"; D. Dunfield, "Teledisk image file format", chapter 2.
 */

import { Output } from './output.ts';

const LONGEST = 60;
const SHORTEST = 3;
/** Codes: 256 bytes, then the lengths from SHORTEST on. */
export const CODES = 256 + LONGEST - SHORTEST + 1;
const NODES = CODES * 2 - 1;
const ROOT = NODES - 1;
const MOST_COUNTED = 0x8000;

/** So many codes of so many bits, in order. */
export const DISTANCE_LENGTHS: readonly number[] = [
  [3, 1],
  [4, 3],
  [5, 8],
  [6, 12],
  [7, 24],
  [8, 16],
].flatMap(([bits, count]) => new Array<number>(count!).fill(bits!));

/**
 * Nodes are numbered so that counts rise with them; a node and its brother stand side by side.
 * `below[node]` is the lower of two children, or NODES + code for a leaf.
 */
export class CodeTree {
  private counts = new Uint16Array(NODES + 1);
  private below = new Uint16Array(NODES);
  /** Of nodes, and behind them the node at which each code is. */
  private above = new Uint16Array(NODES + CODES);

  constructor() {
    for (let code = 0; code < CODES; code++) this.setLeaf(code, code, 1);
    for (let pair = 0, node = CODES; node < NODES; pair += 2, node++)
      this.setParent(node, pair, this.counts[pair]! + this.counts[pair + 1]!);
    // Behind the root: greater than every count.
    this.counts[NODES] = 0xffff;
  }

  /** The code that these bits lead to. */
  read(bit: () => number): number {
    let node = this.below[ROOT]!;
    while (node < NODES) node = this.below[node + bit()]!;
    return node - NODES;
  }

  /** The way from the root to the code, a bit a step. */
  path(code: number): number[] {
    const bits: number[] = [];
    for (let node = this.above[NODES + code]!; node !== ROOT; node = this.above[node]!)
      bits.unshift(node & 1);
    return bits;
  }

  /** It came once more. */
  count(code: number): void {
    if (this.counts[ROOT] === MOST_COUNTED) this.rebuild();
    for (let node = this.above[NODES + code]!; ; node = this.above[node]!) {
      node = this.raise(node);
      if (node === ROOT) return;
    }
  }

  /** Counts at a node, and moves it up behind those that counted less; where it stands then. */
  private raise(node: number): number {
    const counted = ++this.counts[node]!;
    if (counted <= this.counts[node + 1]!) return node;
    let to = node + 1;
    while (counted > this.counts[to + 1]!) to++;
    [this.counts[node], this.counts[to]] = [this.counts[to]!, counted];
    const [mine, others] = [this.below[node]!, this.below[to]!];
    this.hang(to, mine);
    this.hang(node, others);
    return to;
  }

  private setLeaf(node: number, code: number, count: number): void {
    this.counts[node] = count;
    this.hang(node, NODES + code);
  }

  private setParent(node: number, child: number, count: number): void {
    this.counts[node] = count;
    this.hang(node, child);
  }

  private hang(node: number, child: number): void {
    this.below[node] = child;
    this.above[child] = node;
    if (child < NODES) this.above[child + 1] = node;
  }

  /** Leaves keep their order, with half their counts; parents are put among them by theirs. */
  private rebuild(): void {
    const row: { count: number; below: number }[] = [];
    for (let node = 0; node < NODES; node++)
      if (this.below[node]! >= NODES)
        row.push({ count: (this.counts[node]! + 1) >> 1, below: this.below[node]! });
    for (let pair = 0; row.length < NODES; pair += 2) {
      const count = row[pair]!.count + row[pair + 1]!.count;
      let at = row.length;
      while (at > 0 && row[at - 1]!.count > count) at--;
      row.splice(at, 0, { count, below: pair });
    }
    row.forEach(({ count, below }, node) => {
      this.counts[node] = count;
      this.hang(node, below);
    });
  }
}

/** `code` by its bits: the first of each length, and how many there are. */
class DistanceCodes {
  private first: { code: number; at: number; count: number }[] = [];

  constructor() {
    let code = 0;
    let at = 0;
    for (let bits = 1; bits <= 8; bits++) {
      const count = DISTANCE_LENGTHS.filter((length) => length === bits).length;
      this.first[bits] = { code, at, count };
      code = (code + count) << 1;
      at += count;
    }
  }

  read(bit: () => number): number {
    let code = 0;
    for (let bits = 1; bits <= 8; bits++) {
      code = (code << 1) | bit();
      const { code: first, at, count } = this.first[bits]!;
      if (code - first < count) return at + code - first;
    }
    throw new RangeError('no code has more than eight bits');
  }
}

class Bits {
  private bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get over(): boolean {
    return this.at >= this.bytes.length * 8;
  }

  /** Behind the end come zeros, for a code that is cut; then it is over. */
  readonly next = (): number => {
    const byte = this.bytes[this.at >> 3] ?? 0;
    const bit = (byte >> (7 - (this.at & 7))) & 1;
    this.at++;
    return bit;
  };
}

export function expand(bytes: Uint8Array, most: number): Uint8Array | undefined {
  const bits = new Bits(bytes);
  const tree = new CodeTree();
  const distances = new DistanceCodes();
  const output = new Output(most);
  while (!bits.over) {
    const code = tree.read(bits.next);
    tree.count(code);
    if (code < 256) output.put(code);
    else {
      let distance = distances.read(bits.next);
      for (let bit = 0; bit < 6; bit++) distance = (distance << 1) | bits.next();
      output.copy(distance + 1, code - 256 + SHORTEST);
    }
    if (output.full) return undefined;
  }
  return output.bytes;
}
