/**
 * Writes MSA: whole tracks, each packed by runs where that is shorter.
 *
 *   writeMsa(image)   undefined where it is no disk of sectors of 512 bytes of a known size
 *
 * Source: as msa.ts, which reads it.
 */
import { floppyFormat } from '../formats.ts';

const SECTOR = 512;
const RUN = 0xe5;
/** A run is four bytes: what is shorter is written as it is, but for the mark itself. */
const SHORTEST = 5;

export function writeMsa(image: Uint8Array): Uint8Array | undefined {
  const format = floppyFormat(image.length);
  if (!format || format.sectorSize !== SECTOR) return undefined;
  const { sectors, heads, cylinders } = format;
  const bytes: number[] = [0x0e, 0x0f];
  for (const field of [sectors, heads - 1, 0, cylinders - 1]) bytes.push(field >> 8, field & 255);
  const track = sectors * SECTOR;
  for (let at = 0; at < image.length; at += track) {
    const plain = image.subarray(at, at + track);
    const packed = pack(plain);
    const data = packed.length < track ? packed : plain;
    bytes.push(data.length >> 8, data.length & 255);
    for (const byte of data) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

function pack(track: Uint8Array): number[] {
  const packed: number[] = [];
  for (let at = 0; at < track.length;) {
    const byte = track[at]!;
    let end = at + 1;
    while (end < track.length && track[end] === byte) end++;
    const length = end - at;
    if (length >= SHORTEST || byte === RUN) packed.push(RUN, byte, length >> 8, length & 255);
    else for (let i = 0; i < length; i++) packed.push(byte);
    at = end;
  }
  return packed;
}
