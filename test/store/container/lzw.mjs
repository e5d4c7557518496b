/**
 * LZW as TeleDisk 1 packs, with a dictionary of strings as the textbook has it: blocks of 4,096
 * codes of 12 bits, each with a dictionary of its own.
 *
 *   packLzw(bytes, codes)   blocks of so many codes, 4,096 at most
 *   blockOf(codes)          one block
 */
const MOST = 4096;

export function packLzw(bytes, codes = MOST) {
  const parts = [];
  for (let at = 0; at < bytes.length;) {
    const block = [];
    const known = new Map(
      Array.from({ length: 256 }, (_, byte) => [String.fromCharCode(byte), byte]),
    );
    while (at < bytes.length && block.length < codes) {
      let text = String.fromCharCode(bytes[at++]);
      while (at < bytes.length && known.has(text + String.fromCharCode(bytes[at])))
        text += String.fromCharCode(bytes[at++]);
      block.push(known.get(text));
      if (at < bytes.length && known.size < MOST)
        known.set(text + String.fromCharCode(bytes[at]), known.size);
    }
    parts.push(blockOf(block));
  }
  return Buffer.concat(parts);
}

/** Of codes as they are. */
export function blockOf(codes) {
  const bytes = Buffer.alloc(2 + Math.ceil((codes.length * 3) / 2));
  bytes.writeUInt16LE(codes.length * 3);
  codes.forEach((code, index) => {
    const at = 2 + ((index * 3) >> 1);
    if (index % 2 === 0) bytes.writeUInt16LE(code, at);
    else {
      bytes[at] |= (code & 15) << 4;
      bytes[at + 1] = code >> 4;
    }
  });
  return bytes;
}
