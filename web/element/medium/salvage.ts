/**
 * A file of a disk that cannot be read everywhere: all that can be, and what is missing.
 *
 *   salvage(ask, path, options)
 *
 * Piece by piece, each a request of its own: so that others come between, it can be ended, and
 * nobody waits longer than he wishes. What is tried of a sector is the driver's business.
 */
import type { Ask, ByteRange, Salvaged, SalvageOptions } from './types.ts';

const PIECE = 0x8000;
const LIMIT = 600_000;

export async function salvage(
  ask: Ask,
  path: string,
  { signal, limit = LIMIT, onProgress }: SalvageOptions,
): Promise<Salvaged> {
  const end = performance.now() + limit;
  const parts: Uint8Array[] = [];
  const missing: { offset: number; length: number }[] = [];
  let size: number | undefined;
  let at = 0;
  do {
    signal?.throwIfAborted();
    const part = { offset: at, length: PIECE, known: size ?? 0 };
    const piece = await ask({ op: 'salvage', path, ...part });
    if (size !== undefined && piece.size !== size)
      throw new Error(`${path} was changed while it was read.`);
    size = piece.size;
    if (piece.data.length === 0) break;
    parts.push(piece.data);
    for (const range of piece.missing) add(missing, range);
    at += piece.data.length;
    onProgress?.(at, size);
  } while (at < size && performance.now() < end);
  signal?.throwIfAborted();
  if (at < size) add(missing, { offset: at, length: size - at });
  const data = new Uint8Array(size);
  let from = 0;
  for (const part of parts) {
    data.set(part, from);
    from += part.length;
  }
  return { data, missing, tried: at };
}

function add(all: { offset: number; length: number }[], { offset, length }: ByteRange): void {
  const last = all.at(-1);
  if (last && last.offset + last.length === offset) last.length += length;
  else all.push({ offset, length });
}
