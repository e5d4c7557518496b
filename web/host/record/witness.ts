/**
 * Hash of the kernel's memory and RAM: of all of both, or of one part after the other.
 *
 *   createWitness(memories, entries)
 */
import type { Witness } from './types.ts';

const PART_WORDS = 1 << 14;

function mixed(hash: number, words: Int32Array, from: number, to: number): number {
  let mix = hash;
  for (let i = from; i < to; i++) mix = Math.imul(mix ^ words[i]!, 0x9e3779b1) + (mix >>> 13);
  return mix | 0;
}

export function createWitness(
  memories: readonly WebAssembly.Memory[],
  entries: () => number,
): Witness {
  const views = memories.map(({ buffer }) => new Int32Array(buffer));
  const parts = views.flatMap((words) =>
    Array.from(
      { length: Math.ceil(words.length / PART_WORDS) },
      (_, i) => [words, i * PART_WORDS] as const,
    ),
  );
  return {
    entries,
    hash(part) {
      if (part === undefined)
        return views.reduce((hash, words) => mixed(hash, words, 0, words.length), 0) >>> 0;
      const [words, from] = parts[part % parts.length]!;
      return mixed(0, words, from, Math.min(from + PART_WORDS, words.length)) >>> 0;
    },
  };
}
