/**
 * Names on a FAT disk: short ones, long ones, and the alias that a long one needs.
 *
 *   isPlainName(name)                  is upper-case 8.3 and needs no long name
 *   packShortName(name)                'README.TXT' -> 'README  TXT'
 *   shortAlias(name, taken, where)     'Long name.txt' -> 'LONGNA~1TXT', unlike all that are taken
 *   longNameEntries(name, shortName)   the directory entries that go before the short one's
 *
 * Source: Microsoft FAT specification (fatgen103), "FAT Long Directory Entries".
 */

const CHARACTERS_PER_ENTRY = 13;
/** Where an entry keeps its characters: five, six and two. */
const PLACES = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];

export function isPlainName(name) {
  return /^[A-Z0-9_~!#$%&'()@^`{}-]{1,8}(\.[A-Z0-9_~!#$%&'()@^`{}-]{1,3})?$/.test(name);
}

export function packShortName(name) {
  const [base, extension = ''] = name.split('.');
  return base.padEnd(8) + extension.padEnd(3);
}

export function shortAlias(name, taken, where) {
  if (name.length > 255 || /[\0-\x1f"*/:<>?\\|]/.test(name) || /[. ]$/.test(name)) {
    throw new Error(`${where}: not a name for a file`);
  }
  const dot = name.lastIndexOf('.');
  const clean = (text) =>
    text
      .toUpperCase()
      .replace(/[ .]/g, '')
      .replace(/[^A-Z0-9_-]/g, '_');
  const base = clean(dot > 0 ? name.slice(0, dot) : name);
  const extension = clean(dot > 0 ? name.slice(dot + 1) : '').slice(0, 3);
  for (let number = 1; number < 1000; number++) {
    const tail = `~${number}`;
    const short = (base.slice(0, 8 - tail.length) + tail).padEnd(8) + extension.padEnd(3);
    if (!taken.has(short)) return short;
  }
  throw new Error(`${where}: too many names like it`);
}

function checksum(shortName) {
  let sum = 0;
  for (const byte of new TextEncoder().encode(shortName)) {
    sum = (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff;
  }
  return sum;
}

/**
 * The last part comes first and carries the mark 40; a part that is not full ends in 0000, then
 * FFFF.
 */
export function longNameEntries(name, shortName) {
  const count = Math.ceil(name.length / CHARACTERS_PER_ENTRY);
  return Array.from({ length: count }, (_, index) => {
    const part = count - index;
    const entry = new Uint8Array(32);
    const view = new DataView(entry.buffer);
    entry[0] = part | (index === 0 ? 0x40 : 0);
    entry[11] = 0x0f;
    entry[13] = checksum(shortName);
    PLACES.forEach((place, i) => {
      const at = (part - 1) * CHARACTERS_PER_ENTRY + i;
      const code = at < name.length ? name.charCodeAt(at) : at === name.length ? 0 : 0xffff;
      view.setUint16(place, code, true);
    });
    return entry;
  });
}
