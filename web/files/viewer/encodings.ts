/**
 * What bytes mean as letters: the two code pages of DOS, Windows' western one, and Unicode.
 *
 *   ENCODINGS                      those that can be chosen
 *   decode(bytes, encoding)        what has no letter is seen: the PC's glyphs, or a picture of it
 *   detect(bytes)                  the likeliest
 *
 * The tables are those of the Unicode Consortium's mappings for IBM's code pages 437 and 850.
 */
export type Encoding = 'cp437' | 'cp850' | 'windows-1252' | 'utf-8' | 'utf-16le' | 'utf-16be';

export const ENCODINGS: readonly { id: Encoding; label: string }[] = [
  { id: 'cp437', label: 'DOS (CP437)' },
  { id: 'cp850', label: 'DOS, western Europe (CP850)' },
  { id: 'windows-1252', label: 'Windows-1252' },
  { id: 'utf-8', label: 'UTF-8' },
  { id: 'utf-16le', label: 'UTF-16, little endian' },
  { id: 'utf-16be', label: 'UTF-16, big endian' },
];

const HIGH = {
  cp437:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀' +
    'αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0',
  cp850:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀' +
    'ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0',
} as const;

/** 00 to 1F as the PC's screen showed them. */
const LOW = '␀☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼';
/** Those that are what they are in a text. */
const KEPT = new Set([0x09, 0x0a, 0x0d]);

function tableOf(encoding: 'cp437' | 'cp850'): string[] {
  const low = Array.from({ length: 0x80 }, (_, byte) => {
    if (byte === 0x7f) return '⌂';
    return byte < 0x20 && !KEPT.has(byte) ? LOW[byte]! : String.fromCharCode(byte);
  });
  return [...low, ...HIGH[encoding]];
}

const tables = new Map<string, string[]>();

function byTable(bytes: Uint8Array, encoding: 'cp437' | 'cp850'): string {
  const table = tables.get(encoding) ?? tableOf(encoding);
  tables.set(encoding, table);
  let text = '';
  for (const byte of bytes) text += table[byte]!;
  return text;
}

/** Control characters as pictures; what turns the direction of writing as a mark. */
const seen = (text: string): string =>
  text
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, (unit) =>
      String.fromCharCode(0x2400 + unit.charCodeAt(0)),
    )
    .replace(/[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

export function decode(bytes: Uint8Array, encoding: Encoding): string {
  if (encoding === 'cp437' || encoding === 'cp850') return byTable(bytes, encoding);
  return seen(new TextDecoder(encoding).decode(bytes));
}

/** A look at the beginning is enough. */
const LOOK = 0x1_0000;

export function detect(bytes: Uint8Array): Encoding {
  const head = bytes.subarray(0, LOOK);
  if (begins(head, [0xef, 0xbb, 0xbf])) return 'utf-8';
  if (begins(head, [0xff, 0xfe])) return 'utf-16le';
  if (begins(head, [0xfe, 0xff])) return 'utf-16be';
  const wide = wideOf(head);
  if (wide) return wide;
  if (!head.some((byte) => byte >= 0x80)) return 'cp437';
  if (isUtf8(head, head.length < bytes.length)) return 'utf-8';
  return likeliest(head);
}

const begins = (bytes: Uint8Array, mark: readonly number[]): boolean =>
  mark.every((byte, at) => bytes[at] === byte);

/** Latin text in UTF-16 has a zero in nearly every second place, and nearly none in the others. */
function wideOf(bytes: Uint8Array): Encoding | undefined {
  const zeros = [0, 0];
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === 0) zeros[at & 1]!++;
  const half = bytes.length >> 1;
  if (half < 2) return undefined;
  if (zeros[1]! > half * 0.7 && zeros[0]! < half * 0.1) return 'utf-16le';
  if (zeros[0]! > half * 0.7 && zeros[1]! < half * 0.1) return 'utf-16be';
  return undefined;
}

function isUtf8(bytes: Uint8Array, cut: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
    return true;
  } catch {
    return false;
  }
}

/** Letters that stand in words speak for a code page, signs that do speak against it. */
function likeliest(bytes: Uint8Array): Encoding {
  const all = (['cp437', 'cp850', 'windows-1252'] as const).map((encoding) => {
    const text = decode(bytes, encoding);
    return { encoding, score: scoreOf(text) };
  });
  return all.reduce((best, other) => (other.score > best.score ? other : best)).encoding;
}

const LETTER = /\p{Script=Latin}/u;
/** Of the languages that were written so; the others are rare. */
const COMMON = /[äöüÄÖÜßéèêàâçñåæøÅÆØôîïûùóíáúÉ]/;
const FRAME = /[\u2500-\u259f]/;

function scoreOf(text: string): number {
  let score = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text[at]!;
    if (unit < '\x80') continue;
    const [before, after] = [text[at - 1] ?? ' ', text[at + 1] ?? ' '];
    const inWord = /[A-Za-z]/.test(before) || /[A-Za-z]/.test(after);
    if (COMMON.test(unit)) score += inWord ? 3 : 0;
    else if (LETTER.test(unit)) score += inWord ? 1 : -1;
    else if (FRAME.test(unit))
      score += FRAME.test(before) || FRAME.test(after) ? 2 : inWord ? -3 : 0;
    else if (unit === '\ufffd') score -= 3;
    else score += inWord ? -2 : 0;
  }
  return score;
}
