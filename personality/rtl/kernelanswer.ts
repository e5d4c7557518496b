/**
 * The answer of SystemKernelInformation: a snapshot (snapshot.ts) as JSON, and the kernel's objects
 * of the same moment: the address of the root CNode, then pieces of kernel memory: address, count,
 * that many words, and so on.
 *
 *   packKernelAnswer(json, pieces), unpackKernelAnswer(bytes)
 *
 * Four bytes say how long the JSON is; spaces fill it up to a whole word.
 */
const WORD = 4;
const SPACE = 0x20;

export function packKernelAnswer(json: Uint8Array, pieces: readonly number[]): Uint8Array {
  const length = Math.ceil(json.length / WORD) * WORD;
  const bytes = new Uint8Array(WORD + length + pieces.length * WORD);
  const words = new Uint32Array(bytes.buffer);
  words[0] = length;
  bytes.fill(SPACE, WORD, WORD + length).set(json, WORD);
  words.set(pieces, 1 + length / WORD);
  return bytes;
}

export function unpackKernelAnswer(bytes: Uint8Array): { json: string; pieces: Uint32Array } {
  const copy = bytes.slice().buffer;
  const length = new DataView(copy).getUint32(0, true);
  return {
    json: new TextDecoder().decode(new Uint8Array(copy, WORD, length)),
    pieces: new Uint32Array(copy, WORD + length),
  };
}
