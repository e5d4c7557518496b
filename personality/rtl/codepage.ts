/**
 * Code page 437: the characters of the first PCs, in which old disks keep their short names and
 * texts.
 *
 *   decodeOem(bytes)     to a string; bytes below 20h are themselves
 *   encodeOem(text)      to bytes, undefined where a character has none
 *   decodeText(bytes)    a text file: UTF-8 where it is valid, else code page 437
 */

const UPPER =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐' +
  '└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

const codes = new Map([...UPPER].map((character, index) => [character, 0x80 + index]));

export function decodeOem(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte < 0x80 ? String.fromCharCode(byte) : UPPER[byte - 0x80];
  return text;
}

export function encodeOem(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0) < 0x80 ? character.charCodeAt(0) : codes.get(character);
    if (code === undefined) return undefined;
    bytes.push(code);
  }
  return Uint8Array.from(bytes);
}

export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return decodeOem(bytes);
  }
}
