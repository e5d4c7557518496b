/**
 * Reading a stream that may be endless.
 *
 *   readCapped(stream, limit)   all its bytes, or undefined as soon as there are more than `limit`
 *
 * The stream is cancelled at the limit, so what feeds it (an inflater, a download) stops as well.
 * Errors of the stream come through as they are.
 */

export async function readCapped(
  stream: ReadableStream<Uint8Array>,
  limit: number,
): Promise<Uint8Array | undefined> {
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joinParts(parts, length);
    length += value.length;
    if (length > limit) {
      void reader.cancel().catch(() => undefined);
      return undefined;
    }
    parts.push(value);
  }
}

/** The parts in one piece of `length` bytes, their sum. */
export function joinParts(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The bytes through one of the browser's (de)compressors. */
export function through(
  bytes: Uint8Array,
  transform: CompressionStream | DecompressionStream,
): ReadableStream<Uint8Array> {
  return new Blob([new Uint8Array(bytes)]).stream().pipeThrough(transform);
}
