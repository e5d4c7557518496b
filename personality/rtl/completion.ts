/** FILE_IO_COMPLETION_INFORMATION: what NtRemoveIoCompletionEx answers, record behind record. */

export interface CompletionPacket {
  /** The file's. */
  readonly key: number;
  /** The request's. */
  readonly context: number;
  readonly status: number;
  readonly information: number;
}

/** Bytes of a record: four words. */
export const COMPLETION_SIZE = 16;

export function encodeCompletions(packets: readonly CompletionPacket[]): Uint8Array {
  const words = packets.flatMap((packet) => [
    packet.key,
    packet.context,
    packet.status,
    packet.information,
  ]);
  const view = new DataView(new ArrayBuffer(4 * words.length));
  words.forEach((word, index) => view.setUint32(4 * index, word, true));
  return new Uint8Array(view.buffer);
}

export function decodeCompletions(data: Uint8Array): CompletionPacket[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const word = (at: number): number => view.getUint32(at, true);
  return Array.from({ length: Math.floor(data.length / COMPLETION_SIZE) }, (_, index) => {
    const at = index * COMPLETION_SIZE;
    return {
      key: word(at),
      context: word(at + 4),
      status: word(at + 8),
      information: word(at + 12),
    };
  });
}
