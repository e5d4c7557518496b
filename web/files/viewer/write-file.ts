/**
 * The text of a document of Windows Write (.WRI).
 *
 * A file is pages of 128 bytes: a header, the text from byte 128 to `fcMac`, character and
 * paragraph properties. Text is Windows' western code page; paragraphs that are pictures or objects
 * hold bytes of another kind, and the paragraph pages say which they are. All places in the file
 * are looked at before they are used; a table that is odd ends the search, not the text.
 *
 * Source: Microsoft's description of the Write file format (Windows 3.1 SDK, chapter 8).
 */
import { decode } from './encodings.ts';

const PAGE = 128;
const IDENTS = [0xbe31, 0xbe32];
const TOOL = 0xab00;
/** Of a paragraph's properties, counted from their length: what it is. */
const PAP_FLAGS = 17;
const IS_PICTURE = 0x10;

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

export function isWriteFile(bytes: Uint8Array): boolean {
  if (bytes.length < 2 * PAGE) return false;
  const view = viewOf(bytes);
  const [ident, tool] = [view.getUint16(0, true), view.getUint16(4, true)];
  return IDENTS.includes(ident) && tool === TOOL && view.getUint16(96, true) !== 0;
}

export function writeFileText(bytes: Uint8Array): string {
  const end = Math.min(Math.max(viewOf(bytes).getUint32(14, true), PAGE), bytes.length);
  let text = '';
  let from = PAGE;
  for (const { start, limit } of pictures(bytes, end)) {
    if (start < from) continue;
    text += `${letters(bytes.subarray(from, start))}[picture]\n`;
    from = limit;
  }
  return text + letters(bytes.subarray(from, end));
}

/** `\1` stands for the page's number; the others of its kind have no letter. */
function letters(part: Uint8Array): string {
  const plain = part.filter((byte) => byte >= 0x20 || [1, 9, 10, 12, 13].includes(byte));
  return decode(plain, 'windows-1252')
    .replaceAll('\u2401', '(page)')
    .replaceAll('\u240c', '\n')
    .replace(/\r\n?/g, '\n');
}

function pictures(bytes: Uint8Array, end: number): { start: number; limit: number }[] {
  const view = viewOf(bytes);
  const [first, behind] = [view.getUint16(18, true), view.getUint16(20, true)];
  const last = Math.min(behind, Math.floor(bytes.length / PAGE));
  const found: { start: number; limit: number }[] = [];
  for (let page = first; page < last; page++) {
    const at = page * PAGE;
    let start = view.getUint32(at, true);
    const count = Math.min(bytes[at + PAGE - 1]!, 20);
    for (let entry = 0; entry < count; entry++) {
      const place = at + 4 + 6 * entry;
      const limit = view.getUint32(place, true);
      if (limit <= start || limit > end) return found;
      const properties = view.getUint16(place + 4, true);
      if (isPicture(bytes, at + 4, properties)) found.push({ start, limit });
      start = limit;
    }
  }
  return found;
}

function isPicture(bytes: Uint8Array, base: number, offset: number): boolean {
  const at = base + offset;
  if (offset === 0xffff || at + PAP_FLAGS >= bytes.length) return false;
  return bytes[at]! >= PAP_FLAGS && (bytes[at + PAP_FLAGS]! & IS_PICTURE) !== 0;
}
