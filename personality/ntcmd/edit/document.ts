/**
 * A text file as the editor holds it: lines, each with its own end, and the code page it came in.
 *
 *   open(bytes)        STATUS_INSUFFICIENT_RESOURCES where it is larger than LARGEST
 *   encode(document)   the same bytes, where nothing was changed; undefined: a character has none
 *                      in the document's code page
 *
 * A file is UTF-8 where it is valid, else code page 437, in which every byte is a character. New
 * lines end as the first one does; in a new file in CR LF.
 */
import { decodeOem, encodeOem } from '../../rtl/codepage.ts';
import * as Status from '../../rtl/ntstatus.ts';
import { CommandError } from '../command-error.ts';

/** Bytes. */
export const LARGEST = 1 << 20;
const BYTE_ORDER_MARK = '\ufeff';

export interface Line {
  text: string;
  /** `\r\n`, `\n`, or nothing at the end of the file. */
  end: string;
}

export interface Document {
  readonly lines: Line[];
  readonly lineEnd: string;
  codePage: 'UTF-8' | '437';
  readonly mark: boolean;
}

export function open(bytes: Uint8Array): Document {
  if (bytes.length > LARGEST)
    throw new CommandError(
      Status.STATUS_INSUFFICIENT_RESOURCES,
      `The file has ${bytes.length} bytes, and edit takes ${LARGEST >> 10} KB`,
    );
  let text: string;
  let codePage: Document['codePage'] = 'UTF-8';
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    text = decodeOem(bytes);
    codePage = '437';
  }
  const mark = codePage === 'UTF-8' && text.startsWith(BYTE_ORDER_MARK);
  const lines = linesOf(mark ? text.slice(1) : text);
  return { lines, lineEnd: lines[0]!.end || '\r\n', codePage, mark };
}

/** The last line has no end; it may be empty. */
function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let from = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
    const end = at > from && text[at - 1] === '\r' ? '\r\n' : '\n';
    lines.push({ text: text.slice(from, at + 1 - end.length), end });
    from = at + 1;
  }
  lines.push({ text: text.slice(from), end: '' });
  return lines;
}

export function encode({ lines, codePage, mark }: Document): Uint8Array | undefined {
  const text = lines.map((line) => line.text + line.end).join('');
  if (codePage === '437') return encodeOem(text);
  return new TextEncoder().encode((mark ? BYTE_ORDER_MARK : '') + text);
}
