/**
 * Magic Shadow Archiver (MSA), of the Atari ST: whole tracks, each as it is or packed by runs.
 *
 * Source: "The .MSA file format", Atari Forum wiki; the description that comes with MSA-to-ST.
 */
import { LARGEST_FLOPPY } from '../formats.ts';
import { Reader } from './reader.ts';
import type { Container, Unpacked } from './types.ts';

const NAME = 'MSA';
const SECTOR = 512;
const RUN = 0xe5;
const MOST_SECTORS = 46;
const MOST_CYLINDERS = 84;
const HEADER = 10;

function readHeader(bytes: Uint8Array) {
  const reader = new Reader(bytes, NAME);
  const magic = reader.u16be();
  const [sectors, sides] = [reader.u16be(), reader.u16be()];
  const [first, last] = [reader.u16be(), reader.u16be()];
  const sound =
    magic === 0x0e0f &&
    sectors >= 1 &&
    sectors <= MOST_SECTORS &&
    sides <= 1 &&
    first <= last &&
    last < MOST_CYLINDERS;
  return { reader, sound, sectors, heads: sides + 1, first, last };
}

function sniff(bytes: Uint8Array): boolean {
  return bytes.length >= HEADER && readHeader(bytes).sound;
}

function unpack(bytes: Uint8Array): Unpacked {
  const { reader, sectors, heads, first, last } = readHeader(bytes);
  if (first > 0) throw reader.fail('it is a later part of an image in several files');
  const track = sectors * SECTOR;
  const cylinders = last + 1;
  if (cylinders * heads * track > LARGEST_FLOPPY) throw reader.fail('it is larger than a floppy');
  const image = new Uint8Array(cylinders * heads * track);
  for (let at = 0; at < image.length; at += track)
    readTrack(reader, image.subarray(at, at + track));
  return { kind: 'raw', image, geometry: { cylinders, heads, sectors, sectorSize: SECTOR } };
}

function readTrack(reader: Reader, track: Uint8Array): void {
  const packed = new Reader(reader.take(reader.u16be()), NAME);
  if (packed.left === track.length) return track.set(packed.bytes);
  let at = 0;
  while (packed.left > 0) {
    const byte = packed.byte();
    const [value, times] = byte === RUN ? [packed.byte(), packed.u16be()] : [byte, 1];
    if (at + times > track.length) throw reader.fail('a track is longer than it says');
    track.fill(value, at, at + times);
    at += times;
  }
  if (at < track.length) throw reader.fail('a track is shorter than it says');
}

export const msa: Container = { id: 'msa', name: NAME, sniff, unpack };
