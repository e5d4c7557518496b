/**
 * PCX pictures: runs of bytes, lines of one to four planes, a palette in the header or at the end.
 *
 *   decodePcx(bytes, width, height)   RGBA, four bytes a dot; what the file does not have is blank
 *
 * The caller has looked at the header (picture-kinds.ts) and at how large it is. No place in the
 * output is reached that is not counted by width and height.
 *
 * Source: ZSoft's PCX technical reference, 1991.
 */
const HEADER = 128;
const PALETTE = 768;

export function decodePcx(
  bytes: Uint8Array,
  width: number,
  height: number,
): Uint8ClampedArray<ArrayBuffer> {
  const bits = bytes[3]!;
  const planes = bytes[65]!;
  const line = bytes[66]! | (bytes[67]! << 8);
  const colour = colours(bytes, bits, planes);
  const dots = new Uint8ClampedArray(width * height * 4);
  const runs = new Runs(bytes);
  for (let y = 0; y < height && !runs.ended; y++) {
    const row = runs.take(line * planes);
    for (let x = 0; x < width; x++) colour(row, line, x, dots, (y * width + x) * 4);
  }
  return dots;
}

/** Runs may go on over the end of a line. */
class Runs {
  readonly #bytes: Uint8Array;
  #at = HEADER;
  #left = 0;
  #value = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#left === 0 && this.#at >= this.#bytes.length;
  }

  take(count: number): Uint8Array {
    const row = new Uint8Array(count);
    for (let at = 0; at < count && !this.ended; at++) {
      if (this.#left === 0) this.#next();
      row[at] = this.#value;
      this.#left = Math.max(0, this.#left - 1);
    }
    return row;
  }

  #next(): void {
    const byte = this.#bytes[this.#at++]!;
    const isRun = byte >= 0xc0;
    this.#left = isRun ? byte & 0x3f : 1;
    this.#value = isRun ? (this.#bytes[this.#at++] ?? 0) : byte;
  }
}

type Colour = (
  row: Uint8Array,
  line: number,
  x: number,
  dots: Uint8ClampedArray,
  at: number,
) => void;

function put(dots: Uint8ClampedArray, at: number, red: number, green: number, blue: number): void {
  dots[at] = red;
  dots[at + 1] = green;
  dots[at + 2] = blue;
  dots[at + 3] = 255;
}

function colours(bytes: Uint8Array, bits: number, planes: number): Colour {
  if (bits === 8 && planes >= 3)
    return (row, line, x, dots, at) => put(dots, at, row[x]!, row[line + x]!, row[2 * line + x]!);
  const palette = paletteOf(bytes, bits, planes);
  return (row, line, x, dots, at) => {
    let index = 0;
    for (let plane = 0; plane < planes; plane++)
      index |= valueAt(row, plane * line, x, bits) << (plane * bits);
    const place = (index * 3) % palette.length;
    put(dots, at, palette[place]!, palette[place + 1]!, palette[place + 2]!);
  };
}

/** Of a line of dots of so many bits, the left one in the high bits. */
function valueAt(row: Uint8Array, from: number, x: number, bits: number): number {
  const place = x * bits;
  return (row[from + (place >> 3)]! >> (8 - bits - (place & 7))) & ((1 << bits) - 1);
}

function paletteOf(bytes: Uint8Array, bits: number, planes: number): Uint8Array {
  if (bits === 1 && planes === 1) return Uint8Array.of(0, 0, 0, 255, 255, 255);
  const end = bytes.length - PALETTE;
  if (bits === 8 && end > HEADER && bytes[end - 1] === 0x0c) return bytes.subarray(end);
  if (bits === 8) return Uint8Array.from({ length: PALETTE }, (_, at) => Math.floor(at / 3));
  return bytes.subarray(16, 64);
}
