/**
 * Several scripts in one file, one behind the other: what they have in common, the libraries that
 * each has a copy of, travels once where the server compresses with a long memory (brotli).
 *
 *   unpack(pack)   the pieces by name, each a Blob
 *
 * The first line says what follows, as JSON: `[["agent.exe.js", bytes], ...]`. scripts/code.mjs
 * writes it.
 */

/** The first line is shorter. */
const HEAD_BYTES = 4096;

type Contents = readonly (readonly [name: string, bytes: number])[];

export async function unpack(pack: Blob): Promise<ReadonlyMap<string, Blob>> {
  const head = new Uint8Array(await pack.slice(0, HEAD_BYTES).arrayBuffer());
  const end = head.indexOf(0x0a);
  const contents = JSON.parse(new TextDecoder().decode(head.subarray(0, end))) as Contents;
  const pieces = new Map<string, Blob>();
  let at = end + 1;
  for (const [name, bytes] of contents) {
    pieces.set(name, pack.slice(at, at + bytes));
    at += bytes;
  }
  if (at !== pack.size) throw new Error('The programs of the system came incomplete.');
  return pieces;
}
