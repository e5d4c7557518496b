/**
 * A packer for what TeleDisk calls advanced compression: the nearest longest copy, or a byte.
 *
 *   pack(store, bytes)   `store` of module.mjs: the code tree is the one that unpacks
 *
 * That the tree is right is shown by others: `lha` unpacks what this packs (its method -lh1-).
 */
const WINDOW = 4096;
const LONGEST = 60;
const SHORTEST = 3;
const MOST_TRIES = 64;

export function pack({ CodeTree, DISTANCE_LENGTHS }, content) {
  // The window is full of spaces at first.
  const begin = WINDOW - LONGEST;
  const bytes = new Uint8Array(begin + content.length).fill(0x20, 0, begin);
  bytes.set(content, begin);
  const tree = new CodeTree();
  const codes = distanceCodes(DISTANCE_LENGTHS);
  const bits = [];
  const put = (code) => {
    bits.push(...tree.path(code));
    tree.count(code);
  };
  const seen = new Map();
  const remember = (at) => {
    if (at + SHORTEST > bytes.length) return;
    const key = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
    const places = seen.get(key) ?? [];
    places.push(at);
    seen.set(key, places);
  };
  for (let at = 0; at < begin; at++) remember(at);
  for (let at = begin; at < bytes.length;) {
    const { length, distance } = longest(bytes, at, seen);
    if (length < SHORTEST) put(bytes[at]);
    else {
      put(256 + length - SHORTEST);
      const place = distance - 1;
      bits.push(...codes[place >> 6]);
      for (let bit = 5; bit >= 0; bit--) bits.push((place >> bit) & 1);
    }
    for (const end = at + Math.max(1, length < SHORTEST ? 1 : length); at < end; at++) remember(at);
  }
  return pour(bits);
}

function longest(bytes, at, seen) {
  let best = { length: 0, distance: 0 };
  if (at + SHORTEST > bytes.length) return best;
  const key = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
  for (const place of (seen.get(key) ?? []).slice(-MOST_TRIES)) {
    // The last 60 places of the window are what is being read.
    if (at - place > WINDOW - LONGEST) continue;
    let length = 0;
    while (length < LONGEST && at + length < bytes.length) {
      if (bytes[place + length] !== bytes[at + length]) break;
      length++;
    }
    if (length >= best.length) best = { length, distance: at - place };
  }
  return best;
}

/** Codes of one length after the other, in order. */
function distanceCodes(lengths) {
  let code = 0;
  let before = lengths[0];
  return lengths.map((length) => {
    code <<= length - before;
    before = length;
    const bits = Array.from({ length }, (_, i) => (code >> (length - 1 - i)) & 1);
    code++;
    return bits;
  });
}

function pour(bits) {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, at) => (bytes[at >> 3] |= bit << (7 - (at & 7))));
  return bytes;
}
