/**
 * Several scripts in one file, one behind the other: what they have in common, the libraries that
 * each has a copy of, travels once where the server compresses with a long memory (brotli).
 *
 *   unpack(pack)   the pieces by name, each a Blob
 *
 * The first line says what follows, as JSON: `[["agent.exe.js", bytes], ...]`. scripts/code.mjs
 * writes it.
 */

type Contents = readonly (readonly [name: string, bytes: number])[];

export function unpack(pack: Uint8Array<ArrayBuffer>): ReadonlyMap<string, Blob> {
  const end = pack.indexOf(0x0a);
  const contents = JSON.parse(new TextDecoder().decode(pack.subarray(0, end))) as Contents;
  const pieces = new Map<string, Blob>();
  let at = end + 1;
  for (const [name, bytes] of contents) {
    pieces.set(name, new Blob([pack.subarray(at, at + bytes)]));
    at += bytes;
  }
  if (at !== pack.length) throw new Error('The programs of the system came incomplete.');
  return pieces;
}
