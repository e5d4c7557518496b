/**
 * The answer of SystemKernelInformation: the kernel's objects and a snapshot (snapshot.ts) of the
 * same moment. Words: how many follow; the address of the root CNode; pieces of kernel memory, each
 * address, count, that many words. Then the snapshot as JSON.
 *
 *   packKernelAnswer(pieces, json), unpackKernelAnswer(bytes)
 */
const WORD = 4;

export function packKernelAnswer(pieces: readonly number[], json: Uint8Array): Uint8Array {
  const words = Uint32Array.from([pieces.length, ...pieces]);
  const bytes = new Uint8Array(words.byteLength + json.length);
  bytes.set(new Uint8Array(words.buffer));
  bytes.set(json, words.byteLength);
  return bytes;
}

export function unpackKernelAnswer(bytes: Uint8Array): { json: string; pieces: Uint32Array } {
  const { buffer } = bytes.slice();
  const count = new DataView(buffer).getUint32(0, true);
  return {
    pieces: new Uint32Array(buffer, WORD, count),
    json: new TextDecoder().decode(new Uint8Array(buffer, (count + 1) * WORD)),
  };
}
