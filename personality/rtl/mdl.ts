/**
 * How a driver is told of an IRP's MDL, in the packet that brings the IRP: for each stretch that
 * can be mapped in one, the offset of its first byte in its first page, and how many bytes it has.
 *
 *   encodeMdl(segments), decodeMdl(bytes)
 *   pagesOfSegment(segment)                 pages that it takes where it is mapped
 */
import { PAGE_SIZE } from './layout.ts';
import * as Status from './ntstatus.ts';
import { NtException } from './status.ts';

export interface MdlSegment {
  readonly byteOffset: number;
  readonly byteCount: number;
}

const ENTRY = 8;

export function encodeMdl(segments: readonly MdlSegment[]): Uint8Array {
  const bytes = new Uint8Array(segments.length * ENTRY);
  const view = new DataView(bytes.buffer);
  segments.forEach(({ byteOffset, byteCount }, index) => {
    view.setUint32(index * ENTRY, byteOffset, true);
    view.setUint32(index * ENTRY + 4, byteCount, true);
  });
  return bytes;
}

export function decodeMdl(bytes: Uint8Array): MdlSegment[] {
  if (bytes.length % ENTRY !== 0) throw new NtException(Status.STATUS_INVALID_PARAMETER);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / ENTRY }, (_, index) => ({
    byteOffset: view.getUint32(index * ENTRY, true),
    byteCount: view.getUint32(index * ENTRY + 4, true),
  }));
}

export function pagesOfSegment({ byteOffset, byteCount }: MdlSegment): number {
  return Math.ceil((byteOffset + byteCount) / PAGE_SIZE);
}
